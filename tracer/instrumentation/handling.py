"""One attempt to handle one record: its `process` span, current from the moment the application has the record.

A `Handling` is found again by the OpenTelemetry context, so that whatever runs in that context (an exception that is
logged, a record that is sent on) can tell it what happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanContext, SpanKind, Status, StatusCode, Tracer

from tracer.instrumentation import attributes as names
from tracer.instrumentation.headers import Headers, Origin

_CONTEXT_KEY = "event-tracer-handling"


class Record(Protocol):
    """What we read of a consumed record: kafka-python's ConsumerRecord, or anything shaped like it."""

    topic: str
    partition: int
    offset: int
    key: object
    value: object
    headers: Headers


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an attempt failed: `error.type` and one line of text."""

    type: str
    description: str


class Handling:
    """A `process` span that is current, and what was seen while it was. `finish` may be called more than once."""

    __slots__ = ("_error", "_failure", "_live", "below", "explicit", "record", "span")

    def __init__(self, span: Span, record: Record, live: dict[int, Handling], below: Surroundings) -> None:
        self.span = span
        self.record: Record | None = record
        self.below = below
        self.explicit = False
        self._live = live
        self._failure: Failure | None = None
        self._error: BaseException | None = None
        live[id(self)] = self

    @property
    def ended(self) -> bool:
        """Whether the attempt is over; its span then takes nothing more."""
        return id(self) not in self._live

    def attach(self, parent: Context | None = None) -> object:
        """Makes the span current in this thread (or task), on top of `parent`'s values; returns a token to detach."""
        context = trace.set_span_in_context(self.span, parent)
        return otel_context.attach(Context({**context, _CONTEXT_KEY: self}))

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
        if otel_context.get_current().get(_CONTEXT_KEY) is self:
            otel_context.attach(_live_below(self).context)
        if self._live.pop(id(self), None) is None:
            return
        span = self.span
        if span.is_recording():
            _conclude(span, self._failure)
            span.end()
        self.record = self._error = None


def current() -> Handling | None:
    """The handling in whose context this code runs, ended or not; None outside of any."""
    found = otel_context.get_current().get(_CONTEXT_KEY)
    return found if isinstance(found, Handling) else None


def start(
    tracer: Tracer,
    name: str,
    origin: Origin,
    surroundings: Surroundings,
    *,
    attributes: dict[str, str],
    receive: SpanContext | None,
) -> tuple[Span, Context]:
    """Starts a process span, and gives the context that it continues.

    Its parent is the official receive span where there is one (`receive`), else the record's immediate producer. It
    links the producer, the hops before, and the span that was current when the record was taken.
    """
    parent, producer, earlier = origin
    links = []
    if producer is not None:
        links.append(Link(producer))
        if earlier:
            links.extend(Link(hop) for hop in earlier)
        if surroundings.context:
            around = trace.get_current_span(surroundings.context).get_span_context()
            if around.is_valid:
                links.append(Link(around))
    if receive is not None:
        parent = trace.set_span_in_context(NonRecordingSpan(receive), parent)
    return tracer.start_span(name, context=parent, kind=SpanKind.CONSUMER, attributes=attributes, links=links), parent


class Surroundings(NamedTuple):
    """What is current before a record is taken: the context, and the handling in it."""

    context: Context
    handling: Handling | None


def surroundings() -> Surroundings:
    """The current context and the handling in it, without those that have ended."""
    context = otel_context.get_current()
    innermost = context.get(_CONTEXT_KEY)
    if not isinstance(innermost, Handling):
        return Surroundings(context, None)
    below = _live_below(innermost)
    if innermost.ended:
        return below
    innermost.below = below
    return Surroundings(context, innermost)


def _live_below(handling: Handling) -> Surroundings:
    """What was current before `handling`, skipping what has ended since: consumers that take turns would else
    revive each other's contexts, and grow a chain of them."""
    while (outer := handling.below.handling) is not None and outer.ended:
        handling = outer
    return handling.below


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
