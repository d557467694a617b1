"""Every name of every generation ends in its column, whatever type it came as."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.semconv.attributes import attributes_of, normalised
from tracer.semconv import COLUMNS, MESSAGING, normalise
from tracer.semconv.headers import ATTEMPTS, BINARY, LAST_SEGMENT, PREFIX
from tracer.store import schema

KAFKA = {"messaging.system": "kafka"}


# One row for each name that messaging.* attributes ever had: name, value as sent, column, value as kept.
NAMES = [
    ("messaging.system", "kafka", "system", "kafka"),
    ("messaging.system.name", "kafka", "system", "kafka"),
    ("messaging.operation.type", "process", "operation_type", "process"),
    ("messaging.operation", "process", "operation_type", "process"),
    ("messaging.operation.name", "poll", "operation_name", "poll"),
    ("messaging.destination.name", "orders", "destination_name", "orders"),
    ("messaging.destination", "orders", "destination_name", "orders"),
    ("messaging.source", "orders", "destination_name", "orders"),
    ("messaging.source.name", "orders", "destination_name", "orders"),
    ("message_bus.destination", "orders", "destination_name", "orders"),
    ("kafka.topic", "orders", "destination_name", "orders"),
    ("messaging.destination.template", "orders-{n}", "destination_template", "orders-{n}"),
    ("messaging.destination.temporary", True, "destination_temporary", True),
    ("messaging.temp_destination", True, "destination_temporary", True),
    ("messaging.destination.anonymous", False, "destination_anonymous", False),
    ("messaging.destination.partition.id", "3", "destination_partition_id", "3"),
    ("messaging.kafka.partition", 3, "destination_partition_id", "3"),
    ("messaging.kafka.destination.partition", 3, "destination_partition_id", "3"),
    ("messaging.kafka.source.partition", 3, "destination_partition_id", "3"),
    ("kafka.partition", 3, "destination_partition_id", "3"),
    ("messaging.destination.subscription.name", "s", "destination_subscription_name", "s"),
    ("messaging.servicebus.destination.subscription_name", "s", "destination_subscription_name", "s"),
    ("messaging.consumer.group.name", "mailers", "consumer_group_name", "mailers"),
    ("messaging.kafka.consumer.group", "mailers", "consumer_group_name", "mailers"),
    ("messaging.kafka.consumer_group", "mailers", "consumer_group_name", "mailers"),
    ("messaging.rocketmq.client_group", "mailers", "consumer_group_name", "mailers"),
    ("messaging.eventhubs.consumer.group", "mailers", "consumer_group_name", "mailers"),
    ("kafka.group_id", "mailers", "consumer_group_name", "mailers"),
    ("messaging.client.id", "c-1", "client_id", "c-1"),
    ("messaging.client_id", "c-1", "client_id", "c-1"),
    ("messaging.kafka.client_id", "c-1", "client_id", "c-1"),
    ("messaging.rocketmq.client_id", "c-1", "client_id", "c-1"),
    ("messaging.batch.message_count", 7, "batch_message_count", 7),
    ("messaging.kafka.message_count", 7, "batch_message_count", 7),
    ("messaging.message.id", "m", "message_id", "m"),
    ("messaging.message_id", "m", "message_id", "m"),
    ("messaging.message.conversation_id", "c", "message_conversation_id", "c"),
    ("messaging.conversation_id", "c", "message_conversation_id", "c"),
    ("messaging.message.body.size", 120, "message_body_size", 120),
    ("messaging.message.payload_size_bytes", 120, "message_body_size", 120),
    ("messaging.message_payload_size_bytes", 120, "message_body_size", 120),
    ("messaging.message.envelope.size", 150, "message_envelope_size", 150),
    ("messaging.kafka.message.key", "k", "kafka_message_key", "k"),
    ("messaging.kafka.message_key", "k", "kafka_message_key", "k"),
    ("kafka.message.key", "k", "kafka_message_key", "k"),
    ("kafka.message_key", "k", "kafka_message_key", "k"),
    ("kafka.key", "k", "kafka_message_key", "k"),
    ("messaging.kafka.offset", 41, "kafka_offset", 41),
    ("messaging.kafka.message.offset", 41, "kafka_offset", 41),
    ("kafka.offset", 41, "kafka_offset", 41),
    ("kafka.message_offset", 41, "kafka_offset", 41),
    ("messaging.kafka.message.tombstone", True, "kafka_message_tombstone", True),
    ("messaging.kafka.tombstone", True, "kafka_message_tombstone", True),
    ("kafka.message.tombstone", True, "kafka_message_tombstone", True),
    ("messaging.kafka.cluster.id", "LTF2", "kafka_cluster_id", "LTF2"),
    ("kafka.cluster.id", "LTF2", "kafka_cluster_id", "LTF2"),
    ("kafka.cluster_id", "LTF2", "kafka_cluster_id", "LTF2"),
    ("messaging.rabbitmq.destination.routing_key", "r", "rabbitmq_destination_routing_key", "r"),
    ("messaging.rabbitmq.routing_key", "r", "rabbitmq_destination_routing_key", "r"),
    ("rabbitmq.destination.routing_key", "r", "rabbitmq_destination_routing_key", "r"),
    ("messaging.rabbitmq.message.delivery_tag", 9, "rabbitmq_message_delivery_tag", 9),
    ("messaging.rabbitmq.delivery_tag", 9, "rabbitmq_message_delivery_tag", 9),
    ("rabbitmq.message.delivery_tag", 9, "rabbitmq_message_delivery_tag", 9),
    ("messaging.servicebus.message.delivery_count", 2, "delivery_attempt", 2),
    ("servicebus.message.delivery_count", 2, "delivery_attempt", 2),
    ("messaging.gcp_pubsub.message.delivery_attempt", 2, "delivery_attempt", 2),
    ("gcp_pubsub.message.delivery_attempt", 2, "delivery_attempt", 2),
    ("celery.retries", 1, "delivery_attempt", 2),
    ("aws.sqs.queue.url", "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "destination_name", "orders"),
    ("aws.queue.url", "http://localhost:4566/000000000000/orders", "destination_name", "orders"),
    ("aws.queue.name", "orders", "destination_name", "orders"),
    ("aws.sns.topic.arn", "arn:aws:sns:eu-west-1:123456789012:orders", "destination_name", "orders"),
    ("aws.kinesis.stream_name", "orders", "destination_name", "orders"),
    ("aws.kinesis.stream.name", "orders", "destination_name", "orders"),
    ("aws.stream.name", "orders", "destination_name", "orders"),
    ("messaging.url", "https://queue.amazonaws.com/123456789012/orders", "destination_name", "orders"),
    ("azure.resource_provider.namespace", "Microsoft.ServiceBus", "system", "servicebus"),
    ("az.namespace", "Microsoft.EventHub", "system", "eventhubs"),
    ("rpc.service", "AmazonSQS", "system", "aws_sqs"),
    ("messaging.destination.kind", "topic", "destination_kind", "topic"),
    ("messaging.destination_kind", "queue", "destination_kind", "queue"),
    ("messaging.source.kind", "topic", "destination_kind", "topic"),
    ("messaging.source_kind", "topic", "destination_kind", "topic"),
    ("messaging.gcp_pubsub.message.ordering_key", "k", "gcp_pubsub_message_ordering_key", "k"),
    ("gcp_pubsub.message.ordering_key", "k", "gcp_pubsub_message_ordering_key", "k"),
    ("messaging.rocketmq.message.keys", ["k"], "rocketmq_message_keys", "k"),
    ("rocketmq.message.keys", ["k", "l"], "rocketmq_message_keys", '["k", "l"]'),
    ("messaging.rocketmq.message.tag", "t", "rocketmq_message_tag", "t"),
    ("rocketmq.message.tag", "t", "rocketmq_message_tag", "t"),
    ("messaging.rocketmq.message.group", "g", "rocketmq_message_group", "g"),
    ("rocketmq.message.group", "g", "rocketmq_message_group", "g"),
    ("messaging.rocketmq.namespace", "n", "rocketmq_namespace", "n"),
    ("rocketmq.namespace", "n", "rocketmq_namespace", "n"),
    ("messaging.servicebus.disposition_status", "abandon", "servicebus_disposition_status", "abandon"),
    ("servicebus.disposition_status", "abandon", "servicebus_disposition_status", "abandon"),
    ("messaging.servicebus.message.enqueued_time", 1701393730, "message_enqueued_time", 1701393730),
    ("servicebus.message.enqueued_time", 1701393730, "message_enqueued_time", 1701393730),
    ("messaging.eventhubs.message.enqueued_time", 1701393730, "message_enqueued_time", 1701393730),
    ("eventhubs.message.enqueued_time", 1701393730, "message_enqueued_time", 1701393730),
]

SPLIT = {"messaging.consumer.id", "messaging.consumer_id", "peer.service"}  # tested apart: part of the value counts


@pytest.mark.parametrize(("name", "sent", "column", "kept"), NAMES, ids=[name for name, *_ in NAMES])
def test_each_name_fills_its_column(name: str, sent: object, column: str, kept: object) -> None:
    assert normalised({name: sent})[0][column] == kept


def test_the_table_above_covers_every_name() -> None:
    known = {source.name for column in COLUMNS for source in column.sources}
    assert known == {name for name, *_ in NAMES} | SPLIT


def test_the_columns_are_those_of_the_lake() -> None:
    assert [field for field in schema.SPANS if field.name.startswith("messaging_")] == list(MESSAGING)


def test_the_new_name_wins_over_the_old_wherever_it_stands() -> None:
    old, new = {"messaging.destination": "old"}, {"messaging.destination.name": "new"}
    assert [row["destination_name"] for row in normalised(old | new, new | old, old)] == ["new", "new", "old"]


def test_spans_keep_apart_and_a_span_without_attributes_is_all_null() -> None:
    spans = normalised({"messaging.message.id": "a"}, {}, {"http.route": "/"}, {"messaging.message.id": "b"})
    assert spans == [{"message_id": "a"}, {}, {}, {"message_id": "b"}]


def test_no_spans_give_empty_columns() -> None:
    assert {len(column) for column in normalise(attributes_of([])).values()} == {0}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("41", 41),
        (41, 41),
        (41.0, 41),
        (" 41 ", 41),
        ("-1", -1),
        ("none", None),
        ("41.5", None),
        (41.5, None),
        ("9" * 30, None),
        (True, None),
        (float("nan"), None),
        (["41"], None),
    ],
)
def test_an_offset_of_any_type_is_a_number_or_null(sent: object, kept: int | None) -> None:
    assert normalised(KAFKA | {"messaging.kafka.offset": sent})[0].get("kafka_offset") == kept


@pytest.mark.parametrize(("sent", "kept"), [(3, "3"), ("3", "3"), (3.0, "3"), ("none", None), (0, "0")])
def test_a_partition_of_any_type_is_text(sent: object, kept: str | None) -> None:
    assert normalised({"messaging.kafka.partition": sent})[0].get("destination_partition_id") == kept


@pytest.mark.parametrize("sent", ["true", "TRUE", True])
def test_a_boolean_may_come_as_text(sent: object) -> None:
    assert normalised({"messaging.kafka.message.tombstone": sent})[0]["kafka_message_tombstone"] is True


@pytest.mark.parametrize("sent", ["orders", '"orders"', '["orders"]', ["orders"]])
def test_a_destination_may_come_json_quoted(sent: object) -> None:
    assert normalised({"messaging.destination": sent})[0]["destination_name"] == "orders"


def test_a_key_that_looks_like_json_is_left_alone() -> None:
    assert normalised({"messaging.kafka.message.key": '["a"]'})[0]["kafka_message_key"] == '["a"]'


def test_the_default_exchange_of_rabbitmq_stays_empty() -> None:
    assert normalised({"messaging.system": "rabbitmq", "messaging.destination": ""})[0]["destination_name"] == ""


def test_a_known_older_value_stands_where_the_newer_says_none() -> None:
    span = {"messaging.kafka.consumer.group": "none", "messaging.kafka.consumer_group": "mailers"}
    assert normalised(span)[0]["consumer_group_name"] == "mailers"


@pytest.mark.parametrize("name", ["messaging.consumer.id", "messaging.consumer_id"])
def test_a_consumer_id_of_spring_is_split_into_group_and_client(name: str) -> None:
    row = normalised({name: "mailers - consumer-mailers-1"})[0]
    assert (row["consumer_group_name"], row["client_id"]) == ("mailers", "consumer-mailers-1")
    assert normalised({name: "none"})[0] == {}


def test_the_peer_service_of_spring_tells_the_cluster_and_that_of_opentracing_the_system() -> None:
    assert normalised({"peer.service": "Apache Kafka: LTF2"}, {"peer.service": "kafka"}, {"peer.service": "db"}) == [
        {"kafka_cluster_id": "LTF2", "system": "kafka"},
        {"system": "kafka"},
        {},
    ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("publish", "send"),
        ("deliver", "process"),
        ("create", "create"),
        ("receive", "receive"),
        ("settle", "settle"),
        ("PUBLISH", "send"),
        ("commit", "settle"),
        ("poll", "receive"),
        ("shrug", None),
    ],
)
@pytest.mark.parametrize("name", ["messaging.operation", "messaging.operation.type"])
def test_operations_are_in_the_words_of_today(name: str, sent: str, kept: str | None) -> None:
    assert normalised({name: sent})[0].get("operation_type") == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("aws.sqs", "aws_sqs"),
        ("AmazonSQS", "aws_sqs"),
        ("aws_sqs", "aws_sqs"),
        ("aws.sns", "aws.sns"),
        ("Kafka", "kafka"),
        ("nats", "nats"),
        ("celery", "celery"),
    ],
)
def test_systems_have_one_name(sent: str, kept: str) -> None:
    assert normalised({"messaging.system": sent})[0]["system"] == kept


def test_attributes_of_one_system_tell_the_system() -> None:
    spans = normalised({"kafka.key": "k"}, {"messaging.rabbitmq.routing_key": "r"}, {"messaging.destination": "d"})
    assert [span.get("system") for span in spans] == ["kafka", "rabbitmq", None]


def test_a_message_id_of_topic_partition_offset_tells_the_offset() -> None:
    span = {"messaging.destination": "a.b", "messaging.kafka.partition": 2, "messaging.message.id": "a.b.2.41"}
    other_topic = span | {"messaging.destination": "b"}
    told = span | {"messaging.kafka.offset": 7}
    assert [row.get("kafka_offset") for row in normalised(span, other_topic, told)] == [41, None, 7]


def test_a_message_id_of_otelsarama_is_the_offset_and_of_others_is_not() -> None:
    span = {"messaging.destination.name": "a", "messaging.message.id": "41"}
    scope = "go.opentelemetry.io/contrib/instrumentation/github.com/IBM/sarama/otelsarama"
    assert normalised(span, scope=scope)[0]["kafka_offset"] == 41
    assert "kafka_offset" not in normalised(span, scope="mine")[0]
    assert "kafka_offset" not in normalised(span)[0]


HEADERS = [PREFIX + name for name in (*BINARY, *ATTEMPTS, *LAST_SEGMENT, "x-original-topic", "dead-letter-reason")]
names = st.sampled_from(sorted({source.name for column in COLUMNS for source in column.sources} | set(HEADERS)))
values = st.one_of(
    st.text(alphabet='0123456789-. "[]nonetrue\n\u2003', max_size=8),
    st.text(max_size=8),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.booleans(),
    st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers()), max_size=2),
    st.dictionaries(st.sampled_from(["bytesValue", "a"]), st.one_of(st.none(), st.text(max_size=4)), max_size=1),
)


@given(st.lists(st.dictionaries(names, values, max_size=6), max_size=6), st.sampled_from([None, "otelsarama"]))
def test_no_value_of_any_type_makes_it_raise(spans: list[dict[str, Any]], scope: str | None) -> None:
    assert len(normalised(*spans, scope=scope)) == len(spans)
