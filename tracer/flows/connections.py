"""The connections that `Flows` works on, each kept until the store changes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.flows.neighbourhood import Neighbourhood
from tracer.flows.reconstruction import reconstruct
from tracer.store import Lake

SMALL = 20_000
"""Stores of so many spans are reconstructed as a whole in about the time that a neighbourhood takes."""

_NARROW = Path(__file__).with_name("narrow.sql")


class Connections:
    """Connections to a store: one for plain reads, one that holds the reconstruction of the whole store, and one for
    the neighbourhoods of events. The latter two are made when needed, and anew when the store has changed.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._reader: duckdb.DuckDBPyConnection | None = None
        self._whole: tuple[int, duckdb.DuckDBPyConnection] | None = None
        self._neighbourhood: tuple[int, Neighbourhood] | None = None

    def spans(self) -> duckdb.DuckDBPyConnection:
        """A connection with the views `spans` and `links`, for reads that need no reconstruction."""
        if self._reader is None:
            self._reader = self._lake.connect()
        return self._reader

    def version(self) -> int:
        """A number that changes when the store has changed."""
        return self._lake.version(self.spans())

    def whole(self) -> duckdb.DuckDBPyConnection:
        """A connection with `flow_event`, `flow_processing` and `flow_edge` of the store as it is now."""
        version = self.version()
        if self._whole is None or self._whole[0] != version:
            self._let_go_of_whole()  # before the next is built: of a million spans each holds more than a gigabyte
            connection = self._open("TABLE" if self._small() else "VIEW")
            connection.execute("CREATE TEMP VIEW flow_source AS FROM flow_store")
            reconstruct(connection)
            self._whole = version, connection
        return self._whole[1]

    def neighbourhood(self) -> Neighbourhood | None:
        """Where to explore what is around an event; None when the whole store is as quick to ask."""
        version = self.version()
        if self._whole is not None and self._whole[0] == version:
            return None
        self._let_go_of_whole()
        if self._neighbourhood is None or self._neighbourhood[0] != version:
            if self._small():
                return None
            if self._neighbourhood is not None:
                self._neighbourhood[1].connection.close()
            self._neighbourhood = version, Neighbourhood(self._open("VIEW"))
        return self._neighbourhood[1]

    def close(self) -> None:
        """Close what is open."""
        if self._neighbourhood is not None:
            self._neighbourhood[1].connection.close()
        self._let_go_of_whole()
        if self._reader is not None:
            self._reader.close()

    def _let_go_of_whole(self) -> None:
        if self._whole is not None:
            self._whole[1].close()
            self._whole = None

    def _small(self) -> bool:
        """Whether the store is small. One thread then does the work: sharing it costs more than it."""
        row = self.spans().execute("SELECT count(*) FROM lake.spans").fetchone()
        small = row is None or int(row[0]) <= SMALL
        self.spans().execute("SET threads = 1" if small else "RESET threads")
        return small

    def _open(self, kind: str) -> duckdb.DuckDBPyConnection:
        """A connection with `flow_store`: a VIEW of the lake, or a TABLE, so that a small store is read once."""
        connection = self.spans().cursor()
        connection.execute(f"CREATE TEMP {kind} flow_store AS\n{_NARROW.read_text(encoding='utf-8')}")
        return connection
