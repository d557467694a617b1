"""From the relations of a reconstruction to the classes of the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from tracer.errors import NotFoundError
from tracer.flows.clocks import clock_bounds
from tracer.flows.closure import Extent, close_over, reach_of, want_all
from tracer.flows.filter import EventFilter
from tracer.flows.model import (
    Beside,
    Edge,
    Event,
    EventSummary,
    Evidence,
    Flow,
    Graph,
    MapEdge,
    MapNode,
    Outcome,
    Processing,
    ServiceMap,
    SpanDetail,
)
from tracer.flows.span_tree import TreeSpan

BADNESS: tuple[Outcome, ...] = ("ok", "unknown", "retried", "error", "dead-lettered")
"""Outcomes from harmless to worst."""

EVENT_FIELDS = 16

ALL = 2**62
"""More rows than any table has."""


def whole_graph(connection: duckdb.DuckDBPyConnection) -> Graph:
    """Everything that was reconstructed."""
    want_all(connection)
    return _graph(connection)


def closure(connection: duckdb.DuckDBPyConnection, nodes: Sequence[str], asked: str, extent: Extent) -> Flow:
    """The flow of `nodes`, which are what `asked` means."""
    reach = reach_of(connection)
    left_out, first, last = close_over(connection, nodes, extent, reach)
    around = {"first": first + reach.soonest_ns, "last": last + reach.latest_ns}
    beside = tuple(Beside(*row) for row in _rows(connection, "beside", around)) if extent.up or extent.whole else ()
    graph = _graph(connection)
    clocks = clock_bounds(connection, graph)
    return Flow(nodes[0] if len(nodes) == 1 else asked, graph, left_out, tuple(nodes), beside, clocks)


def summaries(connection: duckdb.DuckDBPyConnection, wanted: EventFilter) -> list[EventSummary]:
    """The events that match, newest first."""
    told = {"group": wanted.group, "outcome": wanted.outcome}
    time = {"since_ns": wanted.since_ns, "until_ns": wanted.until_ns}
    decided = wanted.group is None and wanted.outcome is None and not wanted.text  # by the rows of the events alone
    page = {"topic": wanted.topic, "key": wanted.key, "page": wanted.limit if decided else ALL}
    _rows(connection, "events_page", {**told, **time, **page})
    oldest, newest = _rows(connection, "events_page_extent")[0]
    if oldest is None:
        return []
    reach = reach_of(connection)
    window = {"first": oldest + reach.soonest_ns, "last": newest + reach.latest_ns, "oldest": oldest, "newest": newest}
    values = {**told, **window, "text": wanted.text or None, "limit": wanted.limit}
    return [_summary(row) for row in _rows(connection, "summaries", values)]


def service_map(
    connection: duckdb.DuckDBPyConnection, since_ns: int | None = None, until_ns: int | None = None
) -> ServiceMap:
    """Services and topics with the traffic between them."""
    period = {"since_ns": since_ns, "until_ns": until_ns}
    produced, consumed = _rows(connection, "map_produced", period), _rows(connection, "map_consumed", period)
    dead = {row[0] for row in _rows(connection, "map_dead_letters")}
    sent: dict[str, int] = dict.fromkeys(sorted({row[0] for row in produced} | {row[1] for row in consumed}), 0)
    for service, _, count, *_ in produced:
        sent[service] += count
    nodes = [MapNode(name, "service", count) for name, count in sent.items()]
    for topic, count, *more in _rows(connection, "map_topics", period):
        nodes.append(MapNode(topic, "topic", count, topic in dead, *more))
    edges = [
        MapEdge(service, topic, "produces", None, count, 0, 0, None, None, first_at=first, last_at=last)
        for service, topic, count, first, last in produced
    ]
    edges += [MapEdge(row[0], row[1], "consumes", *row[2:]) for row in consumed]
    return ServiceMap(tuple(nodes), tuple(edges))


def span(connection: duckdb.DuckDBPyConnection, trace_id: str, span_id: str) -> SpanDetail:
    """One span. NotFoundError when the store does not have it."""
    ids = {"trace_id": trace_id, "span_id": span_id}
    found = _rows(connection, "span", ids)
    if not found:
        raise NotFoundError(f"no span {span_id} of trace {trace_id} in this store", "was it removed by retention?")
    *fields, attributes, resource, events = found[0]
    links = tuple(
        {"trace_id": row[0], "span_id": row[1], "attributes": json.loads(row[2]) if row[2] else {}}
        for row in _rows(connection, "span_links", ids)
    )
    happened = tuple({**event, "attributes": event["attributes"] or {}} for event in json.loads(events or "[]"))
    carried: tuple[Any, ...] = (json.loads(attributes), json.loads(resource or "{}"), happened, links)
    return SpanDetail(*fields, *carried)


def spans_of_traces(connection: duckdb.DuckDBPyConnection, traces: Sequence[str]) -> list[TreeSpan]:
    """Every span of some traces, read at once."""
    first, last = _rows(connection, "path_extent", {"traces": list(traces)})[0]
    rows = _rows(connection, "path_spans", {"traces": list(traces), "first": first, "last": last})
    return [TreeSpan(*row) for row in rows]


def _graph(connection: duckdb.DuckDBPyConnection) -> Graph:
    return Graph(
        tuple(Event(*row) for row in _rows(connection, "events")),
        tuple(Processing(*row) for row in _rows(connection, "processings")),
        tuple(_edge(row) for row in _rows(connection, "edges")),
    )


def _edge(row: Sequence[Any]) -> Edge:
    source, target, kind, told = row
    evidence = tuple(Evidence(**one) for one in told)
    return Edge(source, target, kind, evidence[0].method, evidence[0].confidence, evidence)


def _summary(row: Sequence[Any]) -> EventSummary:
    deliveries, attempts, outcomes, last_queue_ns, dead_letter = row[EVENT_FIELDS:]
    counts: dict[Outcome, int] = dict(outcomes or {})
    worst = max(counts, key=BADNESS.index, default=None)
    return EventSummary(Event(*row[:EVENT_FIELDS]), deliveries, attempts, counts, worst, last_queue_ns, dead_letter)


def _rows(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, Any] | None = None) -> list[Any]:
    sql = (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
    return connection.execute(sql, values).fetchall()
