"""What the screens are made of: lists that draw line by line, and the detail of a span."""
