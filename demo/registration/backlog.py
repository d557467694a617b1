"""How much work is left, asked of the broker: end offsets of the topics against the groups' committed offsets."""

from __future__ import annotations

import time
from dataclasses import dataclass

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import BrokerResponseError, KafkaError

from demo.registration.application import CONSUMERS, PARTITIONS, TOPICS, Consumer
from tracer.errors import SurroundingsError

NOT_READY_S = 15.0


@dataclass(frozen=True, slots=True)
class Backlog:
    """Records in each topic, and how many each consumer has behind and before it."""

    records: dict[str, int]
    handled: dict[Consumer, int]
    waiting: dict[Consumer, int]

    @property
    def left(self) -> int:
        """Deliveries that wait, over all groups."""
        return sum(self.waiting.values())

    @property
    def done(self) -> int:
        """Deliveries that were handled, over all groups."""
        return sum(self.handled.values())


def connect(bootstrap_servers: str) -> KafkaAdminClient:
    """An admin client with short patience. SurroundingsError when no broker answers."""
    try:
        return KafkaAdminClient(
            bootstrap_servers=bootstrap_servers.split(","), bootstrap_timeout_ms=3000, request_timeout_ms=5000
        )
    except (KafkaError, ValueError) as error:
        raise SurroundingsError(f"no broker answers at {bootstrap_servers}", "check --bootstrap-servers") from error


def measure(admin: KafkaAdminClient) -> Backlog:
    """Ask the broker for all offsets. KafkaError when it does not answer, or answers for long that it is not ready."""
    deadline = time.monotonic() + NOT_READY_S
    while True:
        try:
            return _measure(admin)
        except BrokerResponseError as error:
            # A broker that just started looks for its group coordinators for a moment.
            if not error.retriable or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _measure(admin: KafkaAdminClient) -> Backlog:
    partitions = [TopicPartition(topic, number) for topic in TOPICS for number in range(PARTITIONS)]
    answer = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    ends = {partition: answer[partition].offset for partition in partitions}
    records = {topic: sum(end for place, end in ends.items() if place.topic == topic) for topic in TOPICS}
    handled, waiting = {}, {}
    for consumer in CONSUMERS:
        committed = admin.list_group_offsets({consumer.group: None}).get(consumer.group, {})
        handled[consumer] = sum(
            max(0, place.offset) for key, place in committed.items() if key.topic in consumer.topics
        )
        # The embedded broker tells the end of a partition late: a group may have committed more.
        waiting[consumer] = max(0, sum(records[topic] for topic in consumer.topics) - handled[consumer])
    return Backlog(records, handled, waiting)
