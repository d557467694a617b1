"""What a message id tells: the rule `message-id`, and the ids of events in systems that know messages by it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.flows.spans import Story, edge, event
from tracer.errors import UsageError
from tracer.flows import open_flows
from tracer.flows.lookup import parse

NATS: dict[str, Any] = {"system": "nats", "message_id": "m-1"}
SQS: dict[str, Any] = {"system": "aws_sqs", "message_id": "m-1"}
RABBIT: dict[str, Any] = {
    "system": "rabbitmq",
    "message_id": "m-1",
    "attributes": {"messaging.rabbitmq.destination.routing_key": "orders.new"},
}


def test_the_same_message_id_on_a_send_and_an_arrival_is_one_message() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, **NATS)
    arrival = story.receive("orders", "pay", 40, **NATS)
    graph = story.graph()
    assert event(graph).id == sent.event_id
    delivered = edge(graph)
    assert (delivered.method, delivered.confidence) == ("message-id", 0.9)
    assert (delivered.evidence[0].span_id, delivered.evidence[0].detail) == (arrival.span_id, "id m-1")


def test_the_same_message_id_on_two_arrivals_is_one_message() -> None:
    story = Story()
    first = story.receive("orders", "pay", 40, **NATS)
    story.receive("orders", "mail", 50, **NATS)
    graph = story.graph()
    assert event(graph).id == first.event_id
    assert [(e.method, e.confidence) for e in graph.edges] == [("message-id", 0.9)] * 2


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"system": "nats"}, {"system": "pulsar"}),
        ({"topic": "orders"}, {"topic": "bills"}),
        ({"system": "kafka", "message_id": "17"}, {"system": "kafka", "message_id": "17"}),
        ({"system": "celery"}, {"system": "celery"}),
        ({"system": None}, {"system": None}),
        ({"message_id": ""}, {"message_id": ""}),
    ],
    ids=["other system", "other topic", "bare offset", "id of a task", "unknown system", "empty id"],
)
def test_a_message_id_that_does_not_tell_one_message_unifies_nothing(
    sent: dict[str, Any], read: dict[str, Any]
) -> None:
    story = Story()
    for write, told in ((story.send, sent), (story.receive, read)):
        known = {"topic": "orders", "system": "nats", "message_id": "m-1"} | told
        write(known.pop("topic"), "pay", 40, **known)
    assert len(story.graph().events) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"partition": 0, "offset": 4}, {"partition": 0, "offset": 5}),
        ({"partition": 0}, {"partition": 1}),
        ({"key": "a"}, {"key": "b"}),
    ],
    ids=["coordinates", "partition", "key"],
)
def test_a_message_id_does_not_unify_what_other_evidence_tells_apart(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    story = Story()
    story.send("orders", "shop", 0, system="kafka", message_id="m-1", **one)
    story.receive("orders", "pay", 40, system="kafka", message_id="m-1", **other)
    assert len(story.graph().events) == 2


def test_of_two_sends_with_one_message_id_neither_is_preferred() -> None:
    story = Story()
    sends = [story.send("orders", "shop", at, **NATS) for at in (0, 10)]
    arrival = story.receive("orders", "pay", 40, **NATS)
    graph = story.graph()
    assert {e.id for e in graph.events} == {*(sent.event_id for sent in sends), arrival.event_id}
    delivered = edge(graph)
    assert (delivered.source, delivered.confidence) == (arrival.event_id, 0.5)
    assert delivered.evidence[0].detail == "only its arrival is known"


def test_a_context_on_the_arrival_goes_before_its_message_id() -> None:
    story = Story()
    story.send("orders", "shop", 0, **NATS)
    other = story.send("orders", "shop", 10, system="nats")
    story.receive("orders", "pay", 40, parent=other, **NATS)
    assert edge(story.graph()).source == other.event_id


def test_what_caused_a_send_is_no_surer_to_have_caused_the_message_that_only_an_id_ties_to_it() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    handling = story.process("orders", "pay", (40, 60), parent=first, group="payers")
    story.send("paid", "pay", 50, parent=handling, message_id="m-1")
    story.receive("paid", "mail", 70, message_id="m-1", partition=0, offset=3)
    caused = edge(story.graph(), target="kafka://paid/0/3", kind="caused")
    assert (caused.method, caused.confidence) == ("parent", 0.9)
    assert caused.evidence[0].detail == "its send is told by message-id alone"


def test_a_message_of_sqs_is_named_by_its_queue_and_id() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, **SQS)
    story.process("orders", "pay", (40, 50), links=[sent], **SQS)
    graph = story.graph()
    assert event(graph).id == "aws_sqs://orders/m-1"
    assert [one.method for one in edge(graph).evidence] == ["link", "message-id"]


def test_of_two_messages_with_one_name_the_first_has_it() -> None:
    story = Story()
    story.send("orders", "shop", 0, **SQS)
    again = story.send("orders", "shop", 10, **SQS)
    assert {e.id for e in story.graph().events} == {"aws_sqs://orders/m-1", again.event_id}


def test_a_message_of_rabbitmq_is_named_by_exchange_routing_key_and_id_whatever_the_queue() -> None:
    story = Story()
    sent = story.send("shop/events", "shop", 0, **RABBIT)
    story.process("pay-queue", "pay", (40, 50), parent=sent, **RABBIT)
    story.process("mail-queue", "mail", (40, 50), **RABBIT)
    graph = story.graph()
    assert (event(graph).id, event(graph).topic) == ("rabbitmq://shop%2Fevents/orders.new/m-1", "shop/events")
    assert sorted(e.method for e in graph.edges) == ["message-id", "parent"]


def test_a_message_that_rabbitmq_moved_to_a_dead_letter_queue_is_another_event() -> None:
    story = Story()
    sent = story.send("events", "shop", 0, **RABBIT)
    story.process("pay-queue", "pay", (40, 50), parent=sent, error="Broken", **RABBIT)
    story.process("pay-queue.dlq", "watch", (90, 95), parent=sent, **RABBIT)
    graph = story.graph()
    assert {e.id for e in graph.events} == {
        "rabbitmq://events/orders.new/m-1",
        "rabbitmq://pay-queue.dlq/orders.new/m-1",
    }
    moved = edge(graph, kind="dead-lettered")
    assert (moved.source, moved.method) == ("rabbitmq://events/orders.new/m-1#pay@1", "headers")


def test_a_topic_of_sns_and_the_queue_behind_it_carry_one_message() -> None:
    story = Story()
    sent = story.send("orders-topic", "shop", 0, system="aws.sns")
    story.process("orders-queue", "pay", (40, 50), links=[sent], system="aws_sqs")
    assert edge(story.graph()).source == sent.event_id


def test_a_record_of_kinesis_is_named_by_its_stream_shard_and_sequence() -> None:
    story = Story()
    told: dict[str, Any] = {"system": "aws_kinesis", "partition": "shard-1", "message_id": "4959"}
    sent = story.send("clicks", "shop", 0, **told)
    story.process("clicks", "count", (40, 50), **told)
    graph = story.graph()
    assert (event(graph).id, event(graph).span_id) == ("aws_kinesis://clicks/shard-1/4959", sent.span_id)
    assert edge(graph).method == "coordinates"


def test_a_message_is_found_by_its_name_and_by_names_that_it_had(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("events", "shop", 0, **RABBIT)
    story.process("pay-queue", "pay", (40, 50), **RABBIT)
    now = "rabbitmq://events/orders.new/m-1"
    asked = (
        now,
        "rabbitmq://pay-queue/orders.new/m-1",
        sent.event_id,
        f"{now}#pay@1",
        "rabbitmq://pay-queue/orders.new/m-1#pay@1",
    )
    with open_flows(story.store(tmp_path)) as flows:
        for text in asked:
            assert [e.id for e in flows.flow(text).graph.events] == [now]


@pytest.mark.parametrize("text", ["rabbitmq://", "rabbitmq://events", "aws_sqs://queue", "amqp://a/b/c"])
def test_a_name_that_tells_no_message_is_no_id(text: str) -> None:
    with pytest.raises(UsageError):
        parse(text)
