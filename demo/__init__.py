"""Demo stacks: ordinary services on a real broker, with failures put in on purpose."""
