"""Real clients on the embedded broker, spans in memory, and an OTLP receiver for services in processes of their own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

import tracer
from tests.instrumentation.telemetry import Receiver, Spans

if TYPE_CHECKING:
    from kafka import KafkaConsumer, KafkaProducer


@pytest.fixture
def spans() -> Iterator[Spans]:
    """This process is instrumented; its spans."""
    collected = Spans()
    tracer.instrument(tracer_provider=collected.provider)
    yield collected
    tracer.uninstrument()


@pytest.fixture
def topic() -> str:
    return f"orders-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def producer(embedded_broker: str) -> Iterator[KafkaProducer]:
    from kafka import KafkaProducer

    client = KafkaProducer(bootstrap_servers=embedded_broker)
    yield client
    client.close(timeout=5)


@pytest.fixture
def consume(embedded_broker: str) -> Iterator[Callable[..., KafkaConsumer]]:
    """Makes consumers of partition 0 of a topic, from the beginning, in a group but without waiting to join it."""
    from kafka import KafkaConsumer, TopicPartition

    made: list[KafkaConsumer] = []

    def make(*topics: str, group: str | None = "billing", **options: Any) -> KafkaConsumer:
        settings = {"consumer_timeout_ms": 15_000, "enable_auto_commit": False, **options}
        client = KafkaConsumer(bootstrap_servers=embedded_broker, group_id=group, **settings)
        made.append(client)
        partitions = [TopicPartition(topic, 0) for topic in topics]
        client.assign(partitions)
        for partition in partitions:
            client.seek(partition, 0)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as made:
        yield made
