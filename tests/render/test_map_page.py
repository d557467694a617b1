"""The map as boxes and arrows, and as one HTML page."""

from __future__ import annotations

from tests.render.sample_flows import DELIVERED, T0, registration_map
from tests.render.test_flow_page import ALLOWED, HOSTILE, Page
from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.drawings import map_drawing
from tracer.render.map_picture import map_picture
from tracer.render.words import rfc3339


def test_services_are_boxes_topics_round_and_groups_on_the_arrows() -> None:
    picture = map_picture(registration_map())
    kinds = {box.lines[0]: (box.kind, box.style) for box in picture.boxes}
    assert kinds["crm"] == ("service", "error")
    assert kinds["email-sent"] == ("topic", "untraced")
    assert kinds["† user-created.crm.dlq"] == ("topic", "dead-lettered")
    crm = next(arrow for arrow in picture.arrows if arrow.target == "service:crm")
    assert crm.label == "crm-sync, 100 failed, 100 dead-lettered, p95 12ms"
    assert "in queue 4.2ms median, 12ms p95" in crm.told


def test_a_service_and_a_topic_of_one_name_are_two_boxes() -> None:
    nodes = (MapNode("orders", "service", 1), MapNode("orders", "topic", 1))
    picture = map_picture(ServiceMap(nodes, (MapEdge("orders", "orders", "produces", None, 1, 0, 0, None, None),)))
    assert [(arrow.source, arrow.target) for arrow in picture.arrows] == [("service:orders", "topic:orders")]


def test_of_a_great_map_the_busy_and_the_failing_are_drawn_and_the_rest_counted() -> None:
    names = [f"t{number}" for number in range(500)]
    edges = [MapEdge(name, "s", "consumes", "g", number + 1, 0, 0, None, None) for number, name in enumerate(names)]
    edges[0] = MapEdge("t0", "s", "consumes", "g", 1, 1, 0, None, None)
    nodes = (MapNode("s", "service"), *(MapNode(name, "topic", 1) for name in names))
    picture = map_picture(ServiceMap(nodes, tuple(edges)), boxes=10)
    assert {box.id for box in picture.boxes} == {"service:s", "topic:t0", *(f"topic:t{n}" for n in range(492, 500))}
    assert picture.notes == ("491 more not drawn",)


def test_the_page_has_a_row_for_each_topic_and_group() -> None:
    found = Page(map_drawing(registration_map(), "html"))
    assert sum(tag == "tr" and values.get("class") == "consumes" for tag, values in found.tags) == 6 + 2
    assert "no consumer seen (nobody took it, or nobody told): email-sent, user-created.crm.dlq" in found.text
    rows = {values["id"] for tag, values in found.tags if tag == "tr" and "id" in values}
    leads = [values["data-row"] for tag, values in found.tags if tag == "g" and "data-row" in values]
    assert {f"r{row}" for row in leads} == rows


def test_the_groups_that_fail_are_named_first_the_worst_first_and_lead_to_their_rows() -> None:
    edges = tuple(
        MapEdge("orders", name, "consumes", name, 9, failed, dead, None, None)
        for name, failed, dead in [("mail", 1, 0), ("pay", 5, 5), ("geo", 0, 0)]
    )
    nodes = (MapNode("orders", "topic", 9), *(MapNode(edge.target, "service") for edge in edges))
    found = Page(map_drawing(ServiceMap(nodes, edges), "html"))
    pay, mail = "† pay: 5 of 9 events of orders failed, 5 dead-lettered", "✗ mail: 1 of 9 events of orders failed"
    assert found.text.index(pay) < found.text.index(mail) < found.text.index("p95 in queue")
    assert [values["href"] for tag, values in found.tags if tag == "a"] == ["#r3", "#r2"]
    assert "no failure seen" in Page(map_drawing(ServiceMap(nodes, edges[2:]), "html")).text


def test_each_group_tells_its_delivery_as_observed() -> None:
    text = Page(map_drawing(registration_map(), "html", DELIVERED)).text
    assert "crm-sync crmdelivery: at least once: 0 lost, 3 redelivered, 200 handled" in text
    assert "delivery: effectively once in 200; at most 1.5% lost or doubled" in text
    assert text.count("delivery:") == 2


def test_from_when_to_when_the_events_are_can_be_copied() -> None:
    nodes = (
        MapNode("a", "topic", 2, first_at=T0, last_at=T0),
        MapNode("b", "topic", 2, first_at=T0 + 1, last_at=T0 + 5),
    )
    copied = [
        values["data-copy"]
        for _, values in Page(map_drawing(ServiceMap(nodes, ()), "html")).tags
        if "data-copy" in values
    ]
    assert copied == [rfc3339(T0), rfc3339(T0 + 5)]


def test_what_comes_from_telemetry_stays_text() -> None:
    nodes = (MapNode(HOSTILE, "service", 1), MapNode(HOSTILE, "topic", 1, unproduced=1))
    edges = (
        MapEdge(HOSTILE, HOSTILE, "consumes", HOSTILE, 1, 1, 1, None, None),
        MapEdge(HOSTILE, HOSTILE, "produces", None, 1, 0, 0, None, None),
    )
    html = map_drawing(ServiceMap(nodes, edges), "html")
    assert html.count("<script") == 2
    found = Page(html)
    assert {tag for tag, _ in found.tags} <= ALLOWED | {"table", "thead", "tbody", "tr", "th", "td"}
    assert not any(name.startswith("on") or name in {"style", "src"} for _, values in found.tags for name in values)
