"""The outer framing of an OTLP trace request: is it one, and how many spans does it hold, without decoding a span.

A wire-compatible message whose spans and resources are `bytes` lets protobuf's C parser walk the frame in 40
microseconds for 512 spans. What is wrong inside a span is found when it is decoded on its way into the lake.
"""

from __future__ import annotations

from google.protobuf import (  # type: ignore[import-untyped]
    descriptor_pb2,
    descriptor_pool,
    message,
    message_factory,
)

from tracer.errors import UsageError

_FILE = "event_tracer/framing.proto"
_PACKAGE = "event_tracer.framing"
_BYTES = descriptor_pb2.FieldDescriptorProto.TYPE_BYTES
_MESSAGE = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
_REPEATED = descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED


class Framing:
    """Counts the spans of requests. Thread-safe."""

    def __init__(self) -> None:
        pool = descriptor_pool.DescriptorPool()
        pool.Add(_descriptor())
        self._request = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Request"))

    def count_spans(self, body: bytes) -> int:
        """The number of spans in a protobuf `ExportTraceServiceRequest`. Raises UsageError when it is none."""
        try:
            request = self._request.FromString(body)
        except message.DecodeError as error:
            raise UsageError("not an OTLP trace request", "the protobuf framing is broken") from error
        if body and not request.resource_spans:
            raise UsageError("not an OTLP trace request", f"no resource_spans in {len(body)} bytes")
        return sum(len(scope.spans) for resource in request.resource_spans for scope in resource.scope_spans)


def _descriptor() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(name=_FILE, package=_PACKAGE, syntax="proto3")
    _message(file, "Request", ("resource_spans", 1, "Resource"))
    _message(file, "Resource", ("resource", 1, None), ("scope_spans", 2, "Scope"))
    _message(file, "Scope", ("scope", 1, None), ("spans", 2, None))
    return file


def _message(file: descriptor_pb2.FileDescriptorProto, name: str, *fields: tuple[str, int, str | None]) -> None:
    made = file.message_type.add(name=name)
    for field, number, of in fields:
        if of is None:
            made.field.add(name=field, number=number, type=_BYTES, label=_REPEATED)
        else:
            type_name = f".{_PACKAGE}.{of}"
            made.field.add(name=field, number=number, type=_MESSAGE, type_name=type_name, label=_REPEATED)
