"""Small hand-made stories as OTLP requests: services that send, receive and handle, with only what a test needs told.

Times are milliseconds since the story began. Attributes have the names of the semantic conventions v1.44.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span as OtlpSpan

from tests.flows.stores import fill, graph_of
from tracer.flows.model import Edge, Event, Graph, Processing
from tracer.formats.otlp_protobuf import decode

BEGAN_NS = 1_790_000_000_000_000_000
MS = 1_000_000

Value = str | int | list[str] | None


@dataclass(frozen=True)
class Span:
    """A span of the story; `parent` and links refer to it whether it is exported or lost."""

    service: str
    trace_id: str
    span_id: str
    otlp: OtlpSpan = field(compare=False, repr=False)
    instance: str = ""
    scope: str | None = None
    resource: dict[str, Value] = field(default_factory=dict, compare=False)

    @property
    def event_id(self) -> str:
        """The id of the event that this send span stands for, while no span tells its coordinates."""
        return f"span://{self.trace_id}/{self.span_id}"


Link = Span | tuple[Span, dict[str, Value]]


class Story:
    """Collects spans and makes requests of them, one a span."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._spans: list[Span] = []

    def span(
        self,
        name: str,
        service: str,
        at: tuple[int, int],
        *,
        kind: str = "INTERNAL",
        parent: Span | None = None,
        links: Iterable[Link] = (),
        error: str | None = None,
        remote: bool | None = None,
        instance: str | None = None,
        lost: bool = False,
        attributes: dict[str, Value] | None = None,
        scope: str | None = None,
        resource: dict[str, Value] | None = None,
    ) -> Span:
        """Any span. `error` makes it fail with an exception of that type, `lost` keeps it out of the requests. `scope`
        is the instrumentation's; `resource` is told beside the service and the instance.
        """
        otlp = OtlpSpan(
            trace_id=bytes.fromhex(parent.trace_id) if parent else self._random.randbytes(16),
            span_id=self._random.randbytes(8),
            name=name,
            kind=OtlpSpan.SpanKind.Value(f"SPAN_KIND_{kind}"),
            start_time_unix_nano=BEGAN_NS + at[0] * MS,
            end_time_unix_nano=BEGAN_NS + at[1] * MS,
            attributes=_pairs(attributes or {}),
        )
        if parent:
            far = parent.service != service if remote is None else remote
            otlp.parent_span_id = bytes.fromhex(parent.span_id)
            otlp.flags = 0x300 if far else 0x100
        for link in links:
            target, told = link if isinstance(link, tuple) else (link, {})
            otlp.links.add(
                trace_id=bytes.fromhex(target.trace_id), span_id=bytes.fromhex(target.span_id), attributes=_pairs(told)
            )
        if error:
            otlp.status.code = otlp.status.STATUS_CODE_ERROR
            told = {"exception.type": error, "exception.message": f"{error} happened"}
            otlp.events.add(name="exception", time_unix_nano=otlp.end_time_unix_nano, attributes=_pairs(told))
        where = instance or f"{service}-1"
        made = Span(service, otlp.trace_id.hex(), otlp.span_id.hex(), otlp, where, scope, resource or {})
        if not lost:
            self._spans.append(made)
        return made

    def send(
        self, topic: str, service: str, at: int, *, took: int = 2, parent: Span | None = None, **more: Any
    ) -> Span:
        """A send span. `partition`, `offset`, `key`, `batch`, `message_id`, `cluster` are told when given."""
        return self._messaging("send", "PRODUCER", topic, service, at=(at, at + took), parent=parent, more=more)

    def receive(self, topic: str, service: str, at: int, *, parent: Span | None = None, **more: Any) -> Span:
        """A receive span of 1 ms that ends before the handler runs. `group` is told when given."""
        return self._messaging("receive", "CONSUMER", topic, service, at=(at, at + 1), parent=parent, more=more)

    def process(
        self, topic: str, service: str, at: tuple[int, int], *, parent: Span | None = None, **more: object
    ) -> Span:
        """A process span, current while the handler runs."""
        return self._messaging("process", "CONSUMER", topic, service, at=at, parent=parent, more=more)

    @property
    def spans(self) -> Sequence[Span]:
        """The spans that are exported, in the order in which they were made."""
        return self._spans

    def requests(self, order: Sequence[int] | None = None) -> list[bytes]:
        """One serialized request for each exported span, in the order of `order` (indices)."""
        chosen = [self._spans[index] for index in order] if order is not None else self._spans
        return [_request(span) for span in chosen]

    def graph(self) -> Graph:
        """The graph of the story's spans, without a store: the rules are pure over a relation of spans."""
        return graph_of(decode(self.requests(), [1] * len(self._spans)).spans)

    def store(self, path: Path) -> Path:
        """A store at `path` that holds the story."""
        return fill(path, [self.requests()])

    def _messaging(
        self,
        operation: str,
        kind: str,
        topic: str,
        service: str,
        *,
        at: tuple[int, int],
        parent: Span | None,
        more: dict[str, Any],
    ) -> Span:
        attributes: dict[str, Value] = {
            "messaging.system": more.pop("system", "kafka"),
            "messaging.operation.type": operation,
            "messaging.operation.name": operation,
            "messaging.destination.name": topic,
            "messaging.destination.partition.id": _text(more.pop("partition", None)),
            "messaging.kafka.offset": more.pop("offset", None),
            "messaging.kafka.message.key": more.pop("key", None),
            "messaging.consumer.group.name": more.pop("group", None),
            "messaging.batch.message_count": more.pop("batch", None),
            "messaging.message.id": more.pop("message_id", None),
            "messaging.kafka.cluster.id": more.pop("cluster", None),
        }
        for name, value in more.pop("headers", {}).items():
            attributes[f"messaging.header.{name}"] = [value]
        attributes |= more.pop("attributes", {})
        kind = str(more.pop("kind", kind))
        return self.span(f"{operation} {topic}", service, at, kind=kind, parent=parent, attributes=attributes, **more)


def event(graph: Graph, **wanted: object) -> Event:
    """The one event with these values."""
    return _one(graph.events, wanted)


def processing(graph: Graph, **wanted: object) -> Processing:
    """The one processing with these values."""
    return _one(graph.processings, wanted)


def edge(graph: Graph, **wanted: object) -> Edge:
    """The one edge with these values."""
    return _one(graph.edges, wanted)


def _one(things: Iterable, wanted: dict[str, object]):  # type: ignore[no-untyped-def, type-arg]
    things = tuple(things)
    found = [thing for thing in things if all(getattr(thing, name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} with {wanted} among {things}"
    return found[0]


def _request(span: Span) -> bytes:
    request = ExportTraceServiceRequest()
    resource_spans = request.resource_spans.add()
    told = {"service.name": span.service, "service.instance.id": span.instance, **span.resource}
    resource_spans.resource.attributes.extend(_pairs(told))
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = span.scope or ""
    scope_spans.spans.append(span.otlp)
    return request.SerializeToString()


def _pairs(attributes: dict[str, Value]) -> list[KeyValue]:
    return [KeyValue(key=key, value=_value(value)) for key, value in attributes.items() if value is not None]


def _value(value: Value) -> AnyValue:
    if isinstance(value, list):
        return AnyValue(array_value=ArrayValue(values=[_value(one) for one in value]))
    return AnyValue(int_value=value) if isinstance(value, int) else AnyValue(string_value=value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
