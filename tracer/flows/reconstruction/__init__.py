"""Events, processings and edges out of spans: the rules, one .sql file each, and the order in which they run.

Pure over two relations of the connection it is given: `flow_source`, the spans in scope, and `flow_store`, all spans
(for the few facts that only the whole store tells). Both have the columns of `tracer.store.schema.SPANS`. The results
are temporary tables of that connection: `flow_event`, `flow_processing`, `flow_edge`. May import nothing but the table
of names.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.flows.reconstruction.link_macros import link_macros

TOLD = ("told", "told_cluster")
"""What spans tell of the whole store: for a union of spans, a union of such relations."""

SUMMARY = ("home", "facts")
"""What only the whole store tells, out of the relations of TOLD."""

IDENTITY = (
    "span",
    "duplicate",
    "cluster",
    "tree",
    "nearest",
    "link",
    "layer",
    "send",
    "arrival",
    "reference",
    "origin",
    "origin_cluster",
    "claim",
    "identity",
)
"""From spans to which of them are about the same message."""

JOINS = ("message_id", "join", "order", "join", "key_window", "join")
"""Messages that are the same by less than a proof: each rule tells pairs, which become one before the next."""

GRAPH = (
    "event",
    "orphan",
    "member",
    "inside",
    "adjacency_open",
    "adjacency_root",
    "adjacency_below",
    "adjacency_line",
    "adjacency_after",
    "adjacency_turn",
    "adjacency_shape",
    "adjacency_last",
    "adjacency",
    "adjacency_work",
    "attempt",
    "work",
    "delivered",
    "failure",
    "cause",
    "ancestry",
    "lineage",
    "descent",
    "caused",
    "adjacency_caused",
    "processing",
    "edge",
)
"""From messages to events, attempts with outcomes, and edges."""


def reconstruct(connection: duckdb.DuckDBPyConnection) -> None:
    """Build `flow_event`, `flow_processing` and `flow_edge` from the spans of `flow_source`."""
    gather_facts(connection)
    rebuild(connection)


def gather_facts(connection: duckdb.DuckDBPyConnection) -> None:
    """Read from `flow_store` what only the whole store tells; costs one scan of a few columns."""
    define(connection)
    for name in TOLD:
        connection.execute(statement(name))
    sum_up(connection)


def define(connection: duckdb.DuckDBPyConnection) -> None:
    """The macros of the rules."""
    connection.execute(link_macros())
    connection.execute(statement("macros"))


def sum_up(connection: duckdb.DuckDBPyConnection) -> None:
    """The facts, out of `flow_told` and `flow_cluster`."""
    for name in SUMMARY:
        connection.execute(statement(name))


def rebuild(connection: duckdb.DuckDBPyConnection) -> None:
    """Build the graph of `flow_source`, with facts that were gathered before."""
    for name in IDENTITY:
        connection.execute(statement(name))
    unite(connection)
    for name in (*JOINS, *GRAPH):
        connection.execute(statement(name))


def statement(name: str) -> str:
    """The SQL of one rule."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def unite(connection: duckdb.DuckDBPyConnection) -> None:
    """From `flow_identity` to `flow_label`: every node gets the smallest label of its component.

    Labels only ever fall, so their sum tells a fixed point; a chain of n nodes takes about log n steps.
    """
    connection.execute(statement("label"))
    step, total = statement("union"), -1
    while (now := _label_total(connection)) != total:
        total = now
        connection.execute(step)


def _label_total(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("SELECT coalesce(sum(label), 0) FROM flow_label").fetchone()
    return int(row[0]) if row else 0
