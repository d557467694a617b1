"""One attempt to handle one record: its `process` span, current from the moment the application has the record.

A `Handling` is found again by the OpenTelemetry context, so that whatever runs in that context (an exception that is
logged, a record that is sent on) can tell it what happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, Tracer

from tracer.instrumentation import attributes as names
from tracer.instrumentation.headers import Headers, extract

_CONTEXT_KEY = "event-tracer-handling"


class Record(Protocol):
    """What we read of a consumed record: kafka-python's ConsumerRecord, or anything shaped like it."""

    topic: str
    partition: int
    offset: int
    key: object
    value: object
    headers: Headers


class Failure:
    """Why an attempt failed: `error.type` and one line of text."""

    __slots__ = ("description", "type")

    def __init__(self, error_type: str, description: str) -> None:
        self.type = error_type
        self.description = description


class Handling:
    """A `process` span that is current, and what was seen while it was. `finish` may be called more than once."""

    __slots__ = ("_base", "_error", "_failure", "_live", "_outer", "explicit", "record", "span")

    def __init__(self, span: Span, record: Record, live: dict[int, Handling]) -> None:
        self.span = span
        self.record: Record | None = record
        self.explicit = False
        self._live = live
        self._failure: Failure | None = None
        self._error: BaseException | None = None
        self._base = Context()
        self._outer: Handling | None = None
        live[id(self)] = self

    @property
    def ended(self) -> bool:
        """Whether the attempt is over; its span then takes nothing more."""
        return id(self) not in self._live

    def attach(self, parent: Context, surroundings: tuple[Context, Handling | None]) -> None:
        """Makes the span current in this thread (or task), on top of `parent`'s values."""
        self._base, self._outer = surroundings
        otel_context.attach(otel_context.set_value(_CONTEXT_KEY, self, trace.set_span_in_context(self.span, parent)))

    def attach_here(self) -> object | None:
        """Makes the span current in another thread too, where it is not; returns the token to detach."""
        if current() is self:
            return None
        return otel_context.attach(otel_context.set_value(_CONTEXT_KEY, self, trace.set_span_in_context(self.span)))

    def fail(self, error: BaseException | None = None, failure: Failure | None = None) -> None:
        """Notes that the attempt failed. The first cause names the failure, an exception goes before anything else."""
        if self.ended or not self.span.is_recording():
            return
        if error is not None and error is not self._error:
            self.span.record_exception(error)
            if self._error is None:
                failure = Failure(names.error_type(error), f"{type(error).__name__}: {error}")
                self._error = error
                self._failure = failure
        elif self._failure is None:
            self._failure = failure

    def finish(self) -> None:
        """Ends the span and gives the context back, where it still is the current one."""
        if current() is self:
            otel_context.attach(_live_below(self)[0])
        if self._live.pop(id(self), None) is None:
            return
        span = self.span
        if span.is_recording():
            _conclude(span, self._failure)
            span.end()
        self.record = self._error = None


def current() -> Handling | None:
    """The handling in whose context this code runs, ended or not; None outside of any."""
    found = otel_context.get_value(_CONTEXT_KEY)
    return found if isinstance(found, Handling) else None


def begin(
    tracer: Tracer,
    live: dict[int, Handling],
    record: Record,
    known: dict[str, str],
    receive: SpanContext | None = None,
) -> Handling:
    """Starts the `process` span of a record and makes it current.

    `known` are the attributes that all records of a consumer share; `receive` is the context of the official receive
    span where there is one, and then the parent. Otherwise the parent is the record's immediate producer.
    """
    surroundings = _surroundings()
    ambient = surroundings[0]
    parent, earlier = extract(record.headers, ambient)
    links = _links(parent, ambient, earlier)
    if receive is not None:
        parent = trace.set_span_in_context(NonRecordingSpan(receive), parent)
    topic = record.topic
    attributes: dict[str, str | int | bool] = {
        **known,
        names.DESTINATION: topic,
        names.PARTITION: str(record.partition),
        names.OFFSET: record.offset,
    }
    if record.key is not None and (key := names.key_text(record.key)) is not None:
        attributes[names.KEY] = key
    if record.value is None:
        attributes[names.TOMBSTONE] = True
    span = tracer.start_span(
        f"process {topic}", context=parent, kind=SpanKind.CONSUMER, attributes=attributes, links=links
    )
    handling = Handling(span, record, live)
    handling.attach(parent, surroundings)
    return handling


def _links(parent: Context, ambient: Context, earlier: tuple[SpanContext, ...]) -> list[Link]:
    """The immediate producer first, then earlier hops, then the span that was current when the record was taken."""
    if parent is ambient:
        return []
    producer = trace.get_current_span(parent).get_span_context()
    around = trace.get_current_span(ambient).get_span_context()
    if not producer.is_valid or producer is around:
        return []
    links = [Link(producer)]
    if earlier:
        links.extend(Link(hop) for hop in earlier)
    if around.is_valid:
        links.append(Link(around))
    return links


def _surroundings() -> tuple[Context, Handling | None]:
    """The current context and the handling in it, without those that have ended."""
    innermost = current()
    if innermost is None:
        return otel_context.get_current(), None
    if innermost.ended:
        return _live_below(innermost)
    innermost._base, innermost._outer = _live_below(innermost)
    return otel_context.get_current(), innermost


def _live_below(handling: Handling) -> tuple[Context, Handling | None]:
    """What was current before `handling`, skipping what has ended since: consumers that take turns would else
    revive each other's contexts, and grow a chain of them."""
    while (outer := handling._outer) is not None and outer.ended:
        handling = outer
    return handling._base, outer


def _conclude(span: Span, failure: Failure | None) -> None:
    """Sets the status by what was seen, unless the application has set one itself."""
    if failure is None:
        events = getattr(span, "_events", None)  # the public `events` copies under a lock, for each record
        failure = _recorded(events) if events else None
        if failure is None:
            return
    code = getattr(getattr(span, "status", None), "status_code", StatusCode.UNSET)
    if code is not StatusCode.OK:
        span.set_attribute(names.ERROR_TYPE, failure.type)
    if code is StatusCode.UNSET:
        span.set_status(Status(StatusCode.ERROR, failure.description))


def _recorded(events: Iterable[Any]) -> Failure | None:
    """The exception that the application recorded on the span, if it did."""
    for event in events:
        if event.name == "exception":
            told = event.attributes or {}
            kind = str(told.get("exception.type", names.OTHER_ERROR))
            return Failure(kind, f"{kind}: {told.get('exception.message', '')}")
    return None
