"""What single clients and brokers do in their own way, mended after the table of names has been read."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.names import COLUMNS
from tracer.semconv.values import NO_BOOLEAN, NO_TEXT, WHOLE_NUMBER, Occurrences
from tracer.semconv.words import ADDRESS_PREFIX, SYSTEM_OF_PREFIX

_QUOTED = re.compile(r'"([^"\\]*)"|\["([^"\\]*)"\]')
_PREFIX = re.compile(ADDRESS_PREFIX)
AIOKAFKA = "opentelemetry.instrumentation.aiokafka"
KAFKA_PYTHON = "opentelemetry.instrumentation.kafka"
_ASKING_KAFKA_PYTHON = r"^0[.]([0-9]|[1-5][0-9]|6[0-5])(b|[.])"

_DEFAULT_EXCHANGE = {"<default>", "amq.default"}
_NO_NAMES = {"(temporary)", "(anonymous)", "unknown"}

_SYSTEMS = tuple(SYSTEM_OF_PREFIX.values())
_SOURCES = frozenset(source.name for column in COLUMNS for source in column.sources)


def destination(value: str) -> str | None:
    """The name of a topic, queue or exchange out of how it was written: quoted, as queue URL, ARN or resource path.
    RabbitMQ's default exchange has the empty name.
    """
    if value in _DEFAULT_EXCHANGE:
        return ""
    if value in _NO_NAMES:
        return None
    if quoted := _QUOTED.fullmatch(value):
        value = quoted[1] or quoted[2] or ""
    return _PREFIX.sub("", value)


def implied_system(system: pa.Array, names: Occurrences) -> pa.Array:
    """The system, also where only an attribute tells it that no other system has."""
    lacking = np.asarray(system.is_null())
    implied = sorted((rank, key) for key in names if (rank := _system_of(key)) is not None)
    for rank, key in implied:
        places, name = names.places(key), _SYSTEMS[rank]
        if places is None:
            continue
        owners = names.attributes.owner[places]
        owners = owners[lacking[owners]]
        if len(owners):
            lacking[owners] = False
            mask = np.zeros(len(system), dtype=bool)
            mask[owners] = True
            system = pc.if_else(pa.array(mask), name, system)
    return system


@lru_cache(maxsize=4096)
def _system_of(key: str) -> int | None:
    """The place in the table of the one system that has this attribute: one that we read, or of the conventions."""
    if key in _SOURCES or key.startswith(("messaging.", "celery.")):
        return next((rank for rank, prefix in enumerate(SYSTEM_OF_PREFIX) if key.startswith(prefix)), None)
    return None


def without_quirks(columns: dict[str, pa.Array], scopes: pa.Array, versions: pa.Array) -> dict[str, pa.Array]:
    """The columns that clients get wrong, or fill with something else, as they should be."""
    message_id, offset = columns["messaging_message_id"], columns["messaging_kafka_offset"]
    mended = {}
    if message_id.null_count < len(message_id):
        mended = _message_id_of_offset(columns, message_id, offset, scopes)
    temporary = columns["messaging_destination_temporary"]
    if temporary.null_count < len(temporary):  # pika and aio-pika say so of every publish, and of nothing else
        pika = pc.fill_null(pc.match_substring_regex(scopes, "instrumentation[.](?:aio_)?pika"), False)
        mended["messaging_destination_temporary"] = pc.if_else(pika, NO_BOOLEAN, temporary)
        mended |= _exchange_and_key(columns, scopes)
    partition = columns["messaging_destination_partition_id"]
    if partition.null_count < len(partition):
        mended["messaging_destination_partition_id"] = _partition_known(columns, partition, scopes, versions)
    return mended


def _partition_known(
    columns: dict[str, pa.Array], partition: pa.Array, scopes: pa.Array, versions: pa.Array
) -> pa.Array:
    """The partition but of sends for which the partitioner was asked, and then by the client once more: without a key
    both draw one by chance. aiokafka's tell the key; kafka-python's do not, nor what they are, and asked up to 0.65b0
    (opentelemetry-python-contrib#4625).
    """
    asked = pc.equal(scopes, AIOKAFKA)
    older = pc.equal(scopes, KAFKA_PYTHON)
    if pc.any(older).as_py():
        asked = pc.or_(asked, pc.and_(older, pc.match_substring_regex(versions, _ASKING_KAFKA_PYTHON)))
    if not pc.any(asked).as_py():
        return partition
    sends = pc.invert(pc.is_in(columns["messaging_operation_type"], pa.array(["receive", "process"])))
    keyless = pc.and_(pc.is_null(columns["messaging_kafka_message_key"]), pc.is_null(columns["messaging_kafka_offset"]))
    chance = pc.and_(pc.and_(sends, keyless), pc.fill_null(asked, False))
    return pc.if_else(chance, NO_TEXT, partition)


def _exchange_and_key(columns: dict[str, pa.Array], scopes: pa.Array) -> dict[str, pa.Array]:
    """aio-pika publishes to `EXCHANGE,ROUTING_KEY`; its consumers tell the exchange, or the key for the default one."""
    topic, key = columns["messaging_destination_name"], columns["messaging_rabbitmq_destination_routing_key"]
    parts = pc.extract_regex(topic, "^(?P<exchange>[^,]*),(?P<key>.*)$")
    both = pc.and_(pc.fill_null(pc.match_substring(scopes, "aio_pika"), False), pc.is_valid(parts))
    exchange, told = pc.struct_field(parts, "exchange"), pc.struct_field(parts, "key")
    name = pc.if_else(pc.equal(exchange, ""), told, exchange)
    return {
        "messaging_destination_name": pc.if_else(both, name, topic),
        "messaging_rabbitmq_destination_routing_key": pc.coalesce(key, pc.if_else(both, told, NO_TEXT)),
    }


def _message_id_of_offset(
    columns: dict[str, pa.Array], message_id: pa.Array, offset: pa.Array, scopes: pa.Array
) -> dict[str, pa.Array]:
    """Some tell the offset only inside the message id: Python's confluent and aiokafka as `topic.partition.offset`,
    otelsarama (Go) as the bare number, which is no id of anything.
    """
    topic, partition = columns["messaging_destination_name"], columns["messaging_destination_partition_id"]
    parts = pc.extract_regex(message_id, r"^(?P<prefix>.+\.[0-9]+)\.(?P<offset>[0-9]{1,18})$")
    same = pc.equal(pc.struct_field(parts, "prefix"), pc.binary_join_element_wise(topic, partition, "."))
    last = pc.if_else(same, pc.struct_field(parts, "offset"), NO_TEXT)
    sarama = pc.fill_null(pc.match_substring(scopes, "otelsarama"), False)
    bare = pc.and_(sarama, pc.match_substring_regex(message_id, WHOLE_NUMBER))
    whole = pc.if_else(bare, pc.utf8_trim_whitespace(message_id), NO_TEXT)
    return {
        "messaging_kafka_offset": pc.coalesce(offset, pc.coalesce(last, whole).cast(pa.int64())),
        "messaging_message_id": pc.if_else(pc.fill_null(bare, False), NO_TEXT, message_id),
    }
