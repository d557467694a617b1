"""The JSON shapes that scripts outside the project rely on."""

from __future__ import annotations

import json as standard
from dataclasses import replace

from tests.render.sample_flows import T0, event, flow, handled, registration, registration_map
from tracer.flows.model import Graph, Problem
from tracer.render import json

EVENT = "id system topic partition offset key messageId producedAt service traceId spanId"
PROCESSING = (
    "id event group groupKnown attempt service outcome error startedAt queueNs backoffNs durationNs traceId spanId"
)
EDGE = "from to kind method confidence"
PROBLEM = "check subject topic group count firstAt lastAt message evidence confidence"


def test_a_graph_has_exactly_the_documented_keys() -> None:
    problem = Problem("lost", "orders", "orders", "pay", 2, T0, None, "two are lost", ("kafka://orders/0/1",), 1.0)
    shown = json.graph(replace(registration().graph, problems=(problem,)))
    assert list(shown) == ["events", "processings", "edges", "problems"]
    assert {name: list(rows[0]) for name, rows in shown.items()} == {
        "events": EVENT.split(),
        "processings": PROCESSING.split(),
        "edges": EDGE.split(),
        "problems": PROBLEM.split(),
    }
    assert standard.loads(standard.dumps(shown)) == shown


def test_times_have_nanoseconds_in_utc_and_durations_are_integers() -> None:
    of = event("orders")
    shown = json.graph(flow(of.id, [of], [handled(of, "pay", 1, 2)], []).graph)
    assert shown["events"][0]["producedAt"] == "2026-11-24T06:11:01.123456789Z"
    assert shown["processings"][0]["startedAt"] == "2026-11-24T06:11:01.124456789Z"
    assert (shown["processings"][0]["queueNs"], shown["processings"][0]["durationNs"]) == (1_000_000, 2_000_000)


def test_what_is_not_known_is_null() -> None:
    of = event("orders", partition=None, offset=None, key=None, produced_at=None, service=None)
    shown = json.event(of)
    assert [shown[name] for name in ("partition", "offset", "key", "producedAt", "service")] == [None] * 5


def test_an_empty_graph_has_empty_lists() -> None:
    assert json.graph(Graph()) == {"events": [], "processings": [], "edges": [], "problems": []}


def test_the_map_tells_nodes_and_edges() -> None:
    shown = json.service_map(registration_map())
    topic = next(node for node in shown["nodes"] if node["name"] == "user-created.crm.dlq")
    assert (topic["type"], topic["events"], topic["deadLetter"]) == ("topic", 100, True)
    assert (topic["traced"], topic["untraced"], topic["withoutConsumer"]) == (False, ["consumer"], 100)
    crm = next(edge for edge in shown["edges"] if edge["group"] == "crm-sync")
    assert (crm["from"], crm["to"], crm["errors"], crm["deadLettered"], crm["queueP50Ns"]) == (
        *("user-created", "crm"),
        *(100, 100, 4_200_000),
    )
