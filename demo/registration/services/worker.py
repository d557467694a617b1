"""What every service of the registration application shares: settings, clients, logging, and an orderly stop."""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from kafka import KafkaConsumer, KafkaProducer
from kafka.consumer.subscription_state import ConsumerRebalanceListener

BOOTSTRAP_SERVERS = os.environ.get("BOOTSTRAP_SERVERS", "127.0.0.1:9092")

log = logging.getLogger("worker")


class Stop:
    """Whether SIGTERM or SIGINT asked us to stop: a service then finishes its record, commits and closes."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def asked(self) -> bool:
        """Whether it is time to go."""
        return self._asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True


class Work:
    """A few milliseconds of pretended work, the same for the same seed."""

    def __init__(self, service: str) -> None:
        self.random = random.Random(f"{os.environ.get('SEED', '1')}/{service}")

    def do(self, from_ms: float, to_ms: float) -> None:
        """Take between `from_ms` and `to_ms` milliseconds."""
        time.sleep(self.random.uniform(from_ms, to_ms) / 1000)


class _Assignment(ConsumerRebalanceListener):  # type: ignore[misc]
    def __init__(self, assigned: Callable[[list[Any]], None]) -> None:
        self._assigned = assigned

    def on_partitions_assigned(self, assigned: list[Any]) -> None:
        log.info("assigned %d partitions", len(assigned))
        self._assigned(assigned)

    def on_partitions_revoked(self, revoked: list[Any]) -> None:
        log.info("revoked %d partitions", len(revoked))


def start_logging() -> None:
    """Log to standard error, as services in containers do."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("kafka").setLevel(logging.WARNING)


def consumer(group: str, *topics: str, assigned: Callable[[list[Any]], None]) -> KafkaConsumer:
    """A consumer that reads from the beginning, commits by hand, and stops iterating after a quiet moment."""
    client = KafkaConsumer(
        bootstrap_servers=BOOTSTRAP_SERVERS.split(","),
        group_id=group,
        client_id=f"{group}-1",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        session_timeout_ms=6000,
        heartbeat_interval_ms=2000,
        consumer_timeout_ms=250,
        fetch_max_wait_ms=50,
    )
    client.subscribe(topics, listener=_Assignment(assigned))
    # A consumer that joins its group before it has met its topics is at first assigned nothing, and kafka-python 3.0
    # sometimes never finishes the rebalance that then follows at once.
    for topic in topics:
        client.partitions_for_topic(topic)
    return client


def producer(service: str) -> KafkaProducer:
    """A producer that waits for all replicas."""
    return KafkaProducer(bootstrap_servers=BOOTSTRAP_SERVERS.split(","), client_id=f"{service}-1", acks="all")


def encode(event: Mapping[str, Any]) -> bytes:
    """An event as it travels: JSON in UTF-8."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def decode(value: bytes) -> dict[str, Any]:
    """The event in a record's value."""
    event: dict[str, Any] = json.loads(value)
    return event
