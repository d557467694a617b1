"""The lake: schema, migrations, writing a batch, reading. The only place that knows DuckLake.

For flows, formats and collectors; imports semconv alone. `Lake` reads, `LakeWriter` writes; each is loaded when it is
asked for, since readers need no Arrow and `--help` needs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.store.derived import RowTimes
from tracer.store.position import Position

if TYPE_CHECKING:
    from tracer.store.lake import Lake, StoreStatistics
    from tracer.store.writer import LakeWriter

__all__ = ["Lake", "LakeWriter", "Position", "RowTimes", "StoreStatistics"]


def __getattr__(name: str) -> object:
    import importlib

    module = {"Lake": "lake", "StoreStatistics": "lake", "LakeWriter": "writer"}.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
