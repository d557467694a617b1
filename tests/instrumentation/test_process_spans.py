"""The process span: current while a record is handled, with the record's coordinates, caused by its producer."""

from __future__ import annotations

import gc
import json
import pickle
import threading
from collections.abc import Callable
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from tests.instrumentation.telemetry import Spans, poll_some
from tracer.instrumentation.handling import Handling
from tracer.instrumentation.lifecycle import INSTRUMENTED

Consume = Callable[..., KafkaConsumer]


def send(producer: KafkaProducer, topic: str, *values: bytes, **options: Any) -> None:
    for value in values:
        producer.send(topic, value, partition=0, **options).get(20)


def test_while_a_record_from_iterating_is_handled_its_process_span_is_current(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"first", b"second", key=b"user-1")
    consumer = consume(topic, group="billing")
    inside = []
    for record in consumer:
        inside.append(trace.get_current_span().get_span_context().span_id)
        producer.send("invoices", record.value, partition=0).get(20)
        if record.value == b"second":
            break
    consumer.close()

    first, second = spans.named(f"process {topic}")
    assert inside == [first.context.span_id, second.context.span_id]
    assert first.kind is SpanKind.CONSUMER
    assert dict(second.attributes or {}) == {
        "messaging.system": "kafka",
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": "0",
        "messaging.kafka.offset": 1,
        "messaging.kafka.message.key": "user-1",
        "messaging.kafka.cluster.id": consumer._client.cluster.cluster_id,
        "messaging.consumer.group.name": "billing",
        "messaging.client.id": consumer.config["client_id"],
    }
    assert [span.parent.span_id for span in spans.named("invoices send") if span.parent] == inside
    assert not trace.get_current_span().get_span_context().is_valid


def test_the_process_span_is_a_child_of_its_producer_and_links_it(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"x")
    consumer = consume(topic)
    next(consumer)
    consumer.close()

    sent, processed = spans.one(f"{topic} send"), spans.one(f"process {topic}")
    assert processed.parent is not None
    assert (processed.parent.trace_id, processed.parent.span_id) == (sent.context.trace_id, sent.context.span_id)
    assert processed.parent.is_remote
    assert [link.context.span_id for link in processed.links] == [sent.context.span_id]
    assert processed.status.status_code is StatusCode.UNSET


def test_a_span_around_the_loop_is_linked_and_is_current_again_afterwards(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"x")
    consumer = consume(topic)
    with spans.provider.get_tracer("app").start_as_current_span("worker") as worker:
        next(consumer)
        consumer.close()
        assert trace.get_current_span() is worker

    sent, processed = spans.one(f"{topic} send"), spans.one(f"process {topic}")
    assert [link.context.span_id for link in processed.links] == [
        sent.context.span_id,
        worker.get_span_context().span_id,
    ]


def test_the_process_span_ends_before_the_client_waits_for_the_next_record(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"only")
    consumer = consume(topic, consumer_timeout_ms=3000)
    next(consumer)
    asked: list[StopIteration] = []

    def ask_for_more() -> None:
        try:
            next(consumer)
        except StopIteration as end:
            asked.append(end)

    waiting = threading.Thread(target=ask_for_more)
    waiting.start()
    while waiting.is_alive() and not spans.named(f"process {topic}"):
        waiting.join(0.01)
    assert waiting.is_alive(), "the client was still waiting when the span had ended"
    waiting.join()
    assert asked


