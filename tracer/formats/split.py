"""Large trace requests cut into smaller ones, so that whatever comes after holds little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tracer.formats.otlp_json import serialize

LARGEST_REQUEST = 4 * 1024 * 1024
"""Bytes; a larger request is split between its spans (a single larger span passes as it is)."""


def split(request: Any, size: int) -> Iterator[bytes]:
    """`request` as it is, or cut between its spans into requests of about LARGEST_REQUEST bytes."""
    if size <= LARGEST_REQUEST:
        if request.resource_spans:
            yield serialize(request)
        return
    part, filled = ExportTraceServiceRequest(), 0
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            target = None
            for span in scope_spans.spans:
                length = span.ByteSize()
                if filled and filled + length > LARGEST_REQUEST:
                    yield serialize(part)
                    part, filled, target = ExportTraceServiceRequest(), 0, None
                if target is None:
                    target = _begin(part, resource_spans, scope_spans)
                    filled += resource_spans.resource.ByteSize() + scope_spans.scope.ByteSize()
                target.spans.append(span)
                filled += length
    if filled:
        yield serialize(part)


def _begin(part: Any, resource_spans: Any, scope_spans: Any) -> Any:
    resource = part.resource_spans.add(resource=resource_spans.resource, schema_url=resource_spans.schema_url)
    return resource.scope_spans.add(scope=scope_spans.scope, schema_url=scope_spans.schema_url)
