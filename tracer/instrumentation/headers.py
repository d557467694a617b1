"""The producer's context in a record's headers: the last valid `traceparent` is the immediate producer's.

Python's propagation setters append, so a record whose application copied the incoming headers carries one
`traceparent` for each hop. The official getter reads the first, which is the origin; this one reads the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from opentelemetry import propagate
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import Getter, TextMapPropagator
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, get_current_span, set_span_in_context

Headers = Iterable[tuple[str, bytes | None]]
Carrier = Mapping[str, bytes | str]

_TRACEPARENT = "traceparent"
_TRACESTATE = "tracestate"
_BAGGAGE = "baggage"
_W3C = {_TRACEPARENT, _TRACESTATE, _BAGGAGE}
_VALID = re.compile(
    r"[ \t]*(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?[ \t]*$"
)


class _Getter(Getter[Carrier]):
    """Reads the one value that a carrier of `_carrier` keeps for each header."""

    def get(self, carrier: Carrier, key: str) -> list[str] | None:
        value = carrier.get(key)
        return None if value is None else [_text(value)]

    def keys(self, carrier: Carrier) -> list[str]:
        return list(carrier)


_GETTER = _Getter()


class Origin(NamedTuple):
    """Where a record comes from: its immediate producer, laid over the ambient context, and the hops before that."""

    context: Context
    producer: SpanContext | None
    earlier: tuple[SpanContext, ...]  # newest first


class Extractor:
    """Reads contexts with the global propagator, as OTEL_PROPAGATORS or the application set it."""

    def __init__(self) -> None:
        self._propagator: TextMapPropagator | None = None
        self._only_w3c = False

    def extract(self, headers: Headers | None, ambient: Context) -> Origin:
        """Where a record comes from. Without a valid context in its headers that is nowhere: `Origin(ambient)`."""
        if not headers:
            return Origin(ambient, None, ())
        carrier: dict[str, bytes | str] = {}
        contexts = 0
        for key, value in headers:
            if value is not None:
                carrier[key] = value
                if key == _TRACEPARENT:
                    contexts += 1
        earlier = _several(headers, carrier) if contexts > 1 else ()
        propagator = propagate.get_global_textmap()
        if propagator is not self._propagator:
            self._propagator = propagator
            self._only_w3c = propagator.fields <= _W3C and _TRACEPARENT in propagator.fields
        if self._only_w3c and _TRACESTATE not in carrier and _BAGGAGE not in carrier:
            # What nearly every record carries, at a third of what the propagators take for it.
            producer = _parse(_text(carrier[_TRACEPARENT])) if contexts else None
            if producer is None:
                return Origin(ambient, None, ())
            return Origin(set_span_in_context(NonRecordingSpan(producer), ambient), producer, earlier)
        context = propagator.extract(carrier, context=ambient, getter=_GETTER)
        span = get_current_span(context)
        if span is get_current_span(ambient):
            return Origin(context, None, earlier)
        return Origin(context, span.get_span_context(), earlier)


def _several(headers: Headers, carrier: dict[str, bytes | str]) -> tuple[SpanContext, ...]:
    """Puts the last valid `traceparent` and its own `tracestate` into the carrier; returns the others."""
    hops: list[tuple[str, str | None, SpanContext]] = []
    valid = False
    for key, value in headers:
        if value is None:
            continue
        if key == _TRACEPARENT:
            text = _text(value)
            parsed = _parse(text)
            valid = parsed is not None
            if parsed is not None:
                hops.append((text, None, parsed))
        elif key == _TRACESTATE and valid:
            hops[-1] = (hops[-1][0], _text(value), hops[-1][2])
    if not hops:
        return ()
    carrier[_TRACEPARENT], state, last = hops[-1]
    carrier.pop(_TRACESTATE, None)
    if state is not None:
        carrier[_TRACESTATE] = state
    earlier = {(hop.trace_id, hop.span_id): hop for _, _, hop in reversed(hops)}
    del earlier[last.trace_id, last.span_id]
    return tuple(earlier.values())


def _parse(traceparent: str) -> SpanContext | None:
    match = _VALID.match(traceparent)
    if match is None:
        return None
    version, trace_id, span_id, flags, more = match.groups()
    if version == "00" and more:
        return None
    return SpanContext(int(trace_id, 16), int(span_id, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else bytes(value).decode("utf-8", "replace")
