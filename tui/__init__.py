"""The explorer: a Textual application. Reads flows through `tracer` and knows no SQL."""
