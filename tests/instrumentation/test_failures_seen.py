"""What counts as the failure of an attempt, seen from outside of the loop that handles the record."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import StatusCode

from tests.instrumentation.telemetry import Spans, poll_some

Consume = Callable[..., "KafkaConsumer"]
LOG = logging.getLogger("crm")


@pytest.fixture
def consumer(producer: KafkaProducer, consume: Consume, topic: str) -> Iterator[KafkaConsumer]:
    """A consumer of a topic with two records."""
    for value in (b"1", b"2"):
        producer.send(topic, value, partition=0).get(20)
    return consume(topic)


def failure(span: ReadableSpan) -> tuple[StatusCode, object, list[str]]:
    return (
        span.status.status_code,
        (span.attributes or {}).get("error.type"),
        [str((event.attributes or {})["exception.type"]) for event in span.events],
    )


def test_an_exception_that_is_logged_fails_the_attempt_and_no_other(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    next(consumer)
    try:
        raise ValueError("no plan")
    except ValueError:
        LOG.exception("cannot handle it")
    next(consumer)
    LOG.error("an error without an exception is no failure")
    consumer.close()
    first, second = spans.named(f"process {topic}")
    assert failure(first) == (StatusCode.ERROR, "ValueError", ["ValueError"])
    assert first.status.description == "ValueError: no plan"
    assert failure(second) == (StatusCode.UNSET, None, [])


def test_an_exception_logged_twice_is_told_once(spans: Spans, consumer: KafkaConsumer, topic: str) -> None:
    next(consumer)
    try:
        raise KeyError("plan")
    except KeyError as error:
        LOG.warning("once", exc_info=error)
        LOG.exception("twice")
    consumer.close()
    assert failure(spans.one(f"process {topic}")) == (StatusCode.ERROR, "KeyError", ["KeyError"])


def test_an_exception_logged_in_a_span_inside_fails_the_attempt(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    next(consumer)
    with spans.provider.get_tracer("app").start_as_current_span("work"):
        try:
            raise ValueError
        except ValueError:
            LOG.warning("gone wrong", exc_info=True)
    consumer.close()
    assert failure(spans.one(f"process {topic}"))[:2] == (StatusCode.ERROR, "ValueError")


def test_an_exception_logged_in_a_task_of_the_handling_fails_it(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    async def work() -> None:
        try:
            raise ValueError
        except ValueError:
            LOG.exception("in a task")

    next(consumer)
    asyncio.run(work())
    consumer.close()
    assert failure(spans.one(f"process {topic}"))[:2] == (StatusCode.ERROR, "ValueError")


def test_an_exception_logged_in_an_unrelated_thread_is_not_the_attempts(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    def elsewhere() -> None:
        try:
            raise ValueError
        except ValueError:
            LOG.exception("elsewhere")

    next(consumer)
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    consumer.close()
    assert failure(spans.one(f"process {topic}"))[0] is StatusCode.UNSET


def test_an_exception_that_ends_a_loop_over_a_polled_list_is_seen_by_who_logs_it(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    try:
        for records in poll_some(consumer).values():
            for _record in records:
                raise ValueError("first record")
    except ValueError:
        LOG.exception("batch given up")
    consumer.close()
    assert failure(spans.one(f"process {topic}"))[:2] == (StatusCode.ERROR, "ValueError")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_exception_left_unhandled_in_a_thread_fails_the_attempt_and_ends_it(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    def loop() -> None:
        for _record in consumer:
            raise ValueError("unhandled")

    thread = threading.Thread(target=loop)
    thread.start()
    thread.join()
    assert failure(spans.one(f"process {topic}")) == (StatusCode.ERROR, "ValueError", ["ValueError"])


def test_an_exception_that_leaves_the_consumers_with_block_fails_the_attempt(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    with contextlib.suppress(ValueError), consumer:
        for _record in consumer:
            raise ValueError
    assert failure(spans.one(f"process {topic}"))[:2] == (StatusCode.ERROR, "ValueError")


def test_an_exception_that_the_application_records_on_the_span_fails_the_attempt(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    next(consumer)
    trace.get_current_span().record_exception(ValueError("recorded"))
    consumer.close()
    assert failure(spans.one(f"process {topic}")) == (StatusCode.ERROR, "ValueError", ["ValueError"])


def test_the_status_that_the_application_sets_is_the_last_word(
    spans: Spans, consumer: KafkaConsumer, topic: str
) -> None:
    next(consumer)
    try:
        raise ValueError
    except ValueError:
        LOG.exception("known and harmless")
    trace.get_current_span().set_status(StatusCode.OK)
    consumer.close()
    assert failure(spans.one(f"process {topic}"))[:2] == (StatusCode.OK, None)


def test_a_failed_span_directly_inside_fails_the_attempt(spans: Spans, consumer: KafkaConsumer, topic: str) -> None:
    next(consumer)
    with contextlib.suppress(ValueError), spans.provider.get_tracer("app").start_as_current_span("charge card"):
        raise ValueError("declined")
    consumer.close()
    span = spans.one(f"process {topic}")
    assert failure(span)[:2] == (StatusCode.ERROR, "ValueError")
    assert span.status.description == "charge card failed: ValueError: declined"


@pytest.mark.parametrize("suffix", [".crm.dlq", "-dlt", "_error", ".retry", "-retry-0", ".DEAD-LETTERS"])
def test_a_record_sent_on_to_a_retry_or_dead_letter_topic_fails_the_attempt(
    spans: Spans, consumer: KafkaConsumer, producer: KafkaProducer, topic: str, suffix: str
) -> None:
    record = next(consumer)
    producer.send(topic + suffix, record.value, headers=record.headers, partition=0).get(20)
    consumer.close()
    span = spans.one(f"process {topic}")
    assert failure(span) == (StatusCode.ERROR, "_OTHER", [])
    assert topic + suffix in (span.status.description or "")


def test_a_dead_letter_sent_from_an_except_block_tells_the_exception(
    spans: Spans, consumer: KafkaConsumer, producer: KafkaProducer, topic: str
) -> None:
    record = next(consumer)
    try:
        raise KeyError("plan")
    except KeyError:
        producer.send(f"{topic}.dlq", record.value, partition=0).get(20)
    consumer.close()
    assert failure(spans.one(f"process {topic}")) == (StatusCode.ERROR, "KeyError", ["KeyError"])


def test_a_record_sent_to_an_ordinary_topic_is_no_failure(
    spans: Spans, consumer: KafkaConsumer, producer: KafkaProducer, topic: str
) -> None:
    next(consumer)
    producer.send(f"{topic}-retrying-customers", b"x", partition=0).get(20)
    consumer.close()
    assert failure(spans.one(f"process {topic}"))[0] is StatusCode.UNSET


def test_the_attempt_after_a_seek_is_judged_by_itself(spans: Spans, consumer: KafkaConsumer, topic: str) -> None:
    record = next(consumer)
    try:
        raise ValueError
    except ValueError:
        LOG.exception("again")
        consumer.seek(TopicPartition(topic, 0), record.offset)
    next(consumer)
    consumer.close()
    assert [failure(span)[0] for span in spans.named(f"process {topic}")] == [StatusCode.ERROR, StatusCode.UNSET]
