"""Headers of retries and dead letters are told by the spans of the record, and are read back by normalising."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer

from tests.instrumentation.telemetry import Spans
from tests.semconv.attributes import normalised
from tracer.instrumentation.carried import BINARY, HEADERS, LONGEST, carried
from tracer.semconv import headers as table

SPRING = [
    ("kafka_dlt-original-topic", b"orders"),
    ("kafka_dlt-original-partition", (3).to_bytes(4)),
    ("kafka_dlt-original-offset", (200).to_bytes(8)),
    ("kafka_dlt-original-consumer-group", b"pay"),
    ("kafka_dlt-exception-cause-fqcn", b"com.acme.CardDeclined"),
]
ORIGIN = {
    "origin_topic": "orders",
    "origin_partition": "3",
    "origin_offset": 200,
    "origin_consumer_group": "pay",
    "origin_error": "com.acme.CardDeclined",
}
ELSEWHERE = {
    "MassTransit",
    "RabbitMQ",
    "RabbitMQ, the list of deaths",
    "Amazon SQS",
    "Google Pub/Sub",
    "Azure Service Bus",
    "Pulsar",
}


def test_both_spans_of_a_dead_letter_tell_where_it_came_from(
    spans: Spans, producer: KafkaProducer, consume: Callable[..., KafkaConsumer], topic: str
) -> None:
    producer.send(topic, b"{}", partition=0, headers=[*SPRING, ("tenant", b"acme")]).get(20)
    consumer = consume(topic, group="parking")
    next(consumer)
    consumer.close()
    for name in (f"{topic} send", f"process {topic}"):
        (span,) = spans.named(name)
        told = dict(span.attributes or {})
        assert told["messaging.header.kafka_dlt-original-offset"] == ("200",)
        assert not any("tenant" in key for key in told)
        listed = {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}
        assert normalised(listed)[0].items() >= ORIGIN.items()


def test_every_header_of_the_conventions_on_kafka_is_captured_and_no_other() -> None:
    ours = (convention for convention in table.CONVENTIONS if convention.library not in ELSEWHERE)
    wanted = {name.removesuffix(".first") for convention in ours for name in convention.headers()} | set(table.ATTEMPTS)
    elsewhere = {"MT-Redelivery-Count", "x-delivery-count", "x-death.count", "ApproximateReceiveCount"}
    elsewhere |= {"CloudPubSubDeadLetterSourceDeliveryCount", "RECONSUMETIMES"}
    same = {name.replace("-", "_") for name in wanted - elsewhere}
    assert {name.replace("-", "_") for name in HEADERS} == same
    assert BINARY == table.BINARY


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([("retry_topic-attempts", b"\2")], {"retry_topic-attempts": ("2",)}),
        ([("retry_topic-attempts", b"12")], {"retry_topic-attempts": ("12",)}),
        ([("x-original-offset", b"\0\0")], {}),
        ([("source_topic", b"a"), ("source_topic", b"b")], {"source_topic": ("a", "b")}),
        ([("source_topic", None)], {}),
        ([("source_topic", "a")], {"source_topic": ("a",)}),
        ([("x-exception-message", b"\xff" * 2000)], {"x-exception-message": ("\N{REPLACEMENT CHARACTER}" * LONGEST,)}),
        ([("traceparent", b"00-")], {}),
        ([], {}),
        (None, {}),
    ],
)
def test_a_value_is_told_as_text(headers: Any, told: dict[str, tuple[str, ...]]) -> None:
    assert carried(headers) == {f"messaging.header.{name}": values for name, values in told.items()}
