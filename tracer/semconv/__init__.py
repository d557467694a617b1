"""Every generation of messaging attributes, one vocabulary (semantic conventions v1.44).

For whoever turns spans into rows. Pure: Arrow in, Arrow out; imports nothing of ours. What needs Arrow is loaded when
it is asked for: readers ask only for the table of names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.semconv.names import COLUMNS, Column, Source

if TYPE_CHECKING:
    from tracer.semconv.normalising import MESSAGING, normalise
    from tracer.semconv.values import Attributes

__all__ = ["COLUMNS", "MESSAGING", "Attributes", "Column", "Source", "normalise"]


def __getattr__(name: str) -> object:
    import importlib

    module = {"MESSAGING": "normalising", "normalise": "normalising", "Attributes": "values"}.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
