"""`python -m tracer.cli`: the same as `tracer`."""

from tracer.cli import main

raise SystemExit(main())
