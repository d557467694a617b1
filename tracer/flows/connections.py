"""The connections that `Flows` works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from tracer.flows import reconstruction, scope
from tracer.store import Lake

SMALL = 20_000
"""A store of so many spans is read by one thread: sharing the work costs more than it."""

_ALL = 2**63 - 1  # batches


class Connections:
    """Connections to a store: one that reads the tables which the writer keeps up to date, and one where the spans
    around a trace are reconstructed, to see what a span is about. Each is opened when it is needed.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._tables: duckdb.DuckDBPyConnection | None = None
        self._around: duckdb.DuckDBPyConnection | None = None

    def tables(self) -> duckdb.DuckDBPyConnection:
        """A connection with the views `spans` and `links`, and `flow_event`, `flow_processing` and `flow_edge`."""
        if self._tables is None:
            self._tables = self._lake.connect()
            row = self._tables.execute("SELECT count(*) FROM lake.spans").fetchone()
            if row is None or int(row[0]) <= SMALL:
                self._tables.execute("SET threads = 1")
            reconstruction.define(self._tables)
            scope.define(self._tables)
            self._tables.execute(_statement("tables"))
        return self._tables

    @contextmanager
    def snapshot(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The connection of `tables` in a transaction: all that is read sees the store as one commit left it."""
        connection = self.tables()
        connection.begin()
        try:
            yield connection
        except BaseException:
            with suppress(duckdb.Error):  # the error itself may have ended it
                connection.rollback()
            raise
        connection.commit()

    def version(self) -> int:
        """A number that changes when the store has changed."""
        return self._lake.version(self.tables())

    def waiting(self) -> int:
        """How many spans the tables do not reflect yet."""
        return self._lake.uncovered(self.tables())

    def rules(self) -> str | None:
        """By which rules the tables were made; None while they are empty."""
        return self._lake.rules(self.tables())

    def around(self, trace_id: str | None, span_id: str | None) -> duckdb.DuckDBPyConnection:
        """A connection with the reconstruction of what is around a trace, or around the traces with a span."""
        if self._around is None:
            self._around = self.tables().cursor()
            scope.prepare(self._around)
        connection = self._around
        connection.execute(_statement("around_seed"), {"trace_id": trace_id, "span_id": span_id})
        scope.surround(connection, scope.REACH, _ALL)
        scope.load(connection, _ALL)
        scope.recall_facts(connection)
        reconstruction.rebuild(connection)
        return connection

    def close(self) -> None:
        """Close what is open."""
        for connection in (self._around, self._tables):
            if connection is not None:
                connection.close()


def _statement(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
