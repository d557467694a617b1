"""Lists of events, and a graph in figures."""

from __future__ import annotations

from dataclasses import replace

from tests.render.sample_flows import event, registration
from tracer.flows.model import Event, EventSummary, Graph, Outcome
from tracer.render.cells import cells
from tracer.render.lists import events_text, graph_text


def summary(of: Event, worst: Outcome | None, **outcomes: int) -> EventSummary:
    counted: dict[Outcome, int] = {name.replace("_", "-"): count for name, count in outcomes.items()}  # type: ignore[misc]
    return EventSummary(of, sum(counted.values()), sum(counted.values()), counted, worst, 4_200_000)


def test_an_event_is_one_line_with_its_groups_by_outcome_the_worst_first() -> None:
    listed = [
        summary(event("user-created", 17, partition=2), "dead-lettered", ok=4, dead_lettered=1),
        summary(event("orders", key=None, produced_at=None), None),
        summary(event("wide"), "error", ok=38, error=2),
        replace(summary(event("user-created.dlq"), None), dead_letter=True),
    ]
    shown = events_text(listed, 80, colour=False).splitlines()
    assert shown[0].split() == ["produced", "(UTC)", "event", "key", "groups", "in", "queue"]
    assert " ".join(shown[1].split()) == "11-24 06:11:01.123 user-created/2/17 u-17 †✓✓✓✓ dead letter 4.2ms"
    assert shown[2].split() == ["–", "orders/0/0", "–", "no", "consumer", "seen", "4.2ms"]
    assert shown[3].split() == ["11-24", "06:11:01.123", "wide/0/0", "u-17", "✗2", "✓38", "error", "4.2ms"]
    assert "† dead letter" in shown[4]


def test_of_a_long_topic_the_place_in_it_stays() -> None:
    shown = events_text([summary(event("a-very-long-topic-name." * 4, 123456), "ok", ok=1)], 80, colour=False)
    assert "…/0/123456" in shown
    assert all(cells(line) <= 80 for line in shown.splitlines())


def test_a_graph_in_figures_counts_by_kind_and_method() -> None:
    shown = graph_text(registration().graph, 80, colour=False)
    assert "4 events in 4 topics" in shown
    assert "8 attempts: 1 dead-lettered, 2 error, 5 ok" in shown
    assert "11 edges: 8 delivered, 2 caused, 1 dead-lettered" in shown
    assert "0 events in 0 topics" in graph_text(Graph(), 80, colour=False)
