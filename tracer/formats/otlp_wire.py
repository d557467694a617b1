"""OTLP trace requests as Protocol Buffers describe them on the wire, in two shapes built here rather than compiled.

`arrow_handler()` turns requests into Arrow. `ptars` takes no recursive message, so what is nested (lists and maps in a
value) or small and repeated (resources, scopes, attributes of links and span events) is declared as `bytes` there and
read later with `message_class(...)`. Text is declared `bytes` in both: text that is no UTF-8 must not cost a request.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import ptars
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory  # type: ignore[import-untyped]

_Field = descriptor_pb2.FieldDescriptorProto
_BYTES, _UINT32, _INT32 = _Field.TYPE_BYTES, _Field.TYPE_UINT32, _Field.TYPE_INT32
_FIXED32, _FIXED64 = _Field.TYPE_FIXED32, _Field.TYPE_FIXED64
_BOOL, _INT64, _DOUBLE = _Field.TYPE_BOOL, _Field.TYPE_INT64, _Field.TYPE_DOUBLE

# message -> (field, number, type or message name, repeated)
_FLAT: dict[str, tuple[tuple[str, int, Any, bool], ...]] = {
    "Request": (("resource_spans", 1, "ResourceSpans", True),),
    "ResourceSpans": (("resource", 1, _BYTES, False), ("scope_spans", 2, "ScopeSpans", True)),
    "ScopeSpans": (("scope", 1, _BYTES, False), ("spans", 2, "Span", True)),
    "Span": (
        ("trace_id", 1, _BYTES, False),
        ("span_id", 2, _BYTES, False),
        ("trace_state", 3, _BYTES, False),
        ("parent_span_id", 4, _BYTES, False),
        ("name", 5, _BYTES, False),
        ("kind", 6, _INT32, False),
        ("start_time_unix_nano", 7, _FIXED64, False),
        ("end_time_unix_nano", 8, _FIXED64, False),
        ("attributes", 9, "KeyValue", True),
        ("dropped_attributes_count", 10, _UINT32, False),
        ("events", 11, "Event", True),
        ("dropped_events_count", 12, _UINT32, False),
        ("links", 13, "Link", True),
        ("dropped_links_count", 14, _UINT32, False),
        ("status", 15, "Status", False),
        ("flags", 16, _FIXED32, False),
    ),
    "Status": (("message", 2, _BYTES, False), ("code", 3, _INT32, False)),
    "Event": (
        ("time_unix_nano", 1, _FIXED64, False),
        ("name", 2, _BYTES, False),
        ("attributes", 3, _BYTES, True),
        ("dropped_attributes_count", 4, _UINT32, False),
    ),
    "Link": (
        ("trace_id", 1, _BYTES, False),
        ("span_id", 2, _BYTES, False),
        ("trace_state", 3, _BYTES, False),
        ("attributes", 4, _BYTES, True),
        ("dropped_attributes_count", 5, _UINT32, False),
        ("flags", 6, _FIXED32, False),
    ),
    "KeyValue": (("key", 1, _BYTES, False), ("value", 2, "AnyValue", False)),
    "AnyValue": (
        ("string_value", 1, _BYTES, False),
        ("bool_value", 2, _BOOL, False),
        ("int_value", 3, _INT64, False),
        ("double_value", 4, _DOUBLE, False),
        ("array_value", 5, _BYTES, False),
        ("kvlist_value", 6, _BYTES, False),
        ("bytes_value", 7, _BYTES, False),
    ),
}

_NESTED: dict[str, tuple[tuple[str, int, Any, bool], ...]] = {
    "Resource": (("attributes", 1, "KeyValue", True), ("dropped_attributes_count", 2, _UINT32, False)),
    "Scope": (("name", 1, _BYTES, False), ("version", 2, _BYTES, False), ("attributes", 3, "KeyValue", True)),
    "KeyValue": _FLAT["KeyValue"],
    "AnyValue": (
        *_FLAT["AnyValue"][:4],
        ("array_value", 5, "ArrayValue", False),
        ("kvlist_value", 6, "KeyValueList", False),
        ("bytes_value", 7, _BYTES, False),
    ),
    "ArrayValue": (("values", 1, "AnyValue", True),),
    "KeyValueList": (("values", 1, "KeyValue", True),),
}


@cache
def arrow_handler() -> Any:
    """The `ptars` handler whose `list_to_record_batch(requests)` gives one row a request; ValueError for a bad one."""
    request = _descriptors("flat", _FLAT)["Request"]
    return ptars.HandlerPool([request.file]).get_for_message(request)


@cache
def message_class(name: str) -> Any:
    """The class of a nested message: Resource, Scope, KeyValue, AnyValue, ArrayValue or KeyValueList."""
    return message_factory.GetMessageClass(_descriptors("nested", _NESTED)[name])


@cache
def _pool() -> Any:
    return descriptor_pool.DescriptorPool()


def _descriptors(package: str, messages: dict[str, tuple[tuple[str, int, Any, bool], ...]]) -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto3")
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        if name == "AnyValue":
            message.oneof_decl.add(name="value")
        for field_name, number, kind, repeated in fields:
            field = message.field.add(name=field_name, number=number, label=_Field.LABEL_OPTIONAL)
            if repeated:
                field.label = _Field.LABEL_REPEATED
            if isinstance(kind, str):
                field.type, field.type_name = _Field.TYPE_MESSAGE, f".{package}.{kind}"
            else:
                field.type = kind
            if name == "AnyValue":
                field.oneof_index = 0
    _pool().Add(file)
    return {name: _pool().FindMessageTypeByName(f"{package}.{name}") for name in messages}