def test_the_last_valid_traceparent_is_the_parent_and_the_others_are_links(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    hops = [f"00-{n:032x}-{n:016x}-01" for n in (1, 2)]
    headers = [
        ("traceparent", hops[0].encode()),
        ("traceparent", hops[1].encode()),
        ("traceparent", hops[0].encode()),
        ("traceparent", hops[1].encode()),
        ("traceparent", b"00-not-a-context-01"),
    ]
    send(producer, topic, b"x", headers=headers)
    consumer = consume(topic)
    record = next(consumer)
    consumer.close()

    sent, processed = spans.one(f"{topic} send"), spans.one(f"process {topic}")
    assert len([key for key, _ in record.headers if key == "traceparent"]) == 6
    assert processed.parent is not None
    assert processed.parent.span_id == sent.context.span_id
    assert [link.context.span_id for link in processed.links] == [sent.context.span_id, 2, 1]
    assert len(headers) == 5, "the application's own list of headers is left alone"


def test_poll_gives_lists_whose_records_are_handled_in_turn(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"1", b"2")
    consumer = consume(topic)
    polled = poll_some(consumer)
    records = polled[TopicPartition(topic, 0)]
    while len(records) < 2:
        records = records + poll_some(consumer)[TopicPartition(topic, 0)]
        polled = {TopicPartition(topic, 0): records}
    assert isinstance(records, list)
    assert len(records) == 2
    consumer.seek(TopicPartition(topic, 0), 0)
    polled = poll_some(consumer)
    inside = [trace.get_current_span().get_span_context().span_id for records in polled.values() for record in records]
    assert spans.named(f"process {topic}")[-1].context.span_id == inside[-1]
    assert not trace.get_current_span().get_span_context().is_valid
    assert len({span.context.span_id for span in spans.named(f"process {topic}")}) == len(inside)


def test_a_polled_list_is_handled_once_however_often_it_is_looked_at(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"1")
    consumer = consume(topic)
    (records,) = poll_some(consumer).values()
    assert pickle.loads(pickle.dumps(records)) == records
    assert json.dumps([record.offset for record in records]) == "[0]"
    assert [record.offset for record in records] == [0]
    assert list(records) == records
    assert len(spans.named(f"process {topic}")) == 1


def test_a_record_read_again_by_seek_is_the_next_attempt(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"x")
    consumer = consume(topic)
    for _ in range(3):
        record = next(consumer)
        consumer.seek(TopicPartition(topic, 0), record.offset)
    consumer.close()
    attempts = spans.named(f"process {topic}")
    assert [(span.attributes or {})["messaging.kafka.offset"] for span in attempts] == [0, 0, 0]
    assert len({span.context.span_id for span in attempts}) == 3


def test_a_consumer_used_from_several_threads_in_turn_gives_each_record_its_span(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"1", b"2", b"3")
    consumer = consume(topic)
    seen = []

    def take() -> None:
        next(consumer)
        seen.append(trace.get_current_span().get_span_context().span_id)

    take()
    for _ in range(2):
        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
    consumer.close()
    assert seen == [span.context.span_id for span in spans.named(f"process {topic}")]


def test_two_consumers_that_take_turns_do_not_disturb_each_other(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    other = f"{topic}-other"
    send(producer, topic, b"1", b"2", b"3")
    send(producer, other, b"1", b"2", b"3")
    one, two = consume(topic), consume(other)
    for _ in range(3):
        next(one)
        next(two)
        send(producer, "audit", b"x")
    one.close()
    two.close()
    assert not trace.get_current_span().get_span_context().is_valid
    assert [span.parent.span_id for span in spans.named("audit send") if span.parent] == [
        span.context.span_id for span in spans.named(f"process {other}")
    ]


def test_a_consumer_without_a_group_tells_none(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"x", key=b"\xff\xfe")
    consumer = consume(topic, group=None)
    next(consumer)
    consumer.close()
    told = spans.one(f"process {topic}").attributes or {}
    assert "messaging.consumer.group.name" not in told
    assert "messaging.kafka.message.key" not in told, "a key that is not text is not told"


def test_a_record_without_a_context_begins_a_trace(consume: Consume, producer: KafkaProducer, topic: str) -> None:
    send(producer, topic, b"x")  # not instrumented yet
    import tracer

    spans = Spans()
    tracer.instrument(tracer_provider=spans.provider)
    try:
        consumer = consume(topic)
        next(consumer)
        consumer.close()
    finally:
        tracer.uninstrument()
    processed = spans.one(f"process {topic}")
    assert processed.parent is None
    assert not processed.links


def test_neither_a_handled_record_nor_an_acknowledged_send_is_kept_alive(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    send(producer, topic, b"1", b"2")
    consumer = consume(topic)
    next(consumer)
    future = producer.send(topic, b"3", partition=0)
    future.get(20)
    runtime = INSTRUMENTED.runtime
    assert runtime is not None
    assert not runtime.pending
    assert len(runtime.live) == 1
    consumer.close()
    assert not runtime.live
    gc.collect()
    assert not [found for found in gc.get_objects() if isinstance(found, Handling) and found.record is not None]
