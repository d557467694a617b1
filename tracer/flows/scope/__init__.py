"""Which spans tell of the messages of some traces: the traces that name one another, hop by hop, and their spans.

What a row says depends on the spans of few traces: those that name one another (links), or name the same message
(coordinates, message ids). The table `refs` of the lake knows who names what. Works on temporary relations of one
connection: `scope_seed(node)` in, `scope_near(node, hop)` and `flow_source` out. May import the reconstruction.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.flows import reconstruction

REACH = 4
"""Hops from a row's trace to the farthest trace that the row depends on: an arrival, its producer, another arrival of
that producer or at the same coordinates, a context which that one names."""

LANE = 3
"""Hops that one along a lane counts for: within REACH there is one such step, to what a span may change, and as far
again one more, to what that depends on."""


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros known on a connection: the keys of traces, and what a lane is."""
    connection.execute(_statement("macros"))


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros and `scope_store`, the spans of the lake, known on a connection; no spans are new."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW scope_store AS\n{_statement('narrow')}")
    reconstruction.define(connection)
    define(connection)
    connection.execute(_statement("nothing"))
    connection.execute(source())


def source() -> str:
    """The SQL that says what `flow_source` is made of."""
    return _statement("source")


def name_keys(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `derived_ref` with what the spans of `scope_fresh` name."""
    connection.execute(_statement("ref"))


def recall_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """The facts that the covered spans of the lake have told."""
    connection.execute(_statement("known_facts"))
    reconstruction.sum_up(connection)


def surround(connection: duckdb.DuckDBPyConnection, hops: int, newest: int) -> None:
    """Find the traces within so many hops of those in `scope_seed`, with spans in batches up to `newest`.

    What is near in time in a lane is LANE hops away: guesses depend on it.
    """
    connection.execute(_statement("start"))
    lanes = _number(connection, "lane_start")
    still = 0  # hops since one was found: from the last found there may be lanes to go along
    for hop in range(1, hops + 1):
        connection.execute(_statement("names"))
        connection.execute(_statement("hop"), {"hop": hop})
        if lanes and hop >= LANE:
            _go_along_lanes(connection, hop - LANE, hop, newest)
        still = 0 if _number(connection, "frontier") else still + 1
        if still == (LANE if lanes else 1):
            break
    if not still:  # where those that were found last have their spans
        connection.execute(_statement("names"))


def open_lanes(connection: duckdb.DuckDBPyConnection) -> int:
    """Fill `derived_lane` with lanes of `flow_source` that matter and were not known to; how many."""
    return _number(connection, "open_lane")


def load(connection: duckdb.DuckDBPyConnection, covered: int) -> None:
    """Let `flow_source` be the spans of `scope_fresh` and those of the traces near in batches up to `covered`."""
    batches = _batches(connection, 0, 2 * REACH)
    connection.execute(_statement("load"), {"covered": covered, "batches": batches})


def _go_along_lanes(connection: duckdb.DuckDBPyConnection, start: int, hop: int, newest: int) -> None:
    connection.execute(_statement("lane_from"), {"hop": start, "batches": _batches(connection, start, start)})
    minutes, first, last = connection.execute(_statement("lane_minutes")).fetchone() or ([], 0, 0)
    if minutes:
        values = {"minutes": minutes, "first": first, "last": last, "newest": newest}
        connection.execute(_statement("lane_read"), values)
        connection.execute(_statement("lane_known"), {"minutes": minutes})
    connection.execute(_statement("lane_hop"), {"hop": hop})


def _batches(connection: duckdb.DuckDBPyConnection, first: int, last: int) -> list[int]:
    row = connection.execute(_statement("batches"), {"first": first, "last": last}).fetchone()
    return row[0] if row else []


def _number(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(_statement(name)).fetchone()
    return int(row[0]) if row else 0


def _statement(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
