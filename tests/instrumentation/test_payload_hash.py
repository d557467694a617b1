"""Hashes of payloads on send spans: only where they are asked for, of the bytes that travel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka import KafkaProducer
from kafka.serializer import Serializer

import tracer
from tests.flows.stores import fill
from tests.instrumentation.telemetry import Receiver, Spans, start_service
from tracer.checks import check_store


class Json(Serializer):  # type: ignore[misc]
    def serialize(self, topic: str, headers: object, data: object) -> bytes:  # noqa: ARG002
        return json.dumps(data).encode()


HASH, SIZE = "messaging.message.body.hash", "messaging.message.body.size"


@contextmanager
def hashing(payload_hash: bool | str) -> Iterator[Spans]:
    collected = Spans()
    tracer.instrument(tracer_provider=collected.provider, payload_hash=payload_hash)
    try:
        yield collected
    finally:
        tracer.uninstrument()


def hashes(spans: Spans, topic: str) -> list[object]:
    return [(span.attributes or {}).get(HASH) for span in spans.named(f"{topic} send")]


def test_by_default_nothing_is_told_of_payloads(spans: Spans, producer: KafkaProducer, topic: str) -> None:
    producer.send(topic, b"paid", partition=0).get(20)
    assert {HASH, SIZE}.isdisjoint(spans.one(f"{topic} send").attributes or {})


def test_equal_payloads_have_one_hash_and_others_another(producer: KafkaProducer, topic: str) -> None:
    with hashing(payload_hash=True) as spans:
        for payload in (b"paid 10", b"paid 10", b"paid 11"):
            producer.send(topic, payload, key=b"k", partition=0).get(20)
    first, second, third = hashes(spans, topic)
    assert first == second != third
    assert isinstance(first, str)
    assert len(first) == 16
    assert (spans.named(f"{topic} send")[0].attributes or {})[SIZE] == 7


def test_what_the_serializer_made_is_hashed(embedded_broker: str, producer: KafkaProducer, topic: str) -> None:
    encoder = KafkaProducer(bootstrap_servers=embedded_broker, value_serializer=Json())
    try:
        with hashing(payload_hash=True) as spans:
            encoder.send(topic, {"paid": 10}, key=b"k", partition=0).get(20)
            producer.send(topic, b'{"paid": 10}', key=b"k", partition=0).get(20)
    finally:
        encoder.close(timeout=5)
    first, second = hashes(spans, topic)
    assert first == second is not None


def test_a_tombstone_has_no_payload(producer: KafkaProducer, topic: str) -> None:
    with hashing(payload_hash=True) as spans:
        producer.send(topic, key=b"k", partition=0).get(20)
    assert hashes(spans, topic) == [None]


def test_another_key_gives_another_hash(producer: KafkaProducer, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []
    for key in (True, "a secret", "another"):
        with hashing(payload_hash=key) as spans:
            producer.send(topic, b"paid", partition=0).get(20)
        told += hashes(spans, topic)
    monkeypatch.setenv("TRACER_PAYLOAD_HASH_KEY", "a secret")
    with hashing(payload_hash="another") as spans:
        producer.send(topic, b"paid", partition=0).get(20)
    assert len(set(told)) == 3
    assert hashes(spans, topic) == [told[1]], "the environment goes before the code"


def test_the_environment_switches_it_off(producer: KafkaProducer, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACER_PAYLOAD_HASH", "false")
    with hashing(payload_hash=True) as spans:
        producer.send(topic, b"paid", partition=0).get(20)
    assert hashes(spans, topic) == [None]


def test_uninstrument_restores_the_serializer(producer: KafkaProducer) -> None:
    before = KafkaProducer.__dict__["_serialize"]
    with hashing(payload_hash=True):
        assert KafkaProducer.__dict__["_serialize"] is not before
    assert KafkaProducer.__dict__["_serialize"] is before


def test_an_order_that_is_paid_twice_is_suspected_end_to_end(
    receiver: Receiver, embedded_broker: str, topic: str, tmp_path: Path
) -> None:
    program = """
        import sys, tracer
        tracer.instrument(service="shop")
        from kafka import KafkaProducer
        producer = KafkaProducer(bootstrap_servers=sys.argv[1])
        for order in (1, 2, 3, 2, 4):
            producer.send(sys.argv[2], b"pay order %d" % order, key=b"customer-%d" % order, partition=0).get(20)
    """
    environment = {"TRACER_PAYLOAD_HASH": "true"}
    service = start_service(program, embedded_broker, topic, endpoint=receiver.endpoint, extra=environment)
    _, errors = service.communicate(timeout=60)
    assert service.returncode == 0, errors
    receiver.wait_for(f"{topic} send", 5)
    fill(tmp_path / "store", [receiver.requests])
    (found,) = check_store(tmp_path / "store", ["business-duplicate"]).problems
    assert found.message.startswith("suspected: 1 event of ")
    assert (found.topic, found.count, found.evidence) == (topic, 1, (f"kafka://{topic}/0/1", f"kafka://{topic}/0/3"))
