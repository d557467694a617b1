"""From what a person types to the events it means: ids of today and of yesterday, keys, trace ids, span ids."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import duckdb

from tracer.errors import NotFoundError, UsageError

SPAN_ID = re.compile(r"span://(?P<trace>[0-9a-f]{32})/(?P<span>[0-9a-f]{16})(?:/(?P<number>[1-9][0-9]*))?")
KAFKA = re.compile(r"kafka://(?:[^/@]+@)?(?P<topic>[^/]+)/(?P<part>[^/]+)/(?P<off>[0-9]{1,18})")
NAMED = re.compile(r"(?P<system>rabbitmq|aws_sqs|aws_kinesis)://(?P<place>[^#]*)/(?P<message>[^/#]+)")
ATTEMPT = re.compile(r"(?P<event>[^#]+)#(?P<group>[^@#]+)@(?P<attempt>[1-9][0-9]*)")
TRACE = re.compile(r"[0-9a-f]{32}")
SPAN = re.compile(r"[0-9a-f]{16}")

FORMS = (
    "an event id (kafka://TOPIC/PARTITION/OFFSET, rabbitmq://EXCHANGE/ROUTING_KEY/MESSAGE_ID, "
    "aws_sqs://QUEUE/MESSAGE_ID, aws_kinesis://STREAM/SHARD/SEQUENCE or span://TRACE/SPAN), key=KEY, a trace id or a "
    "span id"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, read: an `id` (of an event or a processing), a `key`, or the ids of a trace and a span.

    `number` is the n of `span://TRACE/SPAN/n`, `attempt` the `#GROUP@ATTEMPT` after an event id.
    """

    text: str
    id: str | None = None
    key: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    number: int | None = None
    attempt: str = ""

    @property
    def names_spans(self) -> bool:
        """Whether the ids of a trace or a span are told: then the spans tell what is meant."""
        return self.trace_id is not None or self.span_id is not None

    def message(self) -> tuple[str, str] | None:
        """System and message id, when the id tells them."""
        match = NAMED.fullmatch(self.id or "")
        return (match["system"], unquote(match["message"])) if match else None


def parse(text: str) -> Asked:
    """Read what a person typed. UsageError when it is none of the forms."""
    if text.startswith("key="):
        return Asked(text, key=text.removeprefix("key="))
    event, attempt = text, ""
    if match := ATTEMPT.fullmatch(text):
        event, attempt = match["event"], text[len(match["event"]) :]
    if match := SPAN_ID.fullmatch(event):
        number = int(match["number"]) if match["number"] else None
        return Asked(text, event, None, match["trace"], match["span"], number, attempt)
    if KAFKA.fullmatch(event) or NAMED.fullmatch(event):
        return Asked(text, id=event, attempt=attempt)
    if TRACE.fullmatch(text.lower()):
        return Asked(text, trace_id=text.lower())
    if SPAN.fullmatch(text.lower()):
        return Asked(text, span_id=text.lower())
    raise UsageError(f"{text!r} is no id", f"give {FORMS}")


def find(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[str]:
    """The nodes that are meant by a key or by an id of today; empty when there are none."""
    if asked.key is not None:
        return _ids(connection, "find_key", key=asked.key)
    if asked.id is None:
        return []
    exact = _attempts(connection, [asked.id], asked) if asked.attempt else _ids(connection, "find_event", id=asked.id)
    if exact or (message := asked.message()) is None:
        return exact
    system, message_id = message
    return _attempts(connection, _ids(connection, "find_message", system=system, message_id=message_id), asked)


def find_told(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[str]:
    """The present ids of what a trace id, a span id or an old id means, where the tables alone tell all of them."""
    if asked.span_id is None:
        return _of_trace(connection, asked.trace_id)
    ids = {"span_id": asked.span_id, "trace_id": asked.trace_id}
    events = _ids(connection, "told_of_span", **ids) or _ids(connection, "told_of_handling", **ids)
    if len(events) > 1 and asked.id is not None:
        return []  # which of them an old id means depends on when they arrived
    return _attempts(connection, events, asked)


def _of_trace(connection: duckdb.DuckDBPyConnection, trace_id: str | None) -> list[str]:
    row = connection.execute(_statement("batches_of_trace"), {"trace_id": trace_id}).fetchone()
    if row is None or row[0] is None:
        return []
    values = {"trace_id": trace_id, "first": row[0], "last": row[1]}
    return [one[0] for one in connection.execute(_statement("told_of_trace"), values).fetchall()]


def find_by_span(connection: duckdb.DuckDBPyConnection, asked: Asked) -> list[str]:
    """The present ids of what a trace id, a span id or an old id means, out of a reconstruction around it."""
    if asked.span_id is None:
        return _ids(connection, "find_trace", trace_id=asked.trace_id)
    events = _ids(connection, "find_span", span_id=asked.span_id, trace_id=asked.trace_id)
    if asked.id is not None:  # an old id: one event, by its place among those of its span
        events = events[(asked.number or 1) - 1 :][:1]
    return _attempts(connection, events, asked)


def _attempts(connection: duckdb.DuckDBPyConnection, events: list[str], asked: Asked) -> list[str]:
    """The attempts at these events that were asked for, else the events."""
    if not asked.attempt:
        return events
    return [node for event in events for node in _ids(connection, "find_processing", id=event + asked.attempt)]


def not_found(asked: Asked) -> NotFoundError:
    """The error that says that the store has nothing of the kind."""
    if asked.key is not None:
        what = f"no event with the key {asked.key!r}"
    elif asked.id is not None:
        what = f"no event {asked.text}"
    elif asked.span_id is not None:
        what = f"no event belongs to a span {asked.text}"
    else:
        what = f"no event belongs to a trace {asked.text}"
    return NotFoundError(f"{what} in this store", "`tracer events` lists what is there")


def _ids(connection: duckdb.DuckDBPyConnection, name: str, **values: str | None) -> list[str]:
    return [row[0] for row in connection.execute(_statement(name), values).fetchall()]


def _statement(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
