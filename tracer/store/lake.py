"""Reading a store: DuckDB connections with the public views, and the store's figures.

Readers in other processes go on while the one writer writes.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.errors import UsageError
from tracer.store.ducklake import connect, statement, surroundings
from tracer.store.location import CATALOG, is_store
from tracer.store.migrations import VERSION, require_not_newer, stored_version
from tracer.store.position import Position

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True, slots=True)
class StoreStatistics:
    """A store in figures. Times are nanoseconds since 1970 UTC, None where there are no spans."""

    path: Path
    bytes_on_disk: int
    spans: int
    traces: int  # estimated, within about 5 %
    oldest_start_ns: int | None
    newest_start_ns: int | None
    newest_arrival_ns: int | None


@dataclass(frozen=True, slots=True)
class Lake:
    """A store that is there. Make it with `Lake.open`."""

    path: Path

    @classmethod
    def open(cls, path: Path) -> Lake:
        """UsageError when the directory is missing or is no store; SurroundingsError when that cannot be seen."""
        if not is_store(path):
            if path.exists() and not path.is_dir():
                raise UsageError(f"{path} is a file, not a store", "choose a directory with --store")
            found = "is not a store" if path.is_dir() else "does not exist"
            hint = f"choose another with --store, or fill it with `tracer collect --store {path}`"
            raise UsageError(f"the store {path} {found}", hint)
        return cls(path)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own: the lake read-only as `lake`, the views `spans` and `links` in the default schema.

        UsageError when the store is of another release, SurroundingsError when it cannot be read.
        """
        connection = connect(self.path / CATALOG, read_only=True)
        try:
            with surroundings(f"cannot read the store {self.path}"):
                self._require_present(stored_version(connection))
                connection.execute("SET parquet_metadata_cache = true")  # no file changes once it is named
                for view in ("view_spans", "view_links"):
                    connection.execute(statement(view))
        except BaseException:
            connection.close()
            raise
        return connection

    def version(self, connection: duckdb.DuckDBPyConnection) -> int:
        """The number of the newest snapshot: it changes when the store has changed. Asked by one of `connect`'s."""
        with surroundings(f"cannot read the store {self.path}"):
            row = connection.execute(statement("version")).fetchone()
        return int(row[0]) if row else 0

    def position(self) -> Position | None:
        """Where in the journal the newest batch ended; None before the first."""
        row = self._row("position")
        return Position(row[1], row[2]) if row else None

    def covered_position(self) -> Position | None:
        """Where in the journal the newest batch ended that the derived tables reflect; None before the first."""
        row = self._row("covered_position")
        return Position(row[1], row[2]) if row else None

    def uncovered(self, connection: duckdb.DuckDBPyConnection) -> int:
        """How many spans the derived tables do not reflect yet. Asked by one of `connect`'s."""
        row = connection.execute(statement("uncovered")).fetchone()
        return int(row[0]) if row else 0

    def rules(self, connection: duckdb.DuckDBPyConnection) -> str | None:
        """By which rules the derived tables were made; None while they are empty. Asked by one of `connect`'s."""
        row = connection.execute(statement("covered")).fetchone()
        return str(row[1]) if row else None

    def statistics(self) -> StoreStatistics:
        """The store in figures; reads every span's times."""
        spans, traces, *times = self._row("statistics") or (0, 0, None, None, None)
        return StoreStatistics(self.path, _bytes_on_disk(self.path), spans, traces, *times)

    def _require_present(self, version: int) -> None:
        require_not_newer(self.path, version)
        if version < VERSION:
            hint = f"`tracer rebuild --store {self.path}` brings it up to date, so does a collector"
            raise UsageError(f"the store {self.path} has schema {version}, this release reads {VERSION}", hint)

    def _row(self, name: str) -> tuple[Any, ...] | None:
        """The first row of the .sql file of that name."""
        connection = connect(self.path / CATALOG, read_only=True)
        try:
            with surroundings(f"cannot read the store {self.path}"):
                return connection.execute(statement(name)).fetchone()
        finally:
            connection.close()


def _bytes_on_disk(path: Path) -> int:
    total = 0
    for directory, _, files in os.walk(path):
        for file in files:
            try:
                total += Path(directory, file).stat().st_size
            except FileNotFoundError:
                continue  # merged away meanwhile
    return total
