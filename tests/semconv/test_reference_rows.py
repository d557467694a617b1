"""The semantic conventions row by row: each attribute of v1.44, and each name that an attribute had before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.semconv.attributes import normalised
from tracer.semconv.names import COLUMNS, OF_ANY_SPAN

Row = tuple[str, Any, dict[str, Any]]

KAFKA = {"system": "kafka"}
RABBITMQ = {"system": "rabbitmq"}
ROCKETMQ = {"system": "rocketmq"}
PUBSUB = {"system": "gcp_pubsub"}
SQS = {"system": "aws_sqs"}
KINESIS = {"system": "aws_kinesis"}
SERVICEBUS = {"system": "servicebus"}

# The attributes of v1.44: name, value, the columns without their prefix. What fills none stays in `attributes`.
CURRENT: list[Row] = [
    *[
        ("messaging.system", system, {"system": system})
        for system in (
            *("activemq", "aws.sns", "aws_sqs", "eventgrid", "eventhubs", "gcp_pubsub", "jms"),
            *("kafka", "pulsar", "rabbitmq", "rocketmq", "servicebus"),
        )
    ],
    ("messaging.system", "aws.sqs", {"system": "aws_sqs"}),
    ("messaging.system", "AmazonSQS", {"system": "aws_sqs"}),
    ("messaging.system", "AmazonSNS", {"system": "aws.sns"}),
    ("messaging.system", "aws.kinesis", {"system": "aws_kinesis"}),
    ("messaging.system", "nats", {"system": "nats"}),
    ("messaging.system", "pubsub", {"system": "pubsub"}),
    ("messaging.system", "celery", {"system": "celery"}),
    ("messaging.system", "redis", {"system": "redis"}),
    ("messaging.operation.name", "poll", {"operation_name": "poll", "operation_type": "receive"}),
    *[
        ("messaging.operation.type", operation, {"operation_type": operation})
        for operation in ("create", "send", "receive", "process", "settle")
    ],
    ("messaging.destination.name", "orders", {"destination_name": "orders"}),
    ("messaging.destination.template", "orders-{n}", {"destination_template": "orders-{n}"}),
    ("messaging.destination.temporary", True, {"destination_temporary": True}),
    ("messaging.destination.anonymous", True, {"destination_anonymous": True}),
    ("messaging.destination.partition.id", "3", {"destination_partition_id": "3"}),
    ("messaging.destination.subscription.name", "pay", {"destination_subscription_name": "pay"}),
    ("messaging.consumer.group.name", "pay", {"consumer_group_name": "pay"}),
    ("messaging.client.id", "c", {"client_id": "c"}),
    ("messaging.batch.message_count", 7, {"batch_message_count": 7}),
    ("messaging.message.id", "m", {"message_id": "m"}),
    ("messaging.message.conversation_id", "c", {"message_conversation_id": "c"}),
    ("messaging.message.body.size", 7, {"message_body_size": 7}),
    ("messaging.message.envelope.size", 7, {"message_envelope_size": 7}),
    ("messaging.kafka.message.key", "k", KAFKA | {"kafka_message_key": "k"}),
    ("messaging.kafka.offset", 41, KAFKA | {"kafka_offset": 41}),
    ("messaging.kafka.message.tombstone", True, KAFKA | {"kafka_message_tombstone": True}),
    ("messaging.kafka.cluster.id", "c", KAFKA | {"kafka_cluster_id": "c"}),
    ("messaging.rabbitmq.destination.routing_key", "r", RABBITMQ | {"rabbitmq_destination_routing_key": "r"}),
    ("messaging.rabbitmq.message.delivery_tag", 7, RABBITMQ | {"rabbitmq_message_delivery_tag": 7}),
    ("messaging.rocketmq.consumption_model", "clustering", ROCKETMQ),
    ("messaging.rocketmq.message.delay_time_level", 3, ROCKETMQ),
    ("messaging.rocketmq.message.delivery_timestamp", 1665987217045, ROCKETMQ),
    ("messaging.rocketmq.message.group", "g", ROCKETMQ | {"rocketmq_message_group": "g"}),
    ("messaging.rocketmq.message.keys", ["k"], ROCKETMQ | {"rocketmq_message_keys": "k"}),
    ("messaging.rocketmq.message.tag", "t", ROCKETMQ | {"rocketmq_message_tag": "t"}),
    ("messaging.rocketmq.message.type", "normal", ROCKETMQ),
    ("messaging.rocketmq.namespace", "n", ROCKETMQ | {"rocketmq_namespace": "n"}),
    ("messaging.gcp_pubsub.message.ordering_key", "k", PUBSUB | {"gcp_pubsub_message_ordering_key": "k"}),
    ("messaging.gcp_pubsub.message.ack_id", "a", PUBSUB),
    ("messaging.gcp_pubsub.message.ack_deadline", 10, PUBSUB),
    ("messaging.gcp_pubsub.message.delivery_attempt", 2, PUBSUB | {"delivery_attempt": 2}),
    ("messaging.servicebus.message.delivery_count", 2, SERVICEBUS | {"delivery_attempt": 2}),
    ("messaging.servicebus.message.enqueued_time", 17, SERVICEBUS | {"message_enqueued_time": 17}),
    ("messaging.servicebus.disposition_status", "defer", SERVICEBUS | {"servicebus_disposition_status": "defer"}),
    ("messaging.eventhubs.message.enqueued_time", 17, {"system": "eventhubs", "message_enqueued_time": 17}),
    ("server.address", "broker", {}),
    ("server.port", 9092, {}),
    ("network.peer.address", "10.0.0.1", {}),
    ("network.peer.port", 9092, {}),
    ("error.type", "E", {"error_type": "E"}),
    (
        "aws.sqs.queue.url",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
        {"system": "aws_sqs", "destination_name": "orders"},
    ),
    (
        "aws.sns.topic.arn",
        "arn:aws:sns:eu-west-1:123456789012:orders",
        {"system": "aws.sns", "destination_name": "orders"},
    ),
    ("aws.request_id", "r", {}),
    ("messaging.header.tenant", ["acme"], {}),
    ("messaging.header.source_topic", ["orders"], {"origin_topic": "orders"}),
]

# Older and newer names, and those of the other traditions.
OTHER_GENERATIONS: list[Row] = [
    ("messaging.system.name", "kafka", KAFKA),
    ("kafka.offset", 41, KAFKA | {"kafka_offset": 41}),
    ("kafka.message.key", "k", KAFKA | {"kafka_message_key": "k"}),
    ("kafka.message.tombstone", True, KAFKA | {"kafka_message_tombstone": True}),
    ("kafka.cluster.id", "c", KAFKA | {"kafka_cluster_id": "c"}),
    ("rabbitmq.destination.routing_key", "r", RABBITMQ | {"rabbitmq_destination_routing_key": "r"}),
    ("rabbitmq.message.delivery_tag", 7, RABBITMQ | {"rabbitmq_message_delivery_tag": 7}),
    ("rocketmq.message.keys", ["k"], ROCKETMQ | {"rocketmq_message_keys": "k"}),
    ("gcp_pubsub.message.ordering_key", "k", PUBSUB | {"gcp_pubsub_message_ordering_key": "k"}),
    ("servicebus.message.delivery_count", 2, SERVICEBUS | {"delivery_attempt": 2}),
    ("eventhubs.message.enqueued_time", 17, {"system": "eventhubs", "message_enqueued_time": 17}),
    ("messaging.destination", "orders", {"destination_name": "orders"}),
    ("messaging.destination", "", {"destination_name": ""}),
    ("messaging.source", "orders", {"destination_name": "orders"}),
    ("messaging.source.name", "orders", {"destination_name": "orders"}),
    ("messaging.destination_kind", "queue", {"destination_kind": "queue"}),
    ("messaging.destination.kind", "topic", {"destination_kind": "topic"}),
    ("messaging.source.kind", "topic", {"destination_kind": "topic"}),
    ("messaging.temp_destination", True, {"destination_temporary": True}),
    ("messaging.operation", "publish", {"operation_type": "send"}),
    ("messaging.operation", "deliver", {"operation_type": "process"}),
    ("messaging.operation", "receive", {"operation_type": "receive"}),
    ("messaging.operation.type", "publish", {"operation_type": "send"}),
    ("messaging.operation.type", "deliver", {"operation_type": "process"}),
    ("messaging.kafka.partition", 3, KAFKA | {"destination_partition_id": "3"}),
    ("messaging.kafka.destination.partition", 3, KAFKA | {"destination_partition_id": "3"}),
    ("messaging.kafka.source.partition", 3, KAFKA | {"destination_partition_id": "3"}),
    ("messaging.kafka.source.partition", "3", KAFKA | {"destination_partition_id": "3"}),
    ("messaging.kafka.message.offset", 41, KAFKA | {"kafka_offset": 41}),
    ("messaging.kafka.message.offset", "41", KAFKA | {"kafka_offset": 41}),
    ("messaging.kafka.consumer_group", "pay", KAFKA | {"consumer_group_name": "pay"}),
    ("messaging.kafka.consumer.group", "pay", KAFKA | {"consumer_group_name": "pay"}),
    ("messaging.rocketmq.client_group", "pay", ROCKETMQ | {"consumer_group_name": "pay"}),
    ("messaging.eventhubs.consumer.group", "pay", {"system": "eventhubs", "consumer_group_name": "pay"}),
    ("messaging.kafka.client_id", "c", KAFKA | {"client_id": "c"}),
    ("messaging.rocketmq.client_id", "c", ROCKETMQ | {"client_id": "c"}),
    ("messaging.client_id", "c", {"client_id": "c"}),
    ("messaging.consumer_id", "pay - c", {"consumer_group_name": "pay", "client_id": "c"}),
    ("messaging.consumer.id", "pay - c", {"consumer_group_name": "pay", "client_id": "c"}),
    ("messaging.kafka.message_key", "k", KAFKA | {"kafka_message_key": "k"}),
    ("messaging.kafka.tombstone", True, KAFKA | {"kafka_message_tombstone": True}),
    ("messaging.message_id", "m", {"message_id": "m"}),
    ("messaging.conversation_id", "c", {"message_conversation_id": "c"}),
    ("messaging.message_payload_size_bytes", 7, {"message_body_size": 7}),
    ("messaging.message.payload_size_bytes", 7, {"message_body_size": 7}),
    ("messaging.message_payload_compressed_size_bytes", 7, {}),
    ("messaging.message.payload_compressed_size_bytes", 7, {}),
    ("messaging.kafka.message_count", 7, KAFKA | {"batch_message_count": 7}),
    ("messaging.rabbitmq.routing_key", "r", RABBITMQ | {"rabbitmq_destination_routing_key": "r"}),
    ("messaging.rabbitmq.delivery_tag", 7, RABBITMQ | {"rabbitmq_message_delivery_tag": 7}),
    (
        "messaging.servicebus.destination.subscription_name",
        "pay",
        SERVICEBUS | {"destination_subscription_name": "pay"},
    ),
    ("messaging.protocol", "AMQP", {}),
    ("net.app.protocol.name", "amqp", {}),
    ("net.protocol.name", "amqp", {}),
    ("messaging.url", '["h:9092"]', {}),
    ("messaging.url", '"h:9092"', {}),
    ("messaging.url", "http://localhost:4566/000000000000/orders", {"destination_name": "orders"}),
    ("net.peer.name", "broker", {}),
    ("net.peer.port", 9092, {}),
    ("net.peer.ip", "10.0.0.1", {}),
    ("messaging.destination_publish.name", "orders", {}),
    ("messaging.destination_publish.anonymous", True, {}),
    ("message_bus.destination", "orders", {"destination_name": "orders"}),
    ("peer.service", "kafka", KAFKA),
    ("peer.service", "billing", {}),
    ("kafka.topic", "orders", KAFKA | {"destination_name": "orders"}),
    ("kafka.key", "k", KAFKA | {"kafka_message_key": "k"}),
    ("kafka.partition", 3, KAFKA | {"destination_partition_id": "3"}),
    ("kafka.message_offset", 41, KAFKA | {"kafka_offset": 41}),
    ("kafka.group_id", "pay", KAFKA | {"consumer_group_name": "pay"}),
    ("kafka.cluster_id", "c", KAFKA | {"kafka_cluster_id": "c"}),
    ("kafka.message_key", "k", KAFKA | {"kafka_message_key": "k"}),
    ("messaging.source_kind", "topic", {"destination_kind": "topic"}),
    ("rocketmq.message.tag", "t", ROCKETMQ | {"rocketmq_message_tag": "t"}),
    ("rocketmq.message.group", "g", ROCKETMQ | {"rocketmq_message_group": "g"}),
    ("rocketmq.namespace", "n", ROCKETMQ | {"rocketmq_namespace": "n"}),
    ("gcp_pubsub.message.delivery_attempt", 2, PUBSUB | {"delivery_attempt": 2}),
    ("servicebus.message.enqueued_time", 17, SERVICEBUS | {"message_enqueued_time": 17}),
    ("servicebus.disposition_status", "defer", SERVICEBUS | {"servicebus_disposition_status": "defer"}),
    ("celery.retries", 1, {"system": "celery", "delivery_attempt": 2}),
    ("celery.action", "run", {"system": "celery"}),
    ("aws.queue.url", "http://localhost:4566/000000000000/orders", SQS | {"destination_name": "orders"}),
    ("aws.queue_url", "http://localhost:9324/queue/orders", SQS | {"destination_name": "orders"}),
    ("aws.queue.name", "orders", SQS | {"destination_name": "orders"}),
    ("aws.kinesis.stream_name", "orders", KINESIS | {"destination_name": "orders"}),
    ("aws.kinesis.stream.name", "orders", KINESIS | {"destination_name": "orders"}),
    ("aws.stream.name", "orders", KINESIS | {"destination_name": "orders"}),
    ("rpc.service", "AmazonSQS", SQS),
    ("rpc.service", "Kinesis", KINESIS),
    ("rpc.service", "Greeter", {}),
    ("az.namespace", "Microsoft.ServiceBus", SERVICEBUS),
    ("azure.resource_provider.namespace", "Microsoft.EventHub", {"system": "eventhubs"}),
    ("az.namespace", "Microsoft.Storage", {}),
    ("thread.id", 17, {"thread": "17"}),
    ("thread.name", "main", {"thread": "main"}),
    ("kafka.producer.linger", 5, {}),  # no name of ours: a setting is no message
]

# Values that come in another type or dress than the conventions say.
HAZARDS: list[Row] = [
    ("messaging.kafka.offset", "41", KAFKA | {"kafka_offset": 41}),
    ("messaging.destination.partition.id", 3, {"destination_partition_id": "3"}),
    ("messaging.batch.message_count", "7", {"batch_message_count": 7}),
    ("messaging.batch.message_count", 7.0, {"batch_message_count": 7}),
    ("messaging.client.id", 17, {"client_id": "17"}),
    ("messaging.kafka.source.partition", "none", KAFKA),
    ("messaging.kafka.consumer.group", "none", KAFKA),
    ("messaging.destination", '"orders"', {"destination_name": "orders"}),
    ("messaging.destination", '["orders"]', {"destination_name": "orders"}),
    ("messaging.destination", ["orders"], {"destination_name": "orders"}),
    ("messaging.destination.name", "<default>", {"destination_name": ""}),
    ("messaging.destination.name", "amq.default", {"destination_name": ""}),
    ("messaging.destination.name", "projects/shop/topics/orders", {"destination_name": "orders"}),
    ("messaging.destination.name", "persistent://a/b/orders", {"destination_name": "persistent://a/b/orders"}),
]


@pytest.mark.parametrize(("name", "sent", "columns"), [*CURRENT, *OTHER_GENERATIONS, *HAZARDS])
def test_an_attribute_alone_fills_these_columns_and_no_others(name: str, sent: object, columns: dict[str, Any]) -> None:
    assert normalised({name: sent}) == [columns]


def test_every_name_that_we_read_has_a_row() -> None:
    known = {source.name for column in (*COLUMNS, *OF_ANY_SPAN) for source in column.sources}
    assert known <= {name for name, *_ in (*CURRENT, *OTHER_GENERATIONS, *HAZARDS)}


@pytest.mark.parametrize(
    ("span", "columns"),
    [
        (  # the Java agent with `messaging/dup`
            {"messaging.kafka.consumer.group": "old", "messaging.consumer.group.name": "new"},
            KAFKA | {"consumer_group_name": "new"},
        ),
        (
            {"messaging.kafka.message.offset": 7, "messaging.kafka.offset": 41},
            KAFKA | {"kafka_offset": 41},
        ),
        (  # faust and aiokafka: an old offset among new names
            {"messaging.destination.name": "orders", "messaging.kafka.message.offset": 41},
            KAFKA | {"destination_name": "orders", "kafka_offset": 41},
        ),
        (
            {"messaging.system": "celery", "messaging.rabbitmq.routing_key": "r"},
            {"system": "celery", "rabbitmq_destination_routing_key": "r"},
        ),
    ],
)
def test_on_a_span_of_several_generations_the_newest_wins(span: dict[str, Any], columns: dict[str, Any]) -> None:
    assert normalised(span) == [columns]
