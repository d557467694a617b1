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


def test_the_partition_that_aiokafka_tells_of_a_send_without_a_key_was_drawn_by_chance() -> None:
    send = {"messaging.operation.type": "publish", "messaging.destination.partition.id": "1"}
    arrival, keyed = send | {"messaging.operation.type": "receive"}, send | {"messaging.kafka.message.key": "k"}

    def told(scope: str) -> list[str | None]:
        return [row.get("destination_partition_id") for row in normalised(send, arrival, keyed, scope=scope)]

    assert told("opentelemetry.instrumentation.aiokafka") == [None, "1", "1"]
    assert told("mine") == ["1", "1", "1"]


def test_of_a_send_of_kafka_python_it_may_have_been_until_the_instrumentation_read_it_back() -> None:
    send = {"messaging.system": "kafka", "messaging.kafka.partition": 1}
    acknowledged, arrival = send | {"messaging.kafka.offset": 7}, send | {"messaging.operation": "receive"}

    def told(version: str | None) -> list[str | None]:
        rows = normalised(send, acknowledged, arrival, scope="opentelemetry.instrumentation.kafka", version=version)
        return [row.get("destination_partition_id") for row in rows]

    assert [told(version) for version in ("0.65b0", "0.66b1", "1.2.0", None)] == [[None, "1", "1"], *[["1"] * 3] * 3]


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
