"""The table of names: for each messaging column, every attribute that ever carried it, newest first.

Data only. `Source.until` is the release of the semantic conventions that renamed the attribute (None: current in
v1.44, "-": never in the conventions, but emitted). A source with a `pattern` is used where the pattern matches, and
its one group is the value; `plus` is added to a number. A column's `type` is the cast: whatever type came over the wire
becomes that or null.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from tracer.semconv.words import OPERATIONS, SYSTEMS

CastTo = Literal["text", "integer", "boolean"]


@dataclass(frozen=True, slots=True)
class Source:
    """One attribute that carries a column's value."""

    name: str
    until: str | None = None
    pattern: str | None = None
    plus: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One normalised messaging column. `words` maps values (lower case) to the vocabulary's.

    `form`: a lone value may come JSON-quoted ("orders" or ["orders"]); an address too, or as a URL, an ARN, a path.
    """

    name: str
    type: CastTo
    sources: tuple[Source, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    only_words: bool = False  # a value that `words` does not know becomes null
    none_is_missing: bool = False  # Spring writes the literal `none` where it knows nothing
    form: Literal["plain", "lone", "address"] = "plain"


_AZURE = "^(?P<value>(?i:Microsoft[.](?:ServiceBus|EventHub|EventGrid)))$"
_AWS = "^(?P<value>(?i:(?:Amazon)?(?:SQS|SNS|Kinesis)))$"
_QUEUE_URL = "^(?P<value>https?://[^/]+/[0-9]{12}/[^/]+)$"

COLUMNS = (
    Column(
        "messaging_system",
        "text",
        (
            Source("messaging.system.name"),  # 1.45
            Source("messaging.system", "1.45"),
            Source("azure.resource_provider.namespace", "-", pattern=_AZURE),
            Source("az.namespace", "-", pattern=_AZURE),
            Source("rpc.service", "-", pattern=_AWS),  # AWS SDKs
            Source(
                "peer.service", "-", pattern="^(?P<value>kafka|Apache Kafka)(?:: .+)?$"
            ),  # OpenTracing, Brave, Spring
        ),
        words=SYSTEMS,
    ),
    Column(
        "messaging_operation_type",
        "text",
        (
            Source("messaging.operation.type"),
            Source("messaging.operation.name"),
            Source("messaging.operation", "1.26"),
        ),
        words=OPERATIONS,
        only_words=True,
    ),
    Column("messaging_operation_name", "text", (Source("messaging.operation.name"),)),
    Column(
        "messaging_destination_name",
        "text",
        (
            Source("messaging.destination.name"),
            Source("messaging.destination", "1.17"),
            Source("messaging.source.name", "1.21"),
            Source("messaging.source", "1.17"),
            Source("aws.sqs.queue.url"),
            Source("aws.queue.url", "-"),  # Java
            Source("aws.queue_url", "-"),  # Python
            Source("aws.queue.name", "-"),
            Source("aws.sns.topic.arn"),
            Source("aws.kinesis.stream_name", "-"),
            Source("aws.kinesis.stream.name", "-"),  # JavaScript
            Source("aws.stream.name", "-"),  # Java
            Source("messaging.url", "1.17", pattern=_QUEUE_URL),
            Source("message_bus.destination", "-"),  # OpenTracing, older Azure clients
            Source("kafka.topic", "-"),  # Brave, Datadog
        ),
        form="address",
    ),
    Column("messaging_destination_template", "text", (Source("messaging.destination.template"),)),
    Column(
        "messaging_destination_temporary",
        "boolean",
        (Source("messaging.destination.temporary"), Source("messaging.temp_destination", "1.17")),
    ),
    Column("messaging_destination_anonymous", "boolean", (Source("messaging.destination.anonymous"),)),
    Column(
        "messaging_destination_partition_id",
        "text",
        (
            Source("messaging.destination.partition.id"),
            Source("messaging.kafka.destination.partition", "1.25"),
            Source("messaging.kafka.source.partition", "1.21"),
            Source("messaging.kafka.partition", "1.17"),
            Source("kafka.partition", "-"),
        ),
        none_is_missing=True,
    ),
    Column(
        "messaging_destination_subscription_name",
        "text",
        (
            Source("messaging.destination.subscription.name"),
            Source("messaging.servicebus.destination.subscription_name", "1.27"),
        ),
    ),
    Column(
        "messaging_consumer_group_name",
        "text",
        (
            Source("messaging.consumer.group.name"),
            Source("messaging.kafka.consumer.group", "1.27"),
            Source("messaging.rocketmq.client_group", "1.27"),
            Source("messaging.eventhubs.consumer.group", "1.27"),
            Source("messaging.kafka.consumer_group", "1.17"),
            Source("kafka.group_id", "-"),
            Source("messaging.consumer.id", "1.21", pattern="^(?P<value>.+) - .*$"),
            Source("messaging.consumer_id", "1.17", pattern="^(?P<value>.+) - .*$"),
        ),
        none_is_missing=True,
    ),
    Column(
        "messaging_client_id",
        "text",
        (
            Source("messaging.client.id"),
            Source("messaging.client_id", "1.26"),
            Source("messaging.kafka.client_id", "1.21"),
            Source("messaging.rocketmq.client_id", "1.21"),
            Source("messaging.consumer.id", "1.21", pattern="^.+ - (?P<value>.+)$"),
            Source("messaging.consumer_id", "1.17", pattern="^.+ - (?P<value>.+)$"),
        ),
        none_is_missing=True,
    ),
    Column(
        "messaging_batch_message_count",
        "integer",
        (Source("messaging.batch.message_count"), Source("messaging.kafka.message_count", "-")),
    ),
    Column("messaging_message_id", "text", (Source("messaging.message.id"), Source("messaging.message_id", "1.17"))),
    Column(
        "messaging_message_conversation_id",
        "text",
        (Source("messaging.message.conversation_id"), Source("messaging.conversation_id", "1.17")),
    ),
    Column(
        "messaging_message_body_size",
        "integer",
        (
            Source("messaging.message.body.size"),
            Source("messaging.message.payload_size_bytes", "1.22"),
            Source("messaging.message_payload_size_bytes", "1.17"),
        ),
    ),
    Column("messaging_message_envelope_size", "integer", (Source("messaging.message.envelope.size"),)),
    Column(
        "messaging_kafka_message_key",
        "text",
        (
            Source("kafka.message.key"),  # 1.45
            Source("messaging.kafka.message.key", "1.45"),
            Source("messaging.kafka.message_key", "1.17"),
            Source("kafka.message_key", "-"),
            Source("kafka.key", "-"),
        ),
    ),
    Column(
        "messaging_kafka_offset",
        "integer",
        (
            Source("kafka.offset"),  # 1.45
            Source("messaging.kafka.offset", "1.45"),
            Source("messaging.kafka.message.offset", "1.27"),
            Source("kafka.message_offset", "-"),
        ),
    ),
    Column(
        "messaging_kafka_message_tombstone",
        "boolean",
        (
            Source("kafka.message.tombstone"),  # 1.45
            Source("messaging.kafka.message.tombstone", "1.45"),
            Source("messaging.kafka.tombstone", "1.17"),
        ),
    ),
    Column(
        "messaging_kafka_cluster_id",
        "text",
        (
            Source("kafka.cluster.id"),  # 1.45
            Source("messaging.kafka.cluster.id", "1.45"),
            Source("kafka.cluster_id", "-"),
            Source("peer.service", "-", pattern="^Apache Kafka: (?P<value>.+)$"),  # Spring
        ),
        none_is_missing=True,
    ),
    Column(
        "messaging_rabbitmq_destination_routing_key",
        "text",
        (
            Source("rabbitmq.destination.routing_key"),  # expected after 1.45, as for Kafka
            Source("messaging.rabbitmq.destination.routing_key", "1.45"),
            Source("messaging.rabbitmq.routing_key", "1.17"),
        ),
    ),
    Column(
        "messaging_rabbitmq_message_delivery_tag",
        "integer",
        (
            Source("rabbitmq.message.delivery_tag"),  # expected after 1.45
            Source("messaging.rabbitmq.message.delivery_tag", "1.45"),
            Source("messaging.rabbitmq.delivery_tag", "-"),
        ),
    ),
    Column(
        "messaging_delivery_attempt",  # what the telemetry claims, from 1; headers may tell it too
        "integer",
        (
            Source("servicebus.message.delivery_count"),  # expected after 1.45
            Source("messaging.servicebus.message.delivery_count", "1.45"),
            Source("gcp_pubsub.message.delivery_attempt"),  # expected after 1.45
            Source("messaging.gcp_pubsub.message.delivery_attempt", "1.45"),
            Source("celery.retries", "-", plus=1),
        ),
    ),
    Column(
        "messaging_destination_kind",  # topic or queue; not in the conventions since 1.20, but emitted
        "text",
        (
            Source("messaging.destination.kind", "1.20"),
            Source("messaging.destination_kind", "1.17"),
            Source("messaging.source.kind", "1.20"),
            Source("messaging.source_kind", "1.17"),
        ),
    ),
    Column(
        "messaging_gcp_pubsub_message_ordering_key",
        "text",
        (
            Source("gcp_pubsub.message.ordering_key"),  # expected after 1.45, as are the next ones without a prefix
            Source("messaging.gcp_pubsub.message.ordering_key", "1.45"),
        ),
    ),
    Column(
        "messaging_rocketmq_message_keys",
        "text",
        (Source("rocketmq.message.keys"), Source("messaging.rocketmq.message.keys", "1.45")),
        form="lone",  # a list, mostly of one
    ),
    Column(
        "messaging_rocketmq_message_tag",
        "text",
        (Source("rocketmq.message.tag"), Source("messaging.rocketmq.message.tag", "1.45")),
    ),
    Column(
        "messaging_rocketmq_message_group",
        "text",
        (Source("rocketmq.message.group"), Source("messaging.rocketmq.message.group", "1.45")),
    ),
    Column(
        "messaging_rocketmq_namespace",
        "text",
        (Source("rocketmq.namespace"), Source("messaging.rocketmq.namespace", "1.45")),
    ),
    Column(
        "messaging_servicebus_disposition_status",
        "text",
        (Source("servicebus.disposition_status"), Source("messaging.servicebus.disposition_status", "1.45")),
    ),
    Column(
        "messaging_message_enqueued_time",  # seconds since 1970, from the broker
        "integer",
        (
            Source("servicebus.message.enqueued_time"),
            Source("messaging.servicebus.message.enqueued_time", "1.45"),
            Source("eventhubs.message.enqueued_time"),
            Source("messaging.eventhubs.message.enqueued_time", "1.45"),
        ),
    ),
)
"""The messaging columns in the order of the lake's schema."""

OF_ANY_SPAN = (
    Column("thread", "text", (Source("thread.id"), Source("thread.name"))),
    Column("error_type", "text", (Source("error.type"),)),
)
"""What any span may tell, messaging or not."""
