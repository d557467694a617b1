"""What SQL reads out of the attributes of a link is what decoding reads out of those of a span."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.semconv.attributes import normalised
from tracer.semconv import COLUMNS
from tracer.semconv.sql import json_value

OF_LINKS = {
    "messaging_destination_name": "orders",
    "messaging_destination_partition_id": "3",
    "messaging_kafka_offset": 41,
    "messaging_kafka_message_key": "k",
    "messaging_message_id": "m",
}
EVERY = [
    (column.name, source.name, OF_LINKS[column.name])
    for column in COLUMNS
    if column.name in OF_LINKS
    for source in column.sources
    if source.pattern is None
]


def read(column: str, attributes: dict[str, object]) -> object:
    """The value that SQL reads."""
    sql = f"SELECT {json_value(column)} FROM (SELECT CAST(? AS VARCHAR) AS attributes)"
    with duckdb.connect() as connection:
        return connection.execute(sql, [json.dumps(attributes)]).fetchall()[0][0]


@pytest.mark.parametrize(("column", "name", "value"), EVERY)
def test_every_name_is_read(column: str, name: str, value: object) -> None:
    assert read(column, {name: value}) == value


@pytest.mark.parametrize("value", [41, "41", "none", None, "x"])
def test_an_offset_on_a_link_is_a_number_or_null(value: object) -> None:
    expected = normalised({"messaging.kafka.offset": value})[0].get("kafka_offset")
    assert read("messaging_kafka_offset", {"messaging.kafka.offset": value}) == expected


@pytest.mark.parametrize("value", [3, "3", "none"])
def test_a_partition_on_a_link_is_text(value: object) -> None:
    expected = normalised({"messaging.kafka.partition": value})[0].get("destination_partition_id")
    assert read("messaging_destination_partition_id", {"messaging.kafka.partition": value}) == expected


@pytest.mark.parametrize(
    "value",
    [
        "orders",
        "a/b:c",
        "arn:aws:sns:eu-west-1:123456789012:orders",
        "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
        "projects/shop/topics/orders",
    ],
)
def test_a_destination_on_a_link_is_its_name(value: str) -> None:
    expected = normalised({"messaging.destination.name": value})[0]["destination_name"]
    assert read("messaging_destination_name", {"messaging.destination.name": value}) == expected


def test_the_new_name_wins_and_no_name_is_null() -> None:
    both: dict[str, object] = {"messaging.kafka.message.offset": 7, "messaging.kafka.offset": 41}
    assert (read("messaging_kafka_offset", both), read("messaging_kafka_offset", {"a": 1})) == (41, None)
