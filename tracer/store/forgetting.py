"""Forgetting what no reader needs any longer: old versions of the lake, and files that were merged into others.

By our own clock and not by DuckLake's `older_than`: with a catalog in SQLite, 1.5.5 compares times as texts of two
forms and takes everything of the same day, under readers that have planned with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tracer.store.ducklake import statement

if TYPE_CHECKING:
    import duckdb


def expire_snapshots(connection: duckdb.DuckDBPyConnection, minutes: int) -> None:
    """Forget versions older than `minutes`; the newest always stays."""
    row = connection.execute(statement("old_snapshots"), {"minutes": minutes}).fetchone()
    if row is not None and row[0]:
        connection.execute(statement("expire_snapshots"), {"versions": row[0]})


def remove_files(connection: duckdb.DuckDBPyConnection, data: Path, minutes: int) -> None:
    """Delete files below `data` that no version has named for `minutes`. OSError when the disk refuses."""
    rows = connection.execute(statement("old_files"), {"minutes": minutes}).fetchall()
    for _, path, relative in rows:
        (data / path if relative else Path(path)).unlink(missing_ok=True)
    if rows:
        connection.execute(statement("old_files_removed"), {"numbers": [number for number, *_ in rows]})
