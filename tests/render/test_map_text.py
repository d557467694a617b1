"""The map as aligned rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.render.sample_flows import registration_map
from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.cells import cells
from tracer.render.map import untraced_notes
from tracer.render.text import map_text

REGISTRATION = """\
6 services, 4 topics
† crm-sync: 100 of 200 events of user-created failed, 100 dead-lettered
                                                                   time in queue
services → topic, and its groups        events   errors     dead     p50     p95
signup → user-created                      200
├─ analytics-loaders  analytics            200        –        –   4.2ms    12ms
├─ audit                                   200        –        –   4.2ms    12ms
├─ crm-sync  crm                           200      100      100   4.2ms    12ms
├─ email-senders  email                    200        –        –   4.2ms    12ms
└─ provisioning-workers  provisioning      200        –        –   4.2ms    12ms
provisioning → resource-provisioned        200
└─ email-senders  email                    200        –        –   3.0ms   9.0ms
email → email-sent                         200
└─ no consumer seen
crm → † user-created.crm.dlq               100
└─ no consumer seen
no consumer seen (nobody took it, or nobody told): email-sent,
user-created.crm.dlq
† dead letters
"""


def produces(service: str, topic: str) -> MapEdge:
    return MapEdge(service, topic, "produces", None, 1, 0, 0, None, None)


def consumes(topic: str, service: str) -> MapEdge:
    return MapEdge(topic, service, "consumes", service, 1, 0, 0, None, None)


def test_the_registration_reads_from_the_first_topic_to_the_last_in_80_columns() -> None:
    assert map_text(registration_map(), 80, colour=False) == REGISTRATION


def test_topics_that_feed_each_other_are_all_shown_once() -> None:
    nodes = [MapNode(name, "topic", 1) for name in ("a", "b", "b.retry")]
    edges = [
        *(produces("one", "a"), consumes("a", "two"), produces("two", "b"), consumes("b", "three")),
        *(produces("three", "b.retry"), consumes("b.retry", "three"), produces("three", "a")),
    ]
    shown = map_text(ServiceMap(tuple(nodes), tuple(edges)), 80, colour=False).splitlines()
    assert [line.split(" → ")[1].split()[0] for line in shown[3:] if "→" in line] == ["a", "b", "b.retry"]


def test_a_service_without_messages_and_a_topic_without_a_known_producer_are_told() -> None:
    shown = map_text(
        ServiceMap((MapNode("idle", "service"), MapNode("orders", "topic", 3)), (consumes("orders", "pay"),)), 80, False
    )
    assert "? → orders" in shown
    assert "services without messages: idle" in shown


@pytest.mark.parametrize("width", [60, 80, 133])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = ServiceMap(
        (MapNode("t" * 100, "topic", 10**9), MapNode("s" * 100, "service")),
        (produces("s" * 100, "t" * 100), consumes("t" * 100, "日本" * 40)),
    )
    for service_map in (long, registration_map()):
        assert all(cells(line) <= width for line in map_text(service_map, width, colour=False).splitlines())


def test_a_wide_terminal_has_rates_and_retries_too() -> None:
    second = 10**9
    topic = MapNode("orders", "topic", 61, first_at=0, last_at=60 * second)
    edge = MapEdge("orders", "pay", "consumes", "payers", 31, 0, 0, None, None, 40, 9, first_at=0, last_at=60 * second)
    shown = map_text(ServiceMap((topic,), (edge,)), 110, colour=False).splitlines()
    assert shown[3].split() == ["?", "→", "orders", "61", "1.0/s"]
    assert shown[4].split()[1:] == ["payers", "pay", "31", "30/min", "–", "–", "9", "–", "–"]


def test_topics_of_which_spans_tell_one_side_only_are_named() -> None:
    nodes = (
        MapNode("in", "topic", 5, unproduced=5),
        MapNode("out", "topic", 5, unconsumed=5),
        MapNode("partly", "topic", 500, unproduced=120),
        MapNode("whole", "topic", 5),
    )
    notes = untraced_notes(ServiceMap(nodes, ()))
    assert notes == [
        "no producer seen (nobody sent it from here, or nobody told): in",
        "no consumer seen (nobody took it, or nobody told): out",
        "partly: 120 of 500 events without a producer seen",
    ]


def test_a_map_of_nothing_says_so() -> None:
    assert map_text(ServiceMap((), ()), 80, colour=False) == "no services: the store has no spans there\n"


def test_the_groups_that_fail_are_named_above_all_others_the_worst_first() -> None:
    edges = [replace(consumes("orders", f"s{number}"), count=9, errors=number) for number in range(6)]
    nodes = (MapNode("orders", "topic", 9),)
    shown = map_text(ServiceMap(nodes, tuple(edges)), 80, colour=False).splitlines()
    assert shown[1:5] == [
        "✗ s5: 5 of 9 events of orders failed",
        "✗ s4: 4 of 9 events of orders failed",
        "✗ s3: 3 of 9 events of orders failed",
        "… and 2 more groups",
    ]
