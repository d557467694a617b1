"""To the disk: Parquet files before the catalog names them, then the catalog.

DuckLake syncs neither its files nor their directories.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path


class FileSync:
    """Syncs what appears in the table directories below `tables`, and the catalog's files."""

    def __init__(self, tables: Path, catalog: Sequence[Path]) -> None:
        self._tables = tables
        self._catalog = catalog
        self._synced = set(self._files())

    def new_files(self) -> None:
        """Sync the Parquet files that were not there at the last call, and the directories that hold them."""
        present = set(self._files())
        fresh = present - self._synced
        for file in fresh:
            _sync(file)
        for directory in {os.path.dirname(file) for file in fresh}:  # noqa: PTH120 (strings: thousands of files)
            _sync(directory)
        self._synced = present

    def catalog(self) -> None:
        """Sync the catalog's database and its log."""
        for file in self._catalog:
            _sync(file)

    def _files(self) -> Iterable[str]:
        if not self._tables.is_dir():
            return
        with os.scandir(self._tables) as tables:
            for table in tables:
                with os.scandir(table) as files:
                    yield from (file.path for file in files)


def _sync(path: str | Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return  # SQLite takes its log away when the last connection closes
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
