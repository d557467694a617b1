"""Names of the semantic conventions v1.44 that our spans carry, and a message key as text."""

from __future__ import annotations

from uuid import UUID

from opentelemetry.trace import Span

Clean = dict[str, str | int | bool | tuple[str, ...]]
"""Attributes that need no cleaning by the SDK."""

SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0"

SYSTEM = "messaging.system"
OPERATION_NAME = "messaging.operation.name"
OPERATION_TYPE = "messaging.operation.type"
DESTINATION = "messaging.destination.name"
PARTITION = "messaging.destination.partition.id"
GROUP = "messaging.consumer.group.name"
CLIENT = "messaging.client.id"
OFFSET = "messaging.kafka.offset"
KEY = "messaging.kafka.message.key"
TOMBSTONE = "messaging.kafka.message.tombstone"
BODY_SIZE = "messaging.message.body.size"
BODY_HASH = "messaging.message.body.hash"  # ours: the conventions have none
CLUSTER = "messaging.kafka.cluster.id"
ERROR_TYPE = "error.type"
OTHER_ERROR = "_OTHER"


def key_text(key: object) -> str | None:
    """A message key as text, the same on both sides of the broker; None when it is null or not text."""
    if isinstance(key, str):
        return key
    if isinstance(key, (bytes, bytearray, memoryview)):
        try:
            text = bytes(key).decode()
        except UnicodeDecodeError:
            return None
        return text if text.isprintable() else None
    if isinstance(key, (int, UUID)) and not isinstance(key, bool):
        return str(key)
    return None


def error_type(error: BaseException) -> str:
    """The `error.type` of an exception: its qualified class name, without a module for built-in ones."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ in {"builtins", None} else f"{kind.__module__}.{kind.__qualname__}"


def cluster_of(client: object, *path: str) -> str | None:
    """The cluster's id from a client's metadata, found along private names; None until it is known."""
    for name in path:
        client = getattr(client, name, None)
    cluster = getattr(client, "cluster_id", None)
    return cluster if isinstance(cluster, str) else None


def set_clean(span: Span, attributes: Clean) -> None:
    """Sets attributes that need no cleaning.

    `set_attributes` looks at every value, at about a microsecond each; that is most of what our attributes cost. Where
    the SDK keeps them as we know it, and limits are no matter, they are put there as they are.
    """
    kept = getattr(span, "_attributes", None)
    values = getattr(kept, "_dict", None)
    if type(values) is dict and getattr(kept, "max_value_len", 0) is None and span.is_recording():
        limit = getattr(kept, "maxlen", 0)
        if limit is None or len(values) + len(attributes) <= limit:
            values.update(attributes)
            return
    span.set_attributes(attributes)
