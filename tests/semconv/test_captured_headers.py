"""What captured headers tell of a retried or dead-lettered message: one row for each convention, and their hazards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.semconv.attributes import normalised

Headers = dict[str, str]

# The convention, its headers as text, and the columns without their prefix.
CONVENTIONS: list[tuple[str, Headers, dict[str, Any]]] = [
    (
        "Spring Kafka, dead letters",
        {
            "kafka_dlt-original-topic": "orders",
            "kafka_dlt-original-partition": "\0\0\0\3",
            "kafka_dlt-original-offset": "\0\0\0\0\0\0\0\x29",
            "kafka_dlt-original-consumer-group": "pay",
            "kafka_dlt-exception-fqcn": "o.s.k.ListenerExecutionFailedException",
            "kafka_dlt-exception-cause-fqcn": "com.acme.CardDeclined",
            "kafka_dlt-exception-message": "no money",
        },
        {
            "origin_topic": "orders",
            "origin_partition": "3",
            "origin_offset": 41,
            "origin_consumer_group": "pay",
            "origin_error": "com.acme.CardDeclined: no money",
        },
    ),
    (
        "Spring Kafka, retry topics",
        {
            "kafka_original-topic": "orders",
            "kafka_original-partition": "\0\0\0\0",
            "kafka_original-offset": "\0\0\0\0\0\0\1\0",
            "kafka_dlt-original-consumer-group": "pay",
            "kafka_exception-fqcn": "com.acme.CardDeclined",
            "retry_topic-attempts": "\0\0\0\2",
        },
        {
            "origin_topic": "orders",
            "origin_partition": "0",
            "origin_offset": 256,
            "origin_consumer_group": "pay",
            "origin_error": "com.acme.CardDeclined",
            "delivery_attempt": 2,
        },
    ),
    (
        "Spring Kafka, a key that cannot be read",
        {"kafka_dlt-original-topic": "orders", "kafka_dlt-key-exception-fqcn": "E"},
        {"origin_topic": "orders", "origin_error": "E"},
    ),
    (
        "Spring Kafka retry topics, a key that cannot be read",
        {"kafka_original-topic": "orders", "kafka_key-exception-fqcn": "E", "kafka_exception-message": "m"},
        {"origin_topic": "orders", "origin_error": "E: m"},
    ),
    (
        "Spring Kafka retry topics, a cause",
        {"kafka_original-topic": "orders", "kafka_exception-fqcn": "E", "kafka_exception-cause-fqcn": "C"},
        {"origin_topic": "orders", "origin_error": "C"},
    ),
    ("Spring, an attempt counter of one byte", {"retry_topic-attempts": "\3"}, {"delivery_attempt": 3}),
    ("Spring, blocking retries", {"kafka_deliveryAttempt": "\0\0\0\4"}, {"delivery_attempt": 4}),
    (
        "Spring Cloud Stream",
        {
            "x-original-topic": "orders",
            "x-original-partition": "\0\0\0\1",
            "x-original-offset": "\0\0\0\0\0\0\0\7",
            "x-exception-fqcn": "E",
            "x-exception-message": "m",
        },
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7, "origin_error": "E: m"},
    ),
    (
        "Kafka Connect",
        {
            "__connect.errors.topic": "orders",
            "__connect.errors.partition": "1",
            "__connect.errors.offset": "7",
            "__connect.errors.exception.class.name": "E",
            "__connect.errors.exception.message": "m",
        },
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7, "origin_error": "E: m"},
    ),
    (
        "Kafka Streams",
        {
            "__streams.errors.topic": "orders",
            "__streams.errors.partition": "1",
            "__streams.errors.offset": "7",
            "__streams.errors.exception": "E",
            "__streams.errors.message": "m",
        },
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7, "origin_error": "E: m"},
    ),
    (
        "Karafka",
        {
            "source_topic": "orders",
            "source_partition": "1",
            "source_offset": "7",
            "source_consumer_group": "pay",
            "source_attempts": "3",
        },
        {
            "origin_topic": "orders",
            "origin_partition": "1",
            "origin_offset": 7,
            "origin_consumer_group": "pay",
            "delivery_attempt": 4,
        },
    ),
    (
        "Karafka before 2.4",
        {
            "original_topic": "orders",
            "original_partition": "1",
            "original_offset": "7",
            "original_consumer_group": "pay",
        },
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7, "origin_consumer_group": "pay"},
    ),
    (
        "Karafka 2.0",
        {"original-topic": "orders", "original-partition": "1", "original-offset": "7"},
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7},
    ),
    (
        "Karafka, scheduled",
        {"schedule_source_topic": "orders", "schedule_source_partition": "1", "schedule_source_offset": "7"},
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7},
    ),
    (
        "SmallRye dead letters, a cause alone",
        {"dead-letter-topic": "orders", "dead-letter-cause-class-name": "C"},
        {"origin_topic": "orders", "origin_error": "C"},
    ),
    (
        "SmallRye delayed retries, an exception and its cause",
        {
            "delayed-retry-topic": "orders",
            "delayed-retry-exception-class-name": "E",
            "delayed-retry-cause-class-name": "C",
        },
        {"origin_topic": "orders", "origin_error": "E"},
    ),
    (
        "SmallRye delayed retries, a cause alone",
        {"delayed-retry-topic": "orders", "delayed-retry-cause-class-name": "C"},
        {"origin_topic": "orders", "origin_error": "C"},
    ),
    (
        "SmallRye, dead letters",
        {
            "dead-letter-topic": "orders",
            "dead-letter-partition": "1",
            "dead-letter-offset": "7",
            "dead-letter-exception-class-name": "E",
            "dead-letter-reason": "m",
        },
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 7, "origin_error": "E: m"},
    ),
    (
        "SmallRye, delayed retries",
        {
            "delayed-retry-topic": "orders",
            "delayed-retry-partition": "1",
            "delayed-retry-offset": "7",
            "delayed-retry-count": "1",
            "delayed-retry-reason": "m",
        },
        {
            "origin_topic": "orders",
            "origin_partition": "1",
            "origin_offset": 7,
            "origin_error": "m",
            "delivery_attempt": 3,
        },
    ),
    (
        "Watermill",
        {"topic_poisoned": "orders", "reason_poisoned": "m", "subscriber_poisoned": "kafka.Subscriber"},
        {"origin_topic": "orders", "origin_error": "m"},
    ),
    (
        "MassTransit",
        {
            "MT-Fault-InputAddress": "rabbitmq://localhost/shop/submit-order",
            "MT-OriginalMessageId": "m-1",
            "MT-Fault-ExceptionType": "E",
            "MT-Fault-Message": "m",
            "MT-Redelivery-Count": "2",
        },
        {
            "origin_topic": "submit-order",
            "origin_message_id": "m-1",
            "origin_error": "E: m",
            "delivery_attempt": 3,
        },
    ),
    ("KafkaFlow", {"Kafka-Flow-Retry-Durable-Attempts-Count": "1"}, {"delivery_attempt": 2}),
    (
        "RabbitMQ",
        {"x-first-death-queue": "orders", "x-first-death-reason": "rejected", "x-delivery-count": "2"},
        {"origin_topic": "orders", "origin_error": "rejected", "delivery_attempt": 3},
    ),
    (
        "RabbitMQ, Java's text of the deaths",
        {
            "x-death": "[{reason=expired, count=2, exchange=, time=Tue, routing-keys=[wait], queue=orders.wait}, "
            "{reason=rejected, count=2, exchange=shop, time=Tue, routing-keys=[order.new], queue=orders}]"
        },
        {"origin_topic": "orders", "origin_error": "rejected", "delivery_attempt": 3},
    ),
    (
        "RabbitMQ, the deaths as JSON",
        {"x-death": '[{"count": 1, "reason": "rejected", "queue": "orders", "exchange": "shop"}]'},
        {"origin_topic": "orders", "origin_error": "rejected", "delivery_attempt": 2},
    ),
    (
        "Amazon SQS",
        {"DeadLetterQueueSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders", "ApproximateReceiveCount": "3"},
        {"origin_topic": "orders", "delivery_attempt": 3},
    ),
    (
        "Google Pub/Sub",
        {
            "CloudPubSubDeadLetterSourceSubscription": "orders-pay",
            "CloudPubSubDeadLetterSourceDeliveryCount": "5",
            "CloudPubSubDeadLetterSourceDeliveryErrorMessage": "m",
        },
        {"origin_consumer_group": "orders-pay", "origin_error": "m", "delivery_attempt": 6},
    ),
    (
        "Azure Service Bus",
        {"DeadLetterSource": "orders", "DeadLetterReason": "E", "DeadLetterErrorDescription": "m"},
        {"origin_topic": "orders", "origin_error": "E: m"},
    ),
    (
        "Pulsar",
        {"REAL_TOPIC": "persistent://public/default/orders", "ORIGIN_MESSAGE_ID": "1:2:0", "RECONSUMETIMES": "1"},
        {
            "origin_topic": "persistent://public/default/orders",
            "origin_message_id": "1:2:0",
            "delivery_attempt": 2,
        },
    ),
]


@pytest.mark.parametrize("form", ["as it is", "as Java captures it"])
@pytest.mark.parametrize(("name", "headers", "expected"), CONVENTIONS, ids=[name for name, *_ in CONVENTIONS])
def test_the_headers_of_each_convention_are_read(
    name: str, headers: Headers, expected: dict[str, Any], form: str
) -> None:
    assert normalised({f"messaging.header.{key(header, form)}": [value] for header, value in headers.items()}) == [
        expected
    ], name


def key(header: str, form: str) -> str:
    """Java writes an underscore for each dash of a header's name."""
    return header.replace("-", "_") if form == "as Java captures it" else header


