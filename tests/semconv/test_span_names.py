"""What a span does and with which topic: by attribute, else by kind and name; never a topic out of plain words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.semconv.attributes import normalised

INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER = range(1, 6)
KAFKA = {"messaging.system": "kafka"}


def told(attributes: dict[str, Any], name: str, kind: int) -> tuple[str | None, str | None]:
    """Operation and topic of one span."""
    (span,) = normalised(attributes, name=name, kind=kind)
    return span.get("operation_type"), span.get("destination_name")


@pytest.mark.parametrize(
    ("name", "kind", "operation", "topic"),
    [
        ("orders send", PRODUCER, "send", "orders"),
        ("send orders", PRODUCER, "send", "orders"),
        ("orders publish", PRODUCER, "send", "orders"),
        ("publish orders", PRODUCER, "send", "orders"),
        ("create orders", PRODUCER, "create", "orders"),
        ("orders.eu receive", CONSUMER, "receive", "orders.eu"),
        ("receive orders", CONSUMER, "receive", "orders"),
        ("poll orders", CLIENT, "receive", "orders"),
        ("orders process", CONSUMER, "process", "orders"),
        ("process orders", CONSUMER, "process", "orders"),
        ("Process orders", CONSUMER, "process", "orders"),
        ("commit orders", CLIENT, "settle", "orders"),
        ("ack orders", CLIENT, "settle", "orders"),
        ("From_orders", CONSUMER, "receive", "orders"),
        ("To_orders", PRODUCER, "send", "orders"),
        ("orders", PRODUCER, "send", None),
        ("orders", CONSUMER, None, None),
        ("poll", CLIENT, "receive", None),
        ("recv", CONSUMER, "receive", None),
        ("unknown receive", CONSUMER, "receive", None),
        ("batch process", CONSUMER, "process", None),
        ("orders,payments receive", CONSUMER, "receive", None),
        ("orders, payments receive", CONSUMER, "receive", None),
        ("<default> publish", PRODUCER, "send", None),
        ("(anonymous) process", CONSUMER, "process", None),
        ("send broker-1:9092", PRODUCER, "send", None),
        ("process the next order", CONSUMER, "process", None),
        ("kafka.produce", PRODUCER, "send", None),
        ("kafka.consume", CONSUMER, "receive", None),
        ("SQS.SendMessage", CLIENT, "send", None),
        ("SQS.ReceiveMessage", CLIENT, "receive", None),
        ("SQS.DeleteMessage", CLIENT, "settle", None),
        ("Kinesis.PutRecords", CLIENT, "send", None),
        ("ServiceBus.message", PRODUCER, "create", None),
        ("ServiceBusProcessor.ProcessMessage", CONSUMER, "process", None),
        ("apply_async/shop.charge", PRODUCER, "send", None),
        ("run/shop.charge", CONSUMER, "process", None),
        ("pubsub/orders", CLIENT, "process", None),
        ("SELECT orders", CLIENT, None, None),
        ("GET", SERVER, None, None),
        ("orders settle", PRODUCER, "send", "orders"),  # a producer span sends, whatever it is called
        ("orders send", CONSUMER, None, "orders"),  # and a consumer span does not
    ],
)
def test_beside_a_messaging_attribute_the_name_tells_operation_and_topic(
    name: str, kind: int, operation: str | None, topic: str | None
) -> None:
    assert told(KAFKA, name, kind) == (operation, topic)


@pytest.mark.parametrize(
    ("name", "kind", "operation"),
    [
        ("recv", CONSUMER, "receive"),
        ("orders process", CONSUMER, "process"),
        ("send orders", PRODUCER, "send"),
        ("checkout", PRODUCER, None),
        ("orders process", PRODUCER, None),
        ("checkout", CONSUMER, None),
        ("process payment", INTERNAL, None),
        ("send mail", CLIENT, None),
        ("poll", SERVER, None),
    ],
)
def test_a_name_alone_tells_an_operation_where_the_kind_agrees_and_never_a_topic(
    name: str, kind: int, operation: str | None
) -> None:
    assert told({}, name, kind) == (operation, None)


@pytest.mark.parametrize(
    ("attributes", "operation"),
    [
        ({"messaging.operation.type": "process", "messaging.operation.name": "poll"}, "process"),
        ({"messaging.operation.name": "poll", "messaging.operation": "process"}, "receive"),
        ({"messaging.operation.type": "shrug", "messaging.operation": "deliver"}, "process"),
        ({"messaging.operation.name": "shrug", "messaging.operation": "publish"}, "send"),
        ({"messaging.operation": "receive"}, "receive"),
    ],
)
def test_an_attribute_goes_before_kind_and_name(attributes: dict[str, Any], operation: str) -> None:
    assert told(attributes, "settle orders", PRODUCER)[0] == operation


def test_the_topic_of_an_attribute_goes_before_that_of_the_name() -> None:
    assert told({"messaging.destination": "payments"}, "orders send", PRODUCER) == ("send", "payments")
    assert told({"messaging.destination": ""}, "orders send", PRODUCER) == ("send", "")


def test_a_name_made_of_a_template_is_no_topic() -> None:
    told_by = KAFKA | {"messaging.destination.template": "orders-{customer}"}
    assert told(told_by, "send orders-customer", PRODUCER) == ("send", None)


def test_an_application_span_beside_messaging_attributes_takes_no_topic_from_its_name() -> None:
    assert told({"messaging.message.id": "m"}, "process payment", INTERNAL) == ("process", None)
