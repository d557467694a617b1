"""Events, processings and edges out of spans: the rules, one .sql file each, and the order in which they run.

Pure over two relations of the connection it is given: `flow_source`, the spans in scope, and `flow_store`, all spans
(for the few facts that only the whole store tells). Both have the columns of `tracer.store.schema.SPANS`. The results
are temporary tables of that connection: `flow_event`, `flow_processing`, `flow_edge`. May import nothing but the table
of names.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import duckdb

from tracer.flows.reconstruction.lifetimes import unread_after
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
    "undecided",
    "decided",
    "nearest",
    "linking",
    "link",
    "around",
    "layer",
    "send",
    "arrival",
    "frame",
    "framed",
    "reference",
    "origin",
    "origin_cluster",
    "claim",
    "identity",
)
"""From spans to which of them are about the same message."""

JOINS = (
    "telling_id",
    "message_id",
    "join",
    "sent_on",
    "resent",
    "join",
    "unnamed",
    "order",
    "join",
    "key_window",
    "join",
)
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
    "together",
    "attempt",
    "work",
    "delivered",
    "failing",
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

_UNITE = "unite"

_ORDER = (*IDENTITY, _UNITE, *JOINS, *GRAPH)

NEEDS = {
    "cluster": "flow_other_cluster",
    "decided": "flow_undecided",
    "link": "flow_linking",
    "layer": "flow_around",
    "framed": "flow_frame",
    "origin": "flow_reference",
    "origin_cluster": "flow_other_cluster",
    "message_id": "flow_telling_id",
    "resent": "flow_sent_on",
    "order": "flow_unnamed",
    "key_window": "flow_unnamed",
    "join": "flow_join",
    "adjacency_root": "flow_open",
    "adjacency_below": "flow_root",
    "adjacency_line": "flow_root",
    "adjacency_after": "flow_line",
    "adjacency_turn": "flow_line",
    "adjacency_shape": "flow_line",
    "adjacency_last": "flow_line",
    "adjacency": "flow_line",
    "adjacency_work": "flow_adjacent",
    "adjacency_caused": "flow_adjacent",
    "failure": "flow_failing",
    "ancestry": "flow_sent_on",
    "lineage": "flow_ancestry",
    "descent": "flow_ancestry",
    "caused": "flow_cause",
}
"""Rules that find nothing where a relation is empty, and which: there they do not run. To plan a statement takes longer
than to run it over few spans."""


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


def rebuild(
    connection: duckdb.DuckDBPyConnection, before: Sequence[str] = (), after: Sequence[str] | None = None
) -> None:
    """Build the graph of `flow_source`, with facts that were gathered before.

    With `after`, the statements that will read it, no table stays longer than it is read: what neither they nor a rule
    to come reads is dropped, also of what the statements `before` have made.
    """
    connection.execute(statement("nothing"))
    unread = _unread(tuple(before), tuple(after)) if after is not None else [()] * len(_ORDER)
    for name, tables in zip(_ORDER, unread, strict=True):
        if name == _UNITE:
            unite(connection)
        else:
            apply(connection, name)
        for table in tables:
            connection.execute(f"DROP TABLE IF EXISTS {table}")  # a rule that did not run has made none


@cache
def _unread(before: tuple[str, ...], after: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The tables that nobody reads after each rule of the order."""
    first = (*before, statement("nothing"))
    rules = [_text(name) for name in _ORDER]
    unread = unread_after([*first, *rules, *after])
    return [tuple(tables) for tables in unread[len(first) : len(first) + len(rules)]]


def _text(name: str) -> str:
    """What a rule of the order runs and reads."""
    if name == _UNITE:
        return statement("label") + statement("union") + " flow_apart"
    return f"{statement(name)} {NEEDS.get(name, '')}"


def apply(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run one rule, unless the relation that it needs is empty: then its result is what `nothing` has made it."""
    needed = NEEDS.get(name)
    if needed is None or _any(connection, needed):
        connection.execute(statement(name))


def statement(name: str) -> str:
    """The SQL of one rule."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def unite(connection: duckdb.DuckDBPyConnection) -> None:
    """From `flow_identity` to `flow_label`: every node gets the smallest label of its component.

    Labels only ever fall, and a component's smallest node keeps its own: done when no pair has two. A chain of n nodes
    takes about log n steps.
    """
    connection.execute(statement("label"))
    step = statement("union")
    while _any(connection, "flow_apart"):
        connection.execute(step)


def _any(connection: duckdb.DuckDBPyConnection, relation: str) -> bool:
    return connection.execute(f"SELECT 1 FROM {relation} LIMIT 1").fetchone() is not None