@pytest.mark.parametrize(
    ("sent", "offset"),
    [
        (["\0\0\0\0\0\0\0\x29"], 41),
        (["41"], 41),
        ("41", 41),
        (41, 41),
        ({"bytesValue": "AAAAAAAAAMg="}, 200),
        (["\0\0\0\0\0\0\0\N{REPLACEMENT CHARACTER}"], None),  # 200 as Java decodes it: lost
        (["\0\0\0\0\0\0é"], 50089),  # two bytes that happen to be UTF-8
        (["\0\0\0"], None),
        (["forty-one"], None),
        (["7", "41"], 41),
        ([], None),
        ([None], None),
        ("", None),
    ],
)
def test_an_offset_in_a_header_is_a_number_or_null(sent: object, offset: int | None) -> None:
    span = {"messaging.header.kafka_dlt-original-topic": ["orders"], "messaging.header.kafka_dlt-original-offset": sent}
    assert normalised(span)[0].get("origin_offset") == offset


def test_the_last_of_several_values_counts() -> None:
    told = {
        "messaging.header.kafka_dlt-original-topic": ["orders", "orders-dlt"],
        "messaging.header.kafka_dlt-original-offset": ["\0\0\0\0\0\0\0\x29", "\0\0\0\0\0\0\0\7"],
    }
    assert normalised(told)[0] == {"origin_topic": "orders-dlt", "origin_offset": 7}


