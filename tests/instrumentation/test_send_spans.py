"""The send span: the official one, ended by the broker's acknowledgement, with the record's coordinates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import KafkaTimeoutError
from opentelemetry.trace import SpanKind, StatusCode

import tracer
from demo.broker import embedded_broker as run_broker
from tests.instrumentation.telemetry import Receiver, Spans, start_service

Consume = Callable[..., KafkaConsumer]


def test_the_send_span_tells_where_the_broker_put_the_record(spans: Spans, producer: KafkaProducer, topic: str) -> None:
    for number in range(3):
        metadata = producer.send(topic, b"%d" % number, key=b"user-1").get(20)
    span = spans.named(f"{topic} send")[-1]
    told = dict(span.attributes or {})
    assert span.kind is SpanKind.PRODUCER
    assert told["messaging.system"] == "kafka"
    assert told["messaging.operation.name"] == told["messaging.operation.type"] == "send"
    assert told["messaging.destination.name"] == topic
    assert told["messaging.destination.partition.id"] == str(metadata.partition)
    assert told["messaging.kafka.offset"] == metadata.offset == 2
    assert told["messaging.kafka.message.key"] == "user-1"
    assert told["messaging.kafka.cluster.id"] == producer._metadata.cluster_id
    assert told["messaging.client.id"] == producer.config["client_id"]
    assert told["messaging.destination"] == topic, "what the official instrumentation tells is still there"
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "opentelemetry.instrumentation.kafka"


def test_the_send_span_ends_with_the_acknowledgement_not_before(spans: Spans, embedded_broker: str, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=embedded_broker, linger_ms=60_000, batch_size=1_000_000)
    try:
        producer.partitions_for(topic)
        future = producer.send(topic, b"x", partition=0)
        assert not future.is_done
        assert not spans.named(f"{topic} send")
        producer.flush()
        assert future.is_done
        assert (spans.one(f"{topic} send").attributes or {})["messaging.kafka.offset"] == 0
    finally:
        producer.close(timeout=5)


def test_a_tombstone_is_told(spans: Spans, producer: KafkaProducer, consume: Consume, topic: str) -> None:
    producer.send(topic, key=b"user-1", partition=0).get(20)
    consumer = consume(topic)
    next(consumer)
    consumer.close()
    for name in (f"{topic} send", f"process {topic}"):
        assert (spans.one(name).attributes or {})["messaging.kafka.message.tombstone"] is True


def test_an_error_in_the_call_goes_on_unchanged_and_ends_the_span(
    spans: Spans, producer: KafkaProducer, topic: str
) -> None:
    with pytest.raises(TypeError, match="serialized key"):
        producer.send(topic, b"x", key=object())
    span = spans.one(f"{topic} send")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == "TypeError"
    assert [event.name for event in span.events] == ["exception"]


def test_a_record_that_the_broker_never_took_has_a_failed_send_span(receiver: Receiver, topic: str) -> None:
    program = """
        import sys, tracer
        tracer.instrument(service="signup")
        from kafka import KafkaProducer
        from kafka.errors import KafkaError
        producer = KafkaProducer(bootstrap_servers=sys.argv[1], delivery_timeout_ms=1500, request_timeout_ms=1000)
        producer.send(sys.argv[2], b"taken", partition=0).get(20)
        print("taken", flush=True)
        sys.stdin.readline()
        try:
            producer.send(sys.argv[2], b"lost", partition=0).get(30)
        except KafkaError as error:
            print(type(error).__name__, flush=True)
        """
    with run_broker() as broker:
        service = start_service(program, broker.bootstrap_servers, topic, endpoint=receiver.endpoint)
        assert service.stdout is not None
        assert service.stdout.readline() == "taken\n"
    output, errors = service.communicate("\n", timeout=60)
    assert service.returncode == 0, errors
    assert output.endswith("Error\n")
    (_, taken), (_, lost) = receiver.wait_for(f"{topic} send", 2)
    told = {attribute.key: attribute.value.string_value for attribute in lost.attributes}
    assert taken.status.code == 0
    assert lost.status.code == 2
    assert told["error.type"].startswith("kafka.errors.")
    assert "messaging.kafka.offset" not in told


def test_no_send_span_is_lost_when_the_process_stops_being_instrumented(embedded_broker: str, topic: str) -> None:
    spans = Spans()
    tracer.instrument(tracer_provider=spans.provider)
    producer = KafkaProducer(bootstrap_servers=embedded_broker, linger_ms=60_000, batch_size=1_000_000)
    try:
        producer.partitions_for(topic)
        producer.send(topic, b"x", partition=0)
        tracer.uninstrument()
        span = spans.one(f"{topic} send")
        assert "messaging.kafka.offset" not in (span.attributes or {})
        producer.flush()
    finally:
        producer.close(timeout=5)


def test_headers_that_an_application_uses_again_do_not_pile_up(
    spans: Spans, producer: KafkaProducer, topic: str
) -> None:
    headers = [("source", b"test")]
    for _ in range(3):
        producer.send(topic, b"x", headers=headers, partition=0).get(20)
    assert headers == [("source", b"test")]


def test_a_call_that_the_client_refuses_is_refused_in_its_own_words(
    spans: Spans, producer: KafkaProducer, topic: str
) -> None:
    with pytest.raises(TypeError, match="headers must be list-type"):
        producer.send(topic, b"x", headers=(("a", b"b"),))
    with pytest.raises(TypeError, match="topic"):
        producer.send(value=b"x")


def test_a_topic_that_the_client_refuses_has_a_failed_send_span(spans: Spans, producer: KafkaProducer) -> None:
    with pytest.raises((KafkaTimeoutError, ValueError, TypeError)):
        producer.send("not a topic!", b"x")
    assert spans.one("not a topic! send").status.status_code is StatusCode.ERROR
