"""Distributed tracing and event-flow debugging for event-driven services.

A service embeds it with one line, `tracer.instrument(service="orders")`; the rest of the product is the `tracer`
command. Importing this package imports nothing else: the names below are loaded when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.version import __version__

if TYPE_CHECKING:
    from tracer.instrumentation import handler, instrument, process, uninstrument

__all__ = ["__version__", "handler", "instrument", "process", "uninstrument"]


def __getattr__(name: str) -> object:
    if name in {"handler", "instrument", "process", "uninstrument"}:
        from tracer import instrumentation

        return getattr(instrumentation, name)
    raise AttributeError(f"module 'tracer' has no attribute {name!r}")
