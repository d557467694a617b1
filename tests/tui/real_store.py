"""A real store for the explorer: OTLP requests as services send them, through the real decoder and writer."""

from __future__ import annotations

import time
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, Status

from tracer.flows.upkeep import Upkeep
from tracer.formats.otlp_protobuf import decode
from tracer.store import LakeWriter, Position

START = 1_780_000_000_000_000_000
MS = 1_000_000


def write_orders(store: Path, numbers: range, failing: int | None = None) -> None:
    """`orders` sent by `shop`, handled by the group `billing`; one of them in vain."""
    request = ExportTraceServiceRequest()
    sent, handled = _service(request, "shop"), _service(request, "billing")
    for number in numbers:
        sent.append(_span(number, "send", number, START + number * 10 * MS))
        handled.append(_span(number, "process", number + 500_000, START + number * 10 * MS + 3 * MS))
        if number == failing:
            _fail(handled[-1])
    writer = LakeWriter(store)
    try:
        spans = decode([request.SerializeToString()], [time.time_ns()]).spans
        writer.write(spans, position=Position(1, numbers.stop), digests=[])
        Upkeep(writer).step()
    finally:
        writer.close()


def _service(request: ExportTraceServiceRequest, name: str) -> list[Span]:
    resource = ResourceSpans()
    resource.resource.attributes.append(_text("service.name", name))
    resource.scope_spans.add()
    request.resource_spans.append(resource)
    return request.resource_spans[-1].scope_spans[0].spans  # type: ignore[return-value]


def _span(number: int, operation: str, span_id: int, start: int) -> Span:
    sends = operation == "send"
    span = Span(
        trace_id=(number + 1).to_bytes(16, "big"),
        span_id=(span_id + 1).to_bytes(8, "big"),
        parent_span_id=b"" if sends else (number + 1).to_bytes(8, "big"),
        name=f"{operation} orders",
        kind=Span.SPAN_KIND_PRODUCER if sends else Span.SPAN_KIND_CONSUMER,
        start_time_unix_nano=start,
        end_time_unix_nano=start + 2 * MS,
    )
    texts = {
        "messaging.system": "kafka",
        "messaging.operation.type": operation,
        "messaging.destination.name": "orders",
        "messaging.destination.partition.id": "0",
        "messaging.kafka.message.key": f"order-{number}",
    }
    if not sends:
        texts["messaging.consumer.group.name"] = "billing"
    span.attributes.extend(_text(name, value) for name, value in texts.items())
    span.attributes.append(KeyValue(key="messaging.kafka.offset", value=AnyValue(int_value=number)))
    return span


def _fail(span: Span) -> None:
    span.status.code = Status.STATUS_CODE_ERROR
    span.attributes.append(_text("error.type", "KeyError"))
    event = span.events.add(name="exception", time_unix_nano=span.end_time_unix_nano)
    event.attributes.append(_text("exception.type", "KeyError"))
    event.attributes.append(_text("exception.message", "'total'"))
    event.attributes.append(_text("exception.stacktrace", "Traceback (most recent call last):\nKeyError: 'total'"))


def _text(name: str, value: str) -> KeyValue:
    return KeyValue(key=name, value=AnyValue(string_value=value))
