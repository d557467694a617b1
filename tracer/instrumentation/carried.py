"""What the headers of a record that was retried or dead-lettered say of its earlier life, as attributes.

Where it was before, who failed, why, how often: in the headers of the libraries that move records on Kafka, captured as
`messaging.header.NAME` (a list of text), the way that Java's instrumentation captures headers. Other headers are the
application's own and stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterable

from tracer.instrumentation.attributes import Clean

PREFIX = "messaging.header."

LONGEST = 500
"""So many characters of a header are told: exception messages may be long."""

_PLACES = ("topic", "partition", "offset")
_SPRING = (*(f"original-{place}" for place in _PLACES), "exception-fqcn", "exception-cause-fqcn", "exception-message")

HEADERS = frozenset(
    {
        *(f"kafka_dlt-{name}" for name in (*_SPRING, "key-exception-fqcn", "original-consumer-group")),
        *(f"kafka_{name}" for name in (*_SPRING, "key-exception-fqcn")),
        *("retry_topic-attempts", "kafka_deliveryAttempt"),
        *(f"x-original-{place}" for place in _PLACES),
        *("x-exception-fqcn", "x-exception-message"),
        *(f"__connect.errors.{name}" for name in (*_PLACES, "exception.class.name", "exception.message")),
        *(f"__streams.errors.{name}" for name in (*_PLACES, "exception", "message")),
        *(f"source_{name}" for name in (*_PLACES, "consumer_group", "attempts")),  # Karafka, as the next three
        *(f"original_{name}" for name in (*_PLACES, "consumer_group")),
        *(f"original-{name}" for name in _PLACES),
        *(f"schedule_source_{place}" for place in _PLACES),
        *(
            f"{kind}-{name}"
            for kind in ("dead-letter", "delayed-retry")
            for name in (*_PLACES, "reason", "exception-class-name", "cause-class-name")
        ),
        "delayed-retry-count",
        *("topic_poisoned", "reason_poisoned"),
        "Kafka-Flow-Retry-Durable-Attempts-Count",
    }
)
"""Headers of Spring, Kafka Connect and Streams, Karafka, SmallRye, Watermill and KafkaFlow."""

BINARY = frozenset(
    {
        *(f"{family}original-{place}" for family in ("kafka_dlt-", "kafka_", "x-") for place in _PLACES[1:]),
        *("retry_topic-attempts", "kafka_deliveryAttempt"),
    }
)
"""Headers whose value is a big-endian integer; it is told in decimal."""


def carried(headers: Iterable[tuple[str, bytes | str | None]] | None) -> Clean:
    """The attributes, one for each of HEADERS that the record has, with all its values in order."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in headers or ():
        if name in HEADERS and value is not None:
            text = _text(value, binary=name in BINARY)
            if text is not None:
                found[PREFIX + name] = (*found.get(PREFIX + name, ()), text[:LONGEST])
    return {**found} if found else {}


def _text(value: bytes | str, *, binary: bool) -> str | None:
    """A value as text; integers of 1, 4 or 8 bytes in decimal, as some applications write them anyway."""
    if isinstance(value, str):
        return value
    if not binary or value.isdigit():
        return bytes(value).decode("utf-8", "replace")
    return str(int.from_bytes(value, signed=True)) if len(value) in (1, 4, 8) else None
