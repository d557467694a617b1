"""Making events, processings and edges anew from the spans of a store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from collectors.locks import FileLock
from tracer.errors import SurroundingsError
from tracer.flows.upkeep import Upkeep
from tracer.store import Lake, LakeWriter
from tracer.store.location import WRITER_LOCK


def rebuild(store: Path, progress: Callable[[int, int], None]) -> int:
    """Empty the derived tables of `store` and fill them again; the number of its spans.

    `progress` is told the spans taken in so far, and all of them. What a rebuild that was ended has not done, the next
    writer does. UsageError when there is no store, SurroundingsError when a writer is at work on it.
    """
    Lake.open(store)
    with closing(FileLock(store / WRITER_LOCK)) as lock:
        if not lock.take():
            raise SurroundingsError(
                f"a collector or an import is at work on {store}", "it keeps everything up to date; else stop it first"
            )
        with closing(LakeWriter(store)) as lake:
            upkeep = Upkeep(lake)
            upkeep.start_over()
            spans = upkeep.waiting()
            progress(0, spans)
            while upkeep.step():
                progress(spans - upkeep.waiting(), spans)
                lake.maintain()
            return spans
