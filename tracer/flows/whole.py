"""The reconstruction of a whole store, kept until the store changes."""

from __future__ import annotations

import duckdb

from tracer.flows.reconstruction import reconstruct
from tracer.store import Lake


class WholeStore:
    """Connections to a store: one for plain reads, one that holds the reconstruction of the version it was made of."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._reader: duckdb.DuckDBPyConnection | None = None
        self._built: duckdb.DuckDBPyConnection | None = None
        self._version = -1

    def spans(self) -> duckdb.DuckDBPyConnection:
        """A connection with the views `spans` and `links`, for reads that need no reconstruction."""
        if self._reader is None:
            self._reader = self._lake.connect()
        return self._reader

    def connection(self) -> duckdb.DuckDBPyConnection:
        """A connection with `flow_event`, `flow_processing` and `flow_edge` of the store as it is now."""
        version = self._lake.version()
        if self._built is None or version != self._version:
            built = self.spans().cursor()
            built.execute("CREATE TEMP VIEW flow_store AS FROM lake.spans")
            built.execute("CREATE TEMP VIEW flow_source AS FROM lake.spans")
            reconstruct(built)
            if self._built is not None:
                self._built.close()
            self._built, self._version = built, version
        return self._built

    def close(self) -> None:
        """Close the connections."""
        for connection in (self._built, self._reader):
            if connection is not None:
                connection.close()
        self._built = self._reader = None
