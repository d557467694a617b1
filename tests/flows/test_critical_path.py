"""The critical path of hand-made stories: which stretches of time the end of a flow waited for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.flows.paths import path_of, tree_spans
from tests.flows.spans import BEGAN_NS, MS, Story, event, processing
from tests.render.sample_flows import T0, caused, delivered, handled
from tests.render.sample_flows import event as made
from tracer.errors import NotFoundError
from tracer.flows import open_flows
from tracer.flows.critical_path import CriticalPath
from tracer.flows.model import Edge, Graph

Shape = list[tuple[str, str | None, int, int]]


def path(story: Story, nodes: list[str] | None = None, group: str | None = None) -> CriticalPath:
    """The path of a story."""
    return path_of(story.graph(), tree_spans(story.requests()), nodes, group)


def shape(found: CriticalPath) -> Shape:
    """Kind, service, start and end in milliseconds of the story."""
    return [
        (one.kind, one.service, (one.started_at - BEGAN_NS) // MS, (one.ended_at - BEGAN_NS) // MS)
        for one in found.segments
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
    found = path(worked_example())
    assert shape(found) == EXAMPLE
    assert found.duration_ns == 130 * MS


def test_the_path_out_of_a_store_is_the_same(tmp_path: Path) -> None:
    story = worked_example()
    with open_flows(story.store(tmp_path / "store")) as flows:
        flow = flows.flow(event(story.graph(), topic="orders").id)
        assert shape(flows.critical_path(flow)) == EXAMPLE


def test_until_a_group_was_done_leads_to_the_end_of_that_group() -> None:
    found = path(worked_example(), group="pay")
    assert shape(found) == [*EXAMPLE[:5], ("call", "pay", 85, 88), ("work", "pay", 88, 90)]
    assert found.target == processing(worked_example().graph(), group="pay")


def test_attempts_of_one_delivery_stand_behind_one_another_with_the_backoff_between() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    story.process("orders", "pay", (10, 15), links=[sent], group="pay", error="Broken")
    story.process("orders", "pay", (40, 48), links=[sent], group="pay", error="Broken")
    story.process("orders", "pay", (100, 120), links=[sent], group="pay")
    assert shape(path(story)) == [
        ("queue", "pay", 0, 10),
        ("work", "pay", 10, 15),
        ("retry", "pay", 15, 40),
        ("work", "pay", 40, 48),
        ("retry", "pay", 48, 100),
        ("work", "pay", 100, 120),
    ]


def test_a_redelivery_that_began_before_the_attempt_before_it_ended_cuts_that_off() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    story.process("orders", "pay", (10, 60), links=[sent], group="pay", instance="pay-1")
    story.process("orders", "pay", (40, 70), links=[sent], group="pay", instance="pay-2")
    assert shape(path(story)) == [("queue", "pay", 0, 10), ("work", "pay", 10, 40), ("work", "pay", 40, 70)]


def test_of_an_attempt_asked_for_alone_only_the_backoff_is_known_of_the_wait_before() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    story.process("orders", "pay", (10, 15), links=[sent], group="pay", error="Broken")
    story.process("orders", "pay", (40, 48), links=[sent], group="pay")
    graph = story.graph()
    alone = replace(graph, processings=tuple(one for one in graph.processings if one.attempt == 2))
    found = path_of(alone, tree_spans(story.requests()), [processing(graph, attempt=2).id])
    assert shape(found)[:2] == [("unknown", "pay", 0, 15), ("retry", "pay", 15, 40)]
    unknown_wait = found.segments[0]
    assert (unknown_wait.event, unknown_wait.name) == (graph.events[0].id, "pay")


def test_the_wait_for_an_event_that_no_span_sent_counts_from_the_end_of_its_cause_and_is_unknown() -> None:
    order, retry = made("orders"), made("orders.retry", produced_at=None, span_id=None)
    first = handled(order, "pay", 10, 10, "retried")
    again = handled(retry, "pay", 90, 5, queue_ns=None)
    edges = (delivered(first), caused(first, retry, "retried", 0.9, "headers"), delivered(again))
    graph = Graph((order, retry), (first, again), edges)
    found = path_of(graph, [], [again.id])
    wait = next(one for one in found.segments if one.processing == again.id and one.event == retry.id)
    assert (wait.kind, wait.started_at - T0, wait.ended_at - T0) == ("unknown", 20 * MS, 90 * MS)


def test_the_wait_in_a_retry_topic_is_backoff_from_the_send_of_the_retry() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    first = story.process("orders", "pay", (10, 20), parent=sent, group="pay", error="Broken")
    again = story.send("orders-retry-1000", "pay", 16, parent=first)
    story.process("orders-retry-1000", "pay", (90, 99), parent=again, group="pay")
    assert shape(path(story)) == [
        ("queue", "pay", 0, 10),
        ("work", "pay", 10, 16),
        ("retry", "pay", 16, 90),
        ("work", "pay", 90, 99),
    ]


def test_the_path_follows_a_link_into_another_trace() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    handling = story.process("orders", "pay", (10, 20), links=[sent], group="pay")
    onward = story.send("mails", "pay", 15, links=[handling])
    story.process("mails", "mail", (30, 40), links=[onward], group="mail")
    assert sent.trace_id != handling.trace_id != onward.trace_id
    assert shape(path(story)) == [
        ("queue", "pay", 0, 10),
        ("work", "pay", 10, 15),
        ("queue", "mail", 15, 30),
        ("work", "mail", 30, 40),
    ]


def test_of_several_events_that_one_waits_for_the_one_that_was_handled_last_gates_it() -> None:
    story = Story()
    sends = [story.send("parts", "api", at) for at in (0, 5, 9)]
    handled = [
        story.process("parts", "join", (at, at + 4), parent=sent, group="join")
        for at, sent in zip((20, 50, 30), sends, strict=True)
    ]
    whole = story.send("wholes", "join", 60, links=handled)
    story.process("wholes", "mail", (70, 80), parent=whole, group="mail")
    found = path(story, nodes=[whole.event_id])
    assert shape(found) == [
        ("queue", "join", 5, 50),
        ("work", "join", 50, 54),
        ("unknown", "join", 54, 60),
        ("queue", "mail", 60, 70),
        ("work", "mail", 70, 80),
    ]


def test_of_the_messages_of_a_batch_the_one_that_was_produced_last_gates_what_the_batch_sent() -> None:
    story = Story()
    sends = [story.send("parts", "api", at) for at in (0, 12, 5)]
    batch = story.process("parts", "join", (20, 50), links=sends, group="join")
    whole = story.send("wholes", "join", 40, parent=batch)
    story.process("wholes", "mail", (70, 80), parent=whole, group="mail")
    found = path(story, nodes=[whole.event_id])
    assert shape(found)[0] == ("queue", "join", 12, 20)
    doubt = found.segments[0].doubt or found.segments[2].doubt
    assert doubt is not None
    assert doubt.confidence < 0.5


def test_the_path_until_a_batch_was_done_leads_to_the_end_of_the_batch() -> None:
    story = Story()
    sends = [story.send("parts", "api", at) for at in (0, 12)]
    story.process("parts", "join", (20, 50), links=sends, group="join")
    found = path(story, nodes=[sends[0].event_id])
    assert shape(found) == [("queue", "join", 0, 20), ("work", "join", 20, 50)]


def test_a_handling_whose_end_no_span_tells_leads_to_its_start_and_says_so() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    story.receive("orders", "pay", 10, parent=sent, group="pay")
    found = path(story)
    assert shape(found) == [("queue", "pay", 0, 11)]
    assert not found.end_known


def test_time_after_a_receive_span_that_no_span_accounts_for_is_unknown() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    arrival = story.receive("orders", "pay", 10, parent=sent, group="pay")
    story.span("SELECT", "pay", (12, 20), kind="CLIENT", parent=arrival)
    onward = story.send("mails", "pay", 25, parent=arrival)
    story.process("mails", "mail", (30, 40), parent=onward, group="mail")
    assert shape(path(story)) == [
        ("queue", "pay", 0, 12),
        ("call", "pay", 12, 20),
        ("unknown", "pay", 20, 25),
        ("queue", "mail", 25, 30),
        ("work", "mail", 30, 40),
    ]


def test_of_overlapping_children_the_one_that_ended_last_counts_and_cuts_off_the_others() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    pay = story.process("orders", "pay", (10, 110), parent=sent, group="pay")
    for name, at in (("short", (20, 40)), ("hidden", (30, 70)), ("long", (50, 100)), ("early", (12, 15))):
        story.span(name, "pay", at, kind="CLIENT", parent=pay)
    found = path(story)
    assert [(one.name, *moments[2:]) for one, moments in zip(found.segments, shape(found), strict=True)][1:] == [
        ("process orders", 10, 12),
        ("early", 12, 15),
        ("process orders", 15, 20),
        ("short", 20, 30),
        ("hidden", 30, 50),
        ("long", 50, 100),
        ("process orders", 100, 110),
    ]


def test_a_child_that_ends_after_its_parent_counts_up_to_the_end_of_the_parent() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    pay = story.process("orders", "pay", (10, 50), parent=sent, group="pay")
    story.span("flush later", "pay", (40, 90), parent=pay)
    assert shape(path(story)) == [("queue", "pay", 0, 10), ("work", "pay", 10, 40), ("work", "pay", 40, 50)]


def test_the_consumer_under_a_send_is_no_part_of_the_producers_work() -> None:
    story = Story()
    root = story.span("POST /orders", "api", (0, 100), kind="SERVER")
    first = story.send("orders", "api", 10, parent=root)
    story.process("orders", "pay", (20, 80), parent=first, group="pay")
    second = story.send("mails", "api", 90, parent=root)
    story.process("mails", "mail", (120, 130), parent=second, group="mail")
    found = path(story, nodes=[second.event_id])
    assert [one[:2] for one in shape(found)] == [
        ("work", "api"),
        ("call", "api"),
        ("work", "api"),
        ("queue", "mail"),
        ("work", "mail"),
    ]


def test_a_start_before_the_send_is_a_negative_time_in_queue_and_everything_still_adds_up() -> None:
    story = Story()
    root = story.span("POST /orders", "api", (0, 60), kind="SERVER")
    sent = story.send("orders", "api", 50, parent=root)
    story.process("orders", "pay", (40, 70), parent=sent, group="pay")
    found = path(story)
    assert shape(found) == [("work", "api", 0, 50), ("queue", "pay", 50, 40), ("work", "pay", 40, 70)]
    assert found.segments[1].duration_ns == -10 * MS


def test_a_circle_of_events_ends_the_path() -> None:
    story = Story()
    lost = story.span("process", "pay", (0, 5), lost=True)
    again = story.send("orders.retry", "pay", 2, parent=lost, partition=0, offset=1)
    first = story.process("orders.retry", "pay", (10, 15), links=[again], group="pay", partition=0, offset=1)
    more = story.send("orders.retry", "pay", 12, parent=first, partition=0, offset=2)
    story.process("orders.retry", "pay", (30, 35), links=[more], group="pay", partition=0, offset=2)
    graph = story.graph()
    into_itself = Edge(
        processing(graph, event=event(graph, offset=2).id).id, event(graph, offset=1).id, "retried", "parent", 1.0
    )
    graph = replace(graph, edges=(*graph.edges, into_itself))
    found = path_of(graph, tree_spans(story.requests()))
    assert shape(found)[-2:] == [("retry", "pay", 12, 30), ("work", "pay", 30, 35)]


def test_the_path_begins_where_the_spans_do() -> None:
    story = Story()
    sent = story.send("orders", "api", 0, lost=True)
    story.process("orders", "pay", (10, 20), parent=sent, group="pay")
    assert shape(path(story)) == [("work", "pay", 10, 20)]


def test_the_path_to_an_event_that_nobody_handled_leads_to_its_send() -> None:
    story = Story()
    root = story.span("POST /orders", "api", (0, 60), kind="SERVER")
    sent = story.send("orders", "api", 50, parent=root)
    found = path(story)
    assert shape(found) == [("work", "api", 0, 50)]
    assert found.target.id == sent.event_id


def test_what_is_asked_for_does_not_lead_to_what_ended_later_beside_it() -> None:
    story = Story()
    first = story.send("orders", "api", 0)
    pay = story.process("orders", "pay", (10, 50), parent=first, group="pay")
    story.process("orders", "slow", (10, 900), parent=first, group="slow")
    onward = story.send("mails", "pay", 20, parent=pay)
    story.process("mails", "mail", (30, 40), parent=onward, group="mail")
    assert path(story, nodes=[onward.event_id]).target == processing(story.graph(), group="mail")
    assert path(story).target == processing(story.graph(), group="slow")


def test_a_group_that_handled_nothing_of_the_flow_is_an_error_that_names_the_others() -> None:
    with pytest.raises(NotFoundError, match=r"nobody handled nothing of this flow.*mail, pay"):
        path(worked_example(), group="nobody")


def test_a_cause_that_is_only_guessed_is_on_the_path_with_its_confidence() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    story.receive("orders", "pay", 10, parent=sent, group="pay")
    story.span("look up", "pay", (12, 15))
    onward = story.send("mails", "pay", 20)
    story.process("mails", "mail", (30, 40), parent=onward, group="mail")
    found = path(story)
    assert shape(found) == [
        ("queue", "pay", 0, 12),
        ("unknown", "pay", 12, 20),
        ("queue", "mail", 20, 30),
        ("work", "mail", 30, 40),
    ]
    doubt = found.segments[2].doubt
    assert doubt is not None
    assert (doubt.method, doubt.confidence < 0.9) == ("adjacency", True)
    assert [one.doubt for one in found.segments if one is not found.segments[2]] == [None, None, None]
