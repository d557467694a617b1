"""`with tracer.process(record):` and `@tracer.handler`: one span for one attempt, exceptions seen and passed on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from opentelemetry import trace
from opentelemetry.trace import StatusCode

import tracer
from tests.instrumentation.telemetry import Spans, poll_some

Consume = Callable[..., "KafkaConsumer"]


@pytest.fixture
def consumer(producer: KafkaProducer, consume: Consume, topic: str) -> KafkaConsumer:
    producer.send(topic, b"1", partition=0).get(20)
    return consume(topic)


def test_process_takes_over_the_span_of_the_record_that_is_being_handled(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    record = next(consumer)
    implicit = trace.get_current_span()
    with tracer.process(record) as span:
        assert span is implicit
        assert trace.get_current_span() is span
    assert spans.one(f"process {topic}").status.status_code is StatusCode.UNSET
    assert not trace.get_current_span().get_span_context().is_valid
    consumer.close()
    assert len(spans.named(f"process {topic}")) == 1


def test_an_exception_that_leaves_process_is_seen_and_goes_on(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    record = next(consumer)
    mine = ValueError("mine")
    with pytest.raises(ValueError, match="mine") as caught, tracer.process(record):
        raise mine
    assert caught.value is mine
    span = spans.one(f"process {topic}")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "ValueError"
    assert [event.name for event in span.events] == ["exception"]


def test_a_handler_finds_its_record_among_its_arguments(spans: Spans, consumer: KafkaConsumer, topic: str) -> None:
    class Service:
        @tracer.handler
        def handle(self, record: Any, *, strict: bool) -> str:
            """Handles."""
            if strict:
                raise LookupError(record.offset)
            return "done"

    record = next(consumer)
    with pytest.raises(LookupError):
        Service().handle(record, strict=True)
    assert Service().handle(record=record, strict=False) == "done"
    assert Service.handle.__doc__ == "Handles."
    assert [span.status.status_code for span in spans.named(f"process {topic}")] == [
        StatusCode.ERROR,
        StatusCode.UNSET,
    ]


def test_a_coroutine_can_be_a_handler(spans: Spans, consumer: KafkaConsumer, topic: str) -> None:
    @tracer.handler
    async def handle(record: Any) -> int:
        await asyncio.sleep(0)
        return trace.get_current_span().get_span_context().span_id

    assert asyncio.run(handle(next(consumer))) == spans.one(f"process {topic}").context.span_id


def test_a_record_handed_to_a_thread_and_waited_for_keeps_its_one_span(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    @tracer.handler
    def handle(record: Any) -> int:
        return trace.get_current_span().get_span_context().span_id

    with ThreadPoolExecutor(1) as pool:
        inside = pool.submit(handle, next(consumer)).result()
        assert pool.submit(lambda: trace.get_current_span().get_span_context().is_valid).result() is False
    consumer.close()
    assert spans.one(f"process {topic}").context.span_id == inside
    assert not trace.get_current_span().get_span_context().is_valid


def test_without_implicit_spans_process_tells_the_group_of_the_records_consumer(
    producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    spans = Spans()
    tracer.instrument(tracer_provider=spans.provider, process_spans=False)
    try:
        producer.send(topic, b"1", partition=0).get(20)
        consumer = consume(topic, group="shipping")
        (records,) = poll_some(consumer).values()
        assert type(records) is list
        with tracer.process(records[0]):
            pass
        consumer.close()
    finally:
        tracer.uninstrument()
    told = spans.one(f"process {topic}").attributes or {}
    assert told["messaging.consumer.group.name"] == "shipping"
    assert told["messaging.kafka.offset"] == 0


def test_process_and_handler_do_nothing_in_a_process_that_is_not_instrumented(consumer: KafkaConsumer) -> None:
    @tracer.handler
    def handle(record: Any) -> bool:
        return trace.get_current_span().get_span_context().is_valid

    record = next(consumer)
    assert handle(record) is False
    with tracer.process(record) as span:
        assert not span.is_recording()


def test_a_handler_without_a_record_is_just_called(spans: Spans) -> None:
    @tracer.handler
    def handle(value: int) -> int:
        return value + 1

    assert handle(1) == 2
    assert not spans.exporter.get_finished_spans()
