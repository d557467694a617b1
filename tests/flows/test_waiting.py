"""Where the time of one delivery went."""

from __future__ import annotations

import pytest

from tests.flows.spans import MS, Story, event, processing
from tests.render.sample_flows import T0, handled
from tests.render.sample_flows import event as made
from tracer.flows.waiting import DeliveryTime, delivery_time, delivery_times


def times(story: Story, **wanted: object) -> DeliveryTime:
    graph = story.graph()
    return delivery_times(graph)[processing(graph, **wanted).id]


def test_time_in_queue_is_split_where_spans_tell_the_acknowledgement_and_the_arrival() -> None:
    story = Story()
    sent = story.send("orders", "api", 0, took=3)
    arrival = story.receive("orders", "pay", 20, parent=sent)
    story.process("orders", "pay", (45, 55), parent=arrival, links=[sent], group="pay")
    told = times(story)
    assert (told.queue_ns, told.sending_ns, told.broker_ns, told.prefetched_ns) == (45 * MS, 3 * MS, 17 * MS, 25 * MS)
    assert told.processing_ns == 10 * MS


def test_without_an_arrival_only_the_sending_is_known() -> None:
    story = Story()
    sent = story.send("orders", "api", 0, took=3)
    story.process("orders", "pay", (45, 55), parent=sent, group="pay")
    told = times(story)
    assert (told.sending_ns, told.broker_ns, told.prefetched_ns) == (3 * MS, None, None)


@pytest.mark.parametrize(
    ("acknowledged", "arrived", "parts"),
    [
        (3, 20, (3, 17, 25)),
        (None, 20, (None, 20, 25)),
        (22, 20, (None, 20, 25)),  # fetched before the producer heard of it
        (3, -5, (3, None, None)),  # a poll that began before the message was there
        (60, None, (None, None, None)),
    ],
)
def test_a_moment_out_of_its_order_splits_nothing(
    acknowledged: int | None, arrived: int | None, parts: tuple[int | None, ...]
) -> None:
    at = {name: None if ms is None else T0 + ms * MS for name, ms in (("ack", acknowledged), ("arr", arrived))}
    order = made("orders", acknowledged_at=at["ack"])
    told = delivery_time(order, handled(order, "pay", 45, 10, arrived_at=at["arr"]))
    expected = tuple(None if ms is None else ms * MS for ms in parts)
    assert (told.sending_ns, told.broker_ns, told.prefetched_ns) == expected


def test_a_negative_time_in_queue_has_no_parts() -> None:
    order = made("orders", at=50, acknowledged_at=T0 + 52 * MS)
    told = delivery_time(order, handled(order, "pay", 45, 10))
    assert (told.queue_ns, told.sending_ns) == (-5 * MS, None)


def test_backoff_counts_from_the_end_of_the_attempt_before() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    story.process("orders", "pay", (10, 15), links=[sent], group="pay", error="Broken")
    story.process("orders", "pay", (40, 48), links=[sent], group="pay")
    told = times(story, attempt=2)
    assert (told.backoff_ns, told.through_retry_topic) == (25 * MS, False)
    assert times(story, attempt=1).backoff_ns is None


def test_backoff_after_a_batch_counts_from_the_end_of_the_batch() -> None:
    story = Story()
    sends = [story.send("orders", "api", n) for n in range(2)]
    story.process("orders", "pay", (10, 15), links=sends, group="pay", error="Broken")
    story.process("orders", "pay", (40, 48), links=sends[:1], group="pay")
    told = times(story, event=sends[0].event_id, attempt=2)
    assert told.backoff_ns == 25 * MS
    assert times(story, event=sends[1].event_id).batch_ns == 5 * MS


def test_backoff_through_a_retry_topic_counts_from_the_end_of_the_attempt_that_failed() -> None:
    story = Story()
    sent = story.send("orders", "api", 0)
    first = story.process("orders", "pay", (10, 20), parent=sent, group="pay", error="Broken")
    again = story.send("orders.retry", "pay", 16, parent=first)
    story.process("orders.retry", "pay", (90, 99), parent=again, group="pay")
    graph = story.graph()
    told = times(story, event=event(graph, topic="orders.retry").id)
    assert (told.backoff_ns, told.through_retry_topic, told.queue_ns) == (70 * MS, True, 74 * MS)


def test_an_arrival_of_a_pull_call_is_when_the_call_came_back() -> None:
    story = Story()
    sent = story.send("orders", "api", 10)
    call = story.span("poll", "pay", (0, 1))
    attributes = {"messaging.system": "kafka", "messaging.operation.type": "receive"}
    attributes |= {"messaging.destination.name": "orders"}
    story.span("poll orders", "pay", (0, 30), kind="CLIENT", parent=call, links=[sent], attributes={**attributes})
    story.process("orders", "pay", (45, 50), links=[sent], group="pay")
    assert times(story).prefetched_ns == 15 * MS
