"""The directory that `tracer run` puts first on PYTHONPATH: its `sitecustomize` instruments each Python it starts."""