@pytest.mark.parametrize(
    ("topics", "offsets", "topic", "offset"),
    [
        (["orders", "orders_retry_10000"], ["41", "7"], "orders_retry_10000", 7),  # appended, as most do
        (["orders_retry_10000", "orders"], ["7", "41"], "orders_retry_10000", 7),  # put before, as SmallRye does
        (["orders_retry_20000", "orders_retry_10000", "orders"], ["9", "7", "41"], "orders_retry_20000", 9),
        (["orders"], ["41"], "orders", 41),
    ],
)
def test_of_several_retries_by_smallrye_the_last_counts_in_either_order(
    topics: list[str], offsets: list[str], topic: str, offset: int
) -> None:
    told = {"messaging.header.delayed-retry-topic": topics, "messaging.header.delayed-retry-offset": offsets}
    assert normalised(told) == [{"origin_topic": topic, "origin_offset": offset}]


def test_coordinates_of_two_conventions_are_not_mixed() -> None:
    both = {
        "messaging.header.kafka_dlt-original-topic": ["orders-retry"],
        "messaging.header.kafka_original-topic": ["orders"],
        "messaging.header.kafka_original-partition": ["1"],
        "messaging.header.kafka_original-offset": ["41"],
    }
    second = {name: value for name, value in both.items() if "dlt" not in name}
    assert normalised(both, second) == [
        {"origin_topic": "orders-retry"},
        {"origin_topic": "orders", "origin_partition": "1", "origin_offset": 41},
    ]


def test_what_the_client_says_of_the_attempt_goes_before_a_header() -> None:
    told = {"messaging.servicebus.message.delivery_count": 2, "messaging.header.x-delivery-count": ["7"]}
    assert normalised(told)[0]["delivery_attempt"] == 2


def test_an_attempt_before_the_first_is_not_known() -> None:
    assert "delivery_attempt" not in normalised({"messaging.gcp_pubsub.message.delivery_attempt": 0})[0]


def test_other_headers_fill_nothing() -> None:
    assert normalised({"messaging.header.tenant": ["a"], "header.source_topic": ["b"], "source_topic": "c"}) == [{}]


def test_the_thread_is_its_id_else_its_name() -> None:
    spans = normalised({"thread.id": 17, "thread.name": "main"}, {"thread.name": "main"}, {})
    assert [span.get("thread") for span in spans] == ["17", "main", None]
