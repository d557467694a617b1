"""The flow of an event out of the spans around it, so that its cost follows the flow's size, not the store's.

A loop: load the traces that are known to tell of the flow, reconstruct them, close over the edges, see which traces the
nodes found point at. It ends when they point at nothing new. What only the whole store tells (facts, links by target)
is read once and kept while the store does not change. May import the reconstruction.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.flows.closure import Extent, close_over
from tracer.flows.lookup import Asked, find
from tracer.flows.reconstruction import gather_facts, rebuild

AHEAD_HOPS = 8
AHEAD_TRACES = 32

NEWEST_OF_KEY = 200
"""The newest event of a key is in one of so many of its newest traces: the rest are later attempts at older events."""


class Neighbourhood:
    """Loads and reconstructs what is around an event, on a connection of its own with the view `flow_store`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        gather_facts(connection)
        connection.execute(_statement("backlink"))

    def explore(self, asked: Asked, extent: Extent) -> list[str]:
        """Load what is around the asked node until the reconstruction knows its flow; the nodes that are meant."""
        self.connection.execute(_statement("start"))
        nodes: list[str] = []
        missing = self._seeds(asked)
        while missing:
            self._load()
            self._look_ahead()
            rebuild(self.connection)
            nodes = find(self.connection, asked)
            left_out = close_over(self.connection, nodes, extent)
            missing = 0 if left_out or not nodes else self._missing()
        return nodes

    def load_newest(self, spans: int) -> int | None:
        """Reconstruct the newest `spans` spans. Returns the time (nanoseconds) since when events are complete, those
        that were produced then or later; None when that is the whole store.
        """
        self.connection.execute(_statement("start"))
        row = self.connection.execute(_statement("window_start"), {"spans": spans}).fetchone()
        since = row[0] if row else None
        self.connection.execute(_statement("window"), {"since": since})
        rebuild(self.connection)
        self.connection.execute(_statement("older"))
        if self._missing():
            self._load()
            rebuild(self.connection)
        return since

    def load_key(self, key: str, traces: int) -> bool:
        """Reconstruct every event of a key with all its deliveries; False when it has more than so many traces."""
        self.connection.execute(_statement("start"))
        values = {"key": key, "traces": traces + 1}
        self.connection.execute(f"INSERT INTO flow_missing {_statement('seed_key')}", values)
        if (missing := _count(self.connection)) > traces:
            return False
        while True:
            if missing:
                self._load()
            rebuild(self.connection)
            self.connection.execute(_statement("of_key"), {"key": key})
            if not (missing := self._missing()):
                return True

    def _seeds(self, asked: Asked) -> int:
        values: dict[str, str | int]
        if asked.key is not None:
            name, values = "seed_key", {"key": asked.key, "traces": NEWEST_OF_KEY}
        elif asked.trace_id is not None:
            name, values = "seed_trace", {"trace_id": asked.trace_id}
        elif asked.span_id is not None:
            name, values = "seed_span", {"span_id": asked.span_id}
        elif place := asked.place():
            name, values = "seed_place", dict(zip(("topic", "part", "off"), place, strict=True))
        elif message := asked.message():
            name, values = "seed_message", dict(zip(("system", "message_id"), message, strict=True))
        else:
            return 0
        self.connection.execute(f"INSERT INTO flow_missing {_statement(name)}", values)
        return _count(self.connection)

    def _missing(self) -> int:
        self.connection.execute(_statement("missing"))
        return _count(self.connection)

    def _look_ahead(self) -> None:
        """Load what is linked, hop by hop, while it is little: traces of batches lead to everything."""
        for _ in range(AHEAD_HOPS):
            self.connection.execute(_statement("ahead"))
            if not 0 < _count(self.connection) <= AHEAD_TRACES:
                return
            self._load()

    def _load(self) -> None:
        extent = self.connection.execute(_statement("extent")).fetchone() or (None, None)
        self.connection.execute(_statement("load"), {"first": extent[0], "last": extent[1]})
        self.connection.execute(_statement("loaded"))


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT count(*) FROM flow_missing").fetchone()
    return int(row[0]) if row else 0


def _statement(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
