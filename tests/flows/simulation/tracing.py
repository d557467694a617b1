"""Spans of a simulated run, as an OpenTelemetry SDK makes, samples, loses and exports them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan

from tests.flows.simulation.run import Attempt, Message, Process, Run

Value = str | int | list[str]
Told = Mapping[str, Value | None]


class Context(NamedTuple):
    """What a `traceparent` tells."""

    trace_id: bytes
    span_id: bytes
    sampled: bool


@dataclass(eq=False)
class Made:
    """A span that was made, exported or not, and what it is about: messages that arrived, or the one that it sent.

    `own`: it is the span of their handling, as its instrumentation knows handling; not one of the poll around it.
    """

    process: Process
    scope: str
    context: Context
    parent: Context | None
    otlp: OtlpSpan
    arrived: tuple[Message, ...] = ()
    handled: tuple[Attempt, ...] = ()
    sent: Message | None = None
    own: bool = False


class Tracing:
    """Collects what the services' instrumentations make of a run."""

    def __init__(self, run: Run) -> None:
        self.random = Random(run.system.seed + 1)
        self.made: list[Made] = []
        self.headers: dict[Message, list[Context]] = {}
        self._sampling = run.system.sampling

    def span(
        self,
        process: Process,
        name: str,
        kind: str,
        at: tuple[int, int | None],
        *,
        scope: str = "app",
        parent: Context | None = None,
        remote: bool = False,
        links: Iterable[tuple[Context, Told]] = (),
        told: Told | None = None,
        failed: bool = False,
        arrived: tuple[Message, ...] = (),
        handled: tuple[Attempt, ...] = (),
        sent: Message | None = None,
        own: bool = False,
    ) -> Made:
        """Make a span; `at` in true time. Without an end it is never exported, but is a parent all the same."""
        trace_id = parent.trace_id if parent else self.random.randbytes(16)
        context = Context(trace_id, self.random.randbytes(8), self._sampled(process, trace_id, parent))
        otlp = OtlpSpan(
            trace_id=trace_id,
            span_id=context.span_id,
            parent_span_id=parent.span_id if parent else b"",
            flags=0x300 if parent and remote else 0x100,
            name=name,
            kind=OtlpSpan.SpanKind.Value(f"SPAN_KIND_{kind}"),
            start_time_unix_nano=at[0] + process.skew,
            end_time_unix_nano=at[1] + process.skew if at[1] else 0,
            attributes=_pairs(told or {}),
        )
        for target, more in links:
            otlp.links.add(trace_id=target.trace_id, span_id=target.span_id, attributes=_pairs(more))
        if failed:
            otlp.status.code = otlp.status.STATUS_CODE_ERROR
            otlp.events.add(name="exception", attributes=_pairs({"exception.type": "Broken"}))
        self.made.append(Made(process, scope, context, parent, otlp, arrived, handled, sent, own))
        return self.made[-1]

    def exported(self) -> list[Made]:
        """The spans that were sampled, ended, and left their process before it died."""
        return [made for made in self.made if made.context.sampled and _left(made)]

    def _sampled(self, process: Process, trace_id: bytes, parent: Context | None) -> bool:
        if self._sampling.ratio == 1:
            return True
        if self._sampling.respected:
            return parent.sampled if parent else trace_id[0] < self._sampling.ratio * 256
        return Random(trace_id.hex() + process.service.name).random() < self._sampling.ratio


def requests(spans: Iterable[Made]) -> list[bytes]:
    """One OTLP export request for each span."""
    return [_request(made).SerializeToString() for made in spans]


def exports(spans: Iterable[Made], random: Random) -> list[bytes]:
    """The same spans as exporters and collectors may bring them: in any order, in requests of any size, some twice."""
    left = [each for made in spans for each in [made] * (2 if random.random() < 0.05 else 1)]
    random.shuffle(left)
    made = []
    while left:
        request = ExportTraceServiceRequest()
        for _ in range(min(len(left), random.randint(1, 20))):
            request.MergeFrom(_request(left.pop()))
        made.append(request.SerializeToString())
    return made


def _request(made: Made) -> ExportTraceServiceRequest:
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    process = made.process
    resource = {
        "service.name": process.service.name,
        "service.instance.id": process.instance,
        "host.name": f"host-of-{process.instance}",
    }
    resource_spans.resource.attributes.extend(_pairs(resource))
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = made.scope
    scope_spans.spans.append(made.otlp)
    return request


def _left(made: Made) -> bool:
    ended = made.otlp.end_time_unix_nano - made.process.skew
    died = made.process.died
    return made.otlp.end_time_unix_nano > 0 and (died is None or ended <= died - made.process.unsent)


def _pairs(told: Told) -> list[KeyValue]:
    return [KeyValue(key=key, value=_value(value)) for key, value in told.items() if value is not None]


def _value(value: Value | None) -> AnyValue:
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[AnyValue(string_value=each) for each in value]))
    return AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value or "")
