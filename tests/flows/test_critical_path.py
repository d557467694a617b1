"""The critical path of hand-made stories: which stretches of time the end of a flow waited for."""

from __future__ import annotations

from pathlib import Path

from tests.flows.spans import BEGAN_NS, MS, Story, event, processing
from tracer.flows import open_flows
from tracer.flows.critical_path import CriticalPath, critical_path, waited_for
from tracer.flows.span_tree import TreeSpan

Shape = list[tuple[str, str | None, int, int]]


def path_of(story: Story, nodes: list[str] | None = None, group: str | None = None) -> CriticalPath:
    """The path of a story without a store; of everything that its first event caused, when no nodes are given."""
    graph = story.graph()
    chain = waited_for(graph, nodes or [graph.events[0].id], group)
    path = critical_path(chain, tree_spans(story))
    check_that_it_tiles(path)
    return path


def tree_spans(story: Story) -> list[TreeSpan]:
    """The exported spans as a store would give them."""
    return [
        TreeSpan(
            span.trace_id,
            span.span_id,
            span.otlp.parent_span_id.hex() or None,
            span.otlp.name,
            span.service,
            span.otlp.start_time_unix_nano,
            span.otlp.end_time_unix_nano,
            calls=span.otlp.kind in {3, 4},
            consumes=span.otlp.kind == 5,
            sends=span.otlp.kind == 4,
        )
        for span in story.exported
    ]


def check_that_it_tiles(path: CriticalPath) -> None:
    """The segments follow on one another from the start of the path to its end, and add up to it."""
    moments = [path.started_at, *(segment.ended_at for segment in path.segments)]
    assert [segment.started_at for segment in path.segments] == moments[:-1]
    assert moments[-1] == path.ended_at
    assert sum(segment.duration_ns for segment in path.segments) == path.duration_ns


def shape(path: CriticalPath) -> Shape:
    """Kind, service, start and end in milliseconds of the story."""
    return [
        (one.kind, one.service, (one.started_at - BEGAN_NS) // MS, (one.ended_at - BEGAN_NS) // MS)
        for one in path.segments
    ]


def worked_example() -> Story:
    """The example of the analysis page, section 2."""
    story = Story()
    root = story.span("POST /orders", "api", (0, 20), kind="SERVER")
    orders = story.send("orders", "api", 10, took=5, parent=root)
    pay = story.process("orders", "pay", (50, 90), parent=orders, group="pay")
    story.span("SELECT", "pay", (60, 80), kind="CLIENT", parent=pay)
    payments = story.send("payments", "pay", 85, took=3, parent=pay)
    story.process("payments", "mail", (100, 130), parent=payments, group="mail")
    return story


EXAMPLE: Shape = [
    ("work", "api", 0, 10),
    ("queue", "pay", 10, 50),
    ("work", "pay", 50, 60),
    ("call", "pay", 60, 80),
    ("work", "pay", 80, 85),
    ("queue", "mail", 85, 100),
    ("work", "mail", 100, 130),
]


def test_the_worked_example_has_the_segments_that_the_analysis_page_gives() -> None:
    path = path_of(worked_example())
    assert shape(path) == EXAMPLE
    assert path.duration_ns == 130 * MS


def test_the_path_out_of_a_store_is_the_same(tmp_path: Path) -> None:
    story = worked_example()
    with open_flows(story.store(tmp_path / "store")) as flows:
        flow = flows.flow(event(story.graph(), topic="orders").id)
        assert shape(flows.critical_path(flow)) == EXAMPLE


def test_until_a_group_was_done_leads_to_the_end_of_that_group() -> None:
    path = path_of(worked_example(), group="pay")
    assert shape(path) == [*EXAMPLE[:5], ("call", "pay", 85, 88), ("work", "pay", 88, 90)]
    assert path.target == processing(worked_example().graph(), group="pay")
