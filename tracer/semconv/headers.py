"""The table of headers: what the conventions for retries and dead letters write into a message's headers.

Data only. A span shows a header where its instrumentation captures it, as the attribute `messaging.header.NAME`. The
conventions stand in the order in which they are asked: what a dead letter says of its last failure goes before what a
retry says of the first one.
"""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "messaging.header."


@dataclass(frozen=True, slots=True)
class Convention:
    """The headers by which one library tells where a message that it moved came from, and why. Names, None where the
    library tells nothing of the kind. `error` are headers with an exception's class or a reason, the best first.
    """

    library: str
    topic: str | None = None
    partition: str | None = None
    offset: str | None = None
    group: str | None = None
    message_id: str | None = None
    error: tuple[str, ...] = ()
    error_message: str | None = None

    def headers(self) -> tuple[str, ...]:
        """The names of all of them."""
        told = (self.topic, self.partition, self.offset, self.group, self.message_id, *self.error, self.error_message)
        return tuple(name for name in told if name)


CONVENTIONS = (
    Convention(
        "Spring Kafka, dead letters",
        topic="kafka_dlt-original-topic",
        partition="kafka_dlt-original-partition",
        offset="kafka_dlt-original-offset",
        group="kafka_dlt-original-consumer-group",
        error=(
            "kafka_dlt-exception-cause-fqcn",
            "kafka_dlt-exception-fqcn",
            "kafka_dlt-key-exception-fqcn",
        ),
        error_message="kafka_dlt-exception-message",
    ),
    Convention(
        "Spring Kafka, retry topics",
        topic="kafka_original-topic",
        partition="kafka_original-partition",
        offset="kafka_original-offset",
        group="kafka_dlt-original-consumer-group",
        error=("kafka_exception-cause-fqcn", "kafka_exception-fqcn", "kafka_key-exception-fqcn"),
        error_message="kafka_exception-message",
    ),
    Convention(
        "Spring Cloud Stream Kafka",
        topic="x-original-topic",
        partition="x-original-partition",
        offset="x-original-offset",
        error=("x-exception-fqcn",),
        error_message="x-exception-message",
    ),
    Convention(
        "Kafka Connect",
        topic="__connect.errors.topic",
        partition="__connect.errors.partition",
        offset="__connect.errors.offset",
        error=("__connect.errors.exception.class.name",),
        error_message="__connect.errors.exception.message",
    ),
    Convention(
        "Kafka Streams",
        topic="__streams.errors.topic",
        partition="__streams.errors.partition",
        offset="__streams.errors.offset",
        error=("__streams.errors.exception",),
        error_message="__streams.errors.message",
    ),
    Convention(
        "Karafka",
        topic="source_topic",
        partition="source_partition",
        offset="source_offset",
        group="source_consumer_group",
    ),
    Convention(
        "Karafka before 2.4",
        topic="original_topic",
        partition="original_partition",
        offset="original_offset",
        group="original_consumer_group",
    ),
    Convention(
        "Karafka, scheduled messages",
        topic="schedule_source_topic",
        partition="schedule_source_partition",
        offset="schedule_source_offset",
    ),
    Convention(
        "SmallRye, dead letters",
        topic="dead-letter-topic",
        partition="dead-letter-partition",
        offset="dead-letter-offset",
        error=("dead-letter-exception-class-name", "dead-letter-cause-class-name"),
        error_message="dead-letter-reason",
    ),
    Convention(
        "SmallRye, delayed retries of retries",
        topic="delayed-retry-topic.first",
        partition="delayed-retry-partition.first",
        offset="delayed-retry-offset.first",
        error=("delayed-retry-exception-class-name.first", "delayed-retry-cause-class-name.first"),
        error_message="delayed-retry-reason.first",
    ),
    Convention(
        "SmallRye, delayed retries",
        topic="delayed-retry-topic",
        partition="delayed-retry-partition",
        offset="delayed-retry-offset",
        error=("delayed-retry-exception-class-name", "delayed-retry-cause-class-name"),
        error_message="delayed-retry-reason",
    ),
    Convention("Watermill", topic="topic_poisoned", error_message="reason_poisoned"),
    Convention(
        "MassTransit",
        topic="MT-Fault-InputAddress",
        message_id="MT-OriginalMessageId",
        error=("MT-Fault-ExceptionType",),
        error_message="MT-Fault-Message",
    ),
    Convention("RabbitMQ", topic="x-first-death-queue", error=("x-first-death-reason",)),
    Convention("RabbitMQ, the list of deaths", topic="x-death.queue", error=("x-death.reason",)),
    Convention("Amazon SQS", topic="DeadLetterQueueSourceArn"),
    Convention(
        "Google Pub/Sub",
        group="CloudPubSubDeadLetterSourceSubscription",
        error_message="CloudPubSubDeadLetterSourceDeliveryErrorMessage",
    ),
    Convention(
        "Azure Service Bus",
        topic="DeadLetterSource",
        error=("DeadLetterReason",),
        error_message="DeadLetterErrorDescription",
    ),
    Convention("Pulsar", topic="REAL_TOPIC", message_id="ORIGIN_MESSAGE_ID"),
)

LAST_SEGMENT = {"MT-Fault-InputAddress": "/", "DeadLetterQueueSourceArn": ":"}
"""Addresses of which the part after the last separator is the queue."""

BINARY = {
    "kafka_dlt-original-partition",
    "kafka_dlt-original-offset",
    "kafka_original-partition",
    "kafka_original-offset",
    "x-original-partition",
    "x-original-offset",
    "retry_topic-attempts",
    "kafka_deliveryAttempt",
}
"""Headers whose value is a big-endian integer on the wire."""

ATTEMPTS = {
    "retry_topic-attempts": 0,  # Spring Kafka: the number of this attempt
    "kafka_deliveryAttempt": 0,
    "delayed-retry-count": 2,  # SmallRye: 0 on the first retry, counted up only when that has been read
    "source_attempts": 1,  # Karafka: the attempts before it was moved
    "MT-Redelivery-Count": 1,
    "x-delivery-count": 1,  # RabbitMQ quorum queues: the deliveries before this one
    "x-death.count": 1,
    "ApproximateReceiveCount": 0,  # SQS counts this one
    "RECONSUMETIMES": 1,  # Pulsar
    "Kafka-Flow-Retry-Durable-Attempts-Count": 1,
    "CloudPubSubDeadLetterSourceDeliveryCount": 1,
}
"""Headers that count deliveries, and what to add so that the first attempt is 1. The first that is told counts."""

NEWEST_FIRST = tuple(f"delayed-retry-{name}" for name in ("topic", "partition", "offset", "reason")) + tuple(
    f"delayed-retry-{name}-class-name" for name in ("exception", "cause")
)
"""Headers that SmallRye puts before those that the record had, while most applications append theirs. `NAME.first` is
the first of several, for the topic only where it is named like a retry topic and the last one is not.
"""

DEATHS = {
    "queue": r"""queue[\\'"]*\s*[=:]\s*[\\'"]*([^\\'",}]+)""",
    "reason": r"""reason[\\'"]*\s*[=:]\s*[\\'"]*([a-z_]+)""",
    "count": r"""count[\\'"]*\s*[=:]\s*([0-9]+)""",
}
"""What is read of RabbitMQ's `x-death`, a list of tables, newest first, as text of any make: `x-death.NAME`."""


def canonical(name: str) -> str:
    """A header's name as it is compared: Java's capture writes `_` for `-`, and some brokers change the case."""
    return name.lower().replace("-", "_")
