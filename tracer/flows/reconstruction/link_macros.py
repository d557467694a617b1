"""Macros that read what a link tells of its message, made from the one table of names."""

from __future__ import annotations

from tracer.semconv.sql import json_value

_COLUMNS = {
    "topic": ("messaging_destination_name",),
    "part": ("messaging_destination_partition_id",),
    "off": ("messaging_kafka_offset",),
    "key": (
        "messaging_kafka_message_key",
        "messaging_gcp_pubsub_message_ordering_key",
        "messaging_rocketmq_message_keys",
    ),
    "message_id": ("messaging_message_id",),
}


def link_macros() -> str:
    """The macros `flow_link_topic`, `_part`, `_off`, `_key` and `_message_id`, each of a link's attributes (JSON)."""
    return "\n".join(
        f"CREATE OR REPLACE TEMP MACRO flow_link_{name}(attributes) AS {json_value(*columns)};"
        for name, columns in _COLUMNS.items()
    )
