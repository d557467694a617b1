"""Stores as older releases left them: the first migrations alone, their columns, a catalog of that version."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tracer.store.ducklake import connect, statement
from tracer.store.migrations import MIGRATIONS, migrate


def old_store(store: Path, version: int, batches: Iterable[pa.Table]) -> list[str]:
    """Make a store of schema `version` with a transaction for each batch of spans, and an empty journal that goes on
    behind them. The columns that it has.
    """
    files = store / "data" / "main" / "spans"
    files.mkdir(parents=True)
    with closing(connect(store / "catalog.sqlite", read_only=False)) as connection:
        migrate(connection, store, [statement(name) for name in MIGRATIONS[:version]])
        columns = [column for column, *_ in connection.execute("DESCRIBE lake.spans").fetchall()]
        count = 0
        for count, spans in enumerate(batches, 1):
            file = files / f"batch-{count:012d}.parquet"
            numbered = spans.set_column(0, "batch", pa.array([count] * len(spans), pa.int64()))
            pq.write_table(numbered.select(columns), file)
            connection.execute(statement("batch_add"), {"file": str(file)})
            connection.execute("INSERT INTO lake.batches VALUES (?, 1, ?, ?, 1, 1, [])", [count, count, len(spans)])
    (store / "journal").mkdir()
    (store / "journal" / "0000000002.segment").touch()
    return columns
