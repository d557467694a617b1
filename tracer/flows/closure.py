"""The flow of some nodes: breadth first over the edges of a reconstruction, one join a level (analysis 1.5)."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tracer.flows.reconstruction import statement


def close_over(connection: duckdb.DuckDBPyConnection, nodes: Sequence[str], up: bool, down: bool, limit: int) -> int:
    """Fill `flow_wanted(id)` with `nodes`, their effects (`down`) and the chain of their causes (`up`).

    The `limit` nodes that are nearest stay. Returns how many are left out.
    """
    connection.execute(statement("closure_start"), {"ids": list(nodes)})
    for step, wanted in (("closure_down", down), ("closure_up", up)):
        depth = 0
        while wanted and _rows(connection, statement(step), depth):
            depth += 1
    connection.execute(statement("closure_end"), {"limit": limit})
    row = connection.execute(statement("closure_rest")).fetchone()
    return int(row[0]) if row else 0


def want_all(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `flow_wanted(id)` with every event and processing."""
    connection.execute(statement("want_all"))


def _rows(connection: duckdb.DuckDBPyConnection, step: str, depth: int) -> int:
    row = connection.execute(step, {"depth": depth}).fetchone()
    return int(row[0]) if row else 0
