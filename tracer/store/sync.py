"""Parquet files to the disk before the catalog names them: DuckLake syncs neither its files nor their directories.

The catalog needs no help: SQLite syncs its log at each commit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


class FileSync:
    """Syncs what appears in the table directories below `tables`."""

    def __init__(self, tables: Path) -> None:
        self._tables = tables
        self._synced = set(self._files())

    def new_files(self) -> None:
        """Sync the Parquet files that are new or changed since the last call, and the directories that hold them."""
        present = set(self._files())
        fresh = {path for path, _ in present - self._synced}
        for path in fresh | {str(Path(path).parent) for path in fresh}:
            _sync(path)
        self._synced = present

    def _files(self) -> Iterator[tuple[str, int]]:
        """Path and time of change of each file."""
        with os.scandir(self._tables) as tables:
            for table in tables:
                with os.scandir(table) as files:
                    yield from ((file.path, file.stat().st_mtime_ns) for file in files)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
