"""A critical path as text: figures, shares, what is doubtful, what is folded."""

from __future__ import annotations

from dataclasses import replace

from tests.render.sample_flows import MS, T0, delivered, event, flow, handled
from tracer.flows.clocks import WINDOW_NS
from tracer.flows.critical_path import CriticalPath, Segment
from tracer.flows.model import ClockBounds, Edge
from tracer.render.cells import cells
from tracer.render.critical_path import SHOWN, critical_path_text

ORDER = event("orders", 7)
PAID = handled(ORDER, "pay-workers", 50, 40)
FLOW = flow(ORDER.id, [ORDER], [PAID], [delivered(PAID)])


def segment(kind: str, start: int, end: int, **fields: object) -> Segment:
    made = Segment(kind, T0 + start * MS, T0 + end * MS, "pay", "process orders")  # type: ignore[arg-type]
    return replace(made, **fields)  # type: ignore[arg-type]


def waiting(start: int, end: int, edge: Edge) -> Segment:
    fields = {"name": PAID.group, "event": ORDER.id, "processing": PAID.id, "edges": (edge,)}
    return segment("queue", start, end, **fields)


def path(*segments: Segment, **fields: object) -> CriticalPath:
    made = CriticalPath(PAID, segments[0].started_at, segments[-1].ended_at, segments)
    return replace(made, **fields)  # type: ignore[arg-type]


def text(one: CriticalPath, width: int = 80) -> str:
    made = critical_path_text(FLOW, one, width, False)
    assert max(cells(line) for line in made.splitlines()) <= width
    return made


def test_each_segment_has_its_figures_and_the_sums_stand_above() -> None:
    shown = text(path(segment("work", 0, 10), waiting(10, 50, delivered(PAID)), segment("call", 50, 90, name="SELECT")))
    assert "critical path until pay-workers was done" in shown
    assert "90ms: queue 40ms 44 %, call 40ms 44 %, work 10ms 11 %" in shown
    lines = shown.splitlines()
    assert lines[6].split()[:7] == ["0ns", "10ms", "11", "%", "█", "work", "pay"]
    assert "░ queue   pay-workers ← orders/0/7" in lines[7]
    assert "▄ call    pay  SELECT" in lines[8]


def test_a_step_that_is_not_sure_is_marked_with_its_confidence() -> None:
    shown = text(path(segment("work", 0, 10), waiting(10, 90, delivered(PAID, 0.7, "adjacency"))))
    assert "not certain that the path leads here: 0.70, by adjacency" in shown
    assert "a guess that the path" in text(path(waiting(0, 90, delivered(PAID, 0.4, "adjacency"))))


def test_a_negative_segment_is_told_as_clock_skew() -> None:
    shown = text(path(segment("work", 0, 60), waiting(60, 50, delivered(PAID)), segment("work", 50, 90)))
    assert "-10ms" in shown
    assert "clock skew: this begins 10ms before what led to it" in shown
    assert "‹" in shown


def test_an_end_that_no_span_tells_is_said() -> None:
    assert "leads to its start" in text(path(segment("work", 0, 60), end_known=False))


def test_the_parts_of_a_time_in_queue_and_what_is_proven_of_the_clocks_stand_below_it() -> None:
    order = event("orders", 7, acknowledged_at=T0 + 2 * MS, host="shop-1")
    paid = handled(order, "pay-workers", 50, 40, arrived_at=T0 + 42 * MS, host="pay-1")
    bounds = ClockBounds(T0 // WINDOW_NS * WINDOW_NS, "pay-1", "shop-1", 3_100_000, 9 * MS, 200)
    told = replace(flow(order.id, [order], [paid], []), clocks=(bounds,))
    queue = waiting(0, 50, delivered(paid))
    shown = critical_path_text(told, path(queue, segment("work", 50, 90)), 80, False)
    assert "sending 2.0ms, broker 40ms, prefetched 8.0ms" in shown
    assert "clocks: pay-1 is at least 3.1ms behind shop-1" in shown


def test_of_many_segments_the_shortest_are_folded_to_counts() -> None:
    many = [segment("work" if n % 2 else "call", n, n + 1) for n in range(100)]
    long = segment("work", 100, 200, name="the long one")
    shown = text(path(*many, long))
    assert "the long one" in shown
    assert len(shown.splitlines()) < SHOWN + 15
    assert "… 61 shorter segments" in shown
