"""The flow of some nodes: breadth first over the derived tables, one narrow scan a step (analysis 1.5).

A step looks for rows by the key of an event's id, and only in the time in which what follows has ever been found in
this store: its cost follows the flow, not the store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a flow goes: causes (`up`), effects (`down`), all effects of the causes too (`whole`), how many nodes."""

    up: bool
    down: bool
    whole: bool
    limit: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How long after what leads to it a row of this store is, at least (negative: clocks differ) and at most."""

    soonest_ns: int
    latest_ns: int


def reach_of(connection: duckdb.DuckDBPyConnection) -> Reach:
    """The reach of the rows of a store."""
    return Reach(*(connection.execute(_statement("reach")).fetchone() or (0, 0)))


def close_over(
    connection: duckdb.DuckDBPyConnection, nodes: Sequence[str], extent: Extent, reach: Reach
) -> tuple[int, int, int]:
    """Fill `wanted_event`, `wanted_processing` and `wanted_edge` with `nodes`, their effects and the chain of causes.

    The nodes that are nearest stay. All that was found stands in `flow_seen`. Returns how many nodes are left out, and
    the first and last time of all.
    """
    _start(connection, nodes)
    if extent.up or extent.whole:
        _walk_up(connection, reach)
    if extent.whole:
        connection.execute(_statement("whole"))
    if extent.down or extent.whole:
        _walk_down(connection, reach)
    connection.execute(_statement("all"))
    found, first, last = connection.execute(_statement("extent")).fetchone() or (0, 0, 0)
    window = {"first": first, "last": last}
    if found > extent.limit:
        connection.execute(_statement("nearest"), {"limit": extent.limit, **window})
    for rows in ("found_events", "found_processings", "found_edges"):
        connection.execute(_statement(rows), window)
    connection.execute(_statement("found"))
    return max(0, found - extent.limit), first, last


def want_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `wanted_event`, `wanted_processing` and `wanted_edge` with everything."""
    connection.execute(_statement("everything"))


def _start(connection: duckdb.DuckDBPyConnection, nodes: Sequence[str]) -> None:
    connection.execute(_statement("start"))
    attempts = [node for node in nodes if "#" in node]
    events = [node for node in nodes if "#" not in node]
    for name, ids in (("asked_events", events), ("asked_processings", attempts)):
        if ids:
            connection.execute(_statement(name), {"ids": ids})


def _walk_down(connection: duckdb.DuckDBPyConnection, reach: Reach) -> None:
    depth = 0
    while frontier := _frontier(connection, depth):
        for is_event, first, last in frontier:
            window = {"depth": depth, "first": first + reach.soonest_ns, "last": last + reach.latest_ns}
            connection.execute(_statement("handled" if is_event else "effects"), window)
        depth += 1


def _walk_up(connection: duckdb.DuckDBPyConnection, reach: Reach) -> None:
    depth = 0
    while frontier := _frontier(connection, depth):
        for is_event, first, last in frontier:
            if is_event:  # what caused an event stands at the time of the event
                connection.execute(_statement("causes"), {"depth": depth, "first": first, "last": last})
            else:
                window = {"depth": depth, "first": first - reach.latest_ns, "last": last - reach.soonest_ns}
                connection.execute(_statement("handles"), window)
        depth -= 1


def _frontier(connection: duckdb.DuckDBPyConnection, depth: int) -> list[tuple[bool, int, int]]:
    return connection.execute(_statement("frontier"), {"depth": depth}).fetchall()


def _statement(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
