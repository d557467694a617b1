"""The flow of some nodes: breadth first over the edges of a reconstruction, one join a level (analysis 1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracer.flows.reconstruction import statement


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a flow goes: causes (`up`), effects (`down`), all effects of the causes too (`whole`), how many nodes."""

    up: bool
    down: bool
    whole: bool
    limit: int


def close_over(connection: duckdb.DuckDBPyConnection, nodes: Sequence[str], extent: Extent) -> int:
    """Fill `flow_wanted(id)` with `nodes`, their effects and the chain of their causes.

    The nodes that are nearest stay. Returns how many are left out.
    """
    connection.execute(statement("closure_start"), {"ids": list(nodes)})
    if extent.up or extent.whole:
        _walk(connection, "closure_up")
    if extent.whole:
        connection.execute(statement("closure_whole"))
    if extent.down or extent.whole:
        _walk(connection, "closure_down")
    connection.execute(statement("closure_end"), {"limit": extent.limit})
    row = connection.execute(statement("closure_rest")).fetchone()
    return int(row[0]) if row else 0


def want_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `flow_wanted(id)` with every event and processing."""
    connection.execute(statement("want_all"))


def _walk(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Step by step until a step finds nothing new."""
    step, depth, found = statement(name), 0, 1
    while found:
        row = connection.execute(step, {"depth": depth}).fetchone()
        found = int(row[0]) if row else 0
        depth += 1
