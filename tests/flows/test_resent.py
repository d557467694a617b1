"""A send in the handling of an event, and a record that still carries that event's context, are one message."""

from __future__ import annotations

from typing import Any

from tests.flows.spans import Span, Story, edge, event
from tracer.flows.model import Graph

RETRY: dict[str, Any] = {"partition": 0, "group": "payers"}
"""What arrivals in the retry topic tell besides the offset."""


def ids(graph: Graph, topic: str) -> list[str]:
    """The events of a topic."""
    return [e.id for e in graph.events if e.topic == topic]


def retry(story: Story, at: int, order: Span, offset: int, **more: Any) -> Span:
    """A handling of the record in the retry topic, whose reader finds the order's context first."""
    return story.process("orders.retry", "pay", (at, at + 20), links=[order], offset=offset, **(RETRY | more))


def test_a_retry_is_the_record_that_was_sent_in_the_handling_of_the_event_whose_context_it_carries() -> None:
    story = Story()
    order = story.send("orders", "shop", 0)
    first = story.process("orders", "pay", (40, 60), links=[order], partition=0, offset=5, group="payers")
    sent = story.send("orders.retry", "pay", 50, parent=first)
    again = retry(story, 70, order, 9)
    graph = story.graph()
    assert ids(graph, "orders.retry") == ["kafka://orders.retry/0/9"]
    resent = event(graph, topic="orders.retry")
    assert (resent.span_id, resent.service) == (sent.span_id, "pay")
    cause = edge(graph, kind="retried")
    assert (cause.source, cause.target) == ("kafka://orders/0/5#payers@1", "kafka://orders.retry/0/9")
    assert [(one.method, one.confidence) for one in cause.evidence] == [("parent", 0.9), ("headers", 0.9)]
    read = edge(graph, source="kafka://orders.retry/0/9", kind="delivered")
    assert [(one.method, one.confidence) for one in read.evidence] == [("coordinates", 1.0), ("headers", 0.9)]
    assert read.evidence[1].span_id == again.span_id


def test_retries_of_retries_take_turns_with_what_is_read() -> None:
    story = Story()
    order = story.send("orders", "shop", 0)
    handling = story.process("orders", "pay", (40, 60), links=[order], partition=0, offset=5, group="payers")
    sends = []
    for n, at in enumerate((70, 100, 130)):
        sends.append(story.send("orders.retry", "pay", at - 15, parent=handling))
        handling = retry(story, at, order, n)
    graph = story.graph()
    assert ids(graph, "orders.retry") == [f"kafka://orders.retry/0/{n}" for n in range(3)]
    assert {e.span_id for e in graph.events if e.topic == "orders.retry"} == {sent.span_id for sent in sends}


def test_a_place_that_headers_tell_is_as_good_as_a_context() -> None:
    story = Story()
    first = story.process("orders", "pay", (40, 60), partition=0, offset=5, group="payers")
    sent = story.send("given-up", "pay", 50, parent=first)
    headers = {"source_topic": "orders", "source_partition": "0", "source_offset": "5"}
    story.receive("given-up", "watch", 90, partition=0, offset=1, group="watchers", headers=headers)
    assert event(story.graph(), id="kafka://given-up/0/1").span_id == sent.span_id


def test_sends_and_arrivals_that_are_not_as_many_stay_apart() -> None:
    story = Story()
    order = story.send("orders", "shop", 0)
    first = story.process("orders", "pay", (40, 60), links=[order], partition=0, offset=5, group="payers")
    sent = story.send("orders.retry", "pay", 50, parent=first)
    for n in (0, 1):
        retry(story, 70 + 30 * n, order, n)
    assert sent.event_id in ids(story.graph(), "orders.retry")


def test_an_arrival_before_its_send_is_not_of_it() -> None:
    story = Story()
    order = story.send("orders", "shop", 0)
    first = story.process("orders", "pay", (40, 90), links=[order], partition=0, offset=5, group="payers")
    sent = story.send("orders.retry", "pay", 80, parent=first)
    retry(story, 70, order, 9)
    assert sent.event_id in ids(story.graph(), "orders.retry")


def test_a_key_that_differs_keeps_them_apart() -> None:
    story = Story()
    order = story.send("orders", "shop", 0)
    first = story.process("orders", "pay", (40, 60), links=[order], partition=0, offset=5, group="payers")
    sent = story.send("orders.retry", "pay", 50, parent=first, key="k1")
    retry(story, 70, order, 9, key="k2")
    assert sent.event_id in ids(story.graph(), "orders.retry")


def test_a_handling_of_several_messages_does_not_tell_what_was_sent_on() -> None:
    story = Story()
    orders = [story.send("orders", "shop", n) for n in (0, 1)]
    batch = story.process("orders", "pay", (40, 60), links=orders, group="payers")
    sent = story.send("orders.retry", "pay", 50, parent=batch)
    retry(story, 70, orders[0], 9)
    assert sent.event_id in ids(story.graph(), "orders.retry")


def test_work_beside_the_span_of_its_message_is_its_handling() -> None:
    story = Story()
    order = story.send("orders", "shop", 0)
    poll = story.receive("orders", "pay", 40, batch=1, kind="CLIENT")
    story.process("orders", "pay", (41, 60), parent=poll, links=[order], partition=0, offset=5, group="payers")
    sent = story.send("orders.retry", "pay", 50, parent=poll)
    retry(story, 70, order, 9)
    assert event(story.graph(), id="kafka://orders.retry/0/9").span_id == sent.span_id
