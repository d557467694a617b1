"""OTLP/JSON to OTLP protobuf, by the protobuf JSON mapping with OTLP's exceptions (ids are hex, enums are numbers).

Liberal in what it takes, because files come from everywhere: lowerCamelCase and snake_case keys, 64-bit integers as
text or numbers, enums by name, ids in base64 or with `0x`, 64-bit trace ids, and the names of older versions of the
protocol (`batches`, `instrumentationLibrarySpans`). Fields that OTLP does not know are ignored.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf.message import DecodeError, EncodeError, Message  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

Setter = Callable[[Any, Any], None]
Fields = Mapping[str, Setter]

_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_OTHER_SIGNALS = frozenset(
    ("resourceMetrics", "resource_metrics", "resourceLogs", "resource_logs", "resourceProfiles", "resource_profiles")
)


def to_protobuf(body: bytes) -> bytes:
    """The serialized protobuf request that an OTLP/JSON trace request stands for. ValueError says why it is none."""
    return serialize(to_request(parse(body)))


def serialize(request: Any) -> bytes:
    """The bytes of a message, checked: protobuf writes what is nested more than 100 deep but refuses to read it."""
    try:
        serialized: bytes = request.SerializeToString()
        type(request).FromString(serialized)
    except (EncodeError, DecodeError) as error:
        raise ValueError("an attribute is nested too deeply for OTLP protobuf") from error
    return serialized


def parse(body: bytes) -> object:
    """The JSON value of `body`; text that is no valid Unicode (half of a surrogate pair) is replaced, not refused."""
    try:
        document = json.loads(body)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at line {error.lineno} column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"not JSON: byte {error.start} is not UTF-8") from error
    except RecursionError as error:
        raise ValueError("not OTLP JSON: nested too deeply") from error
    return _replace_surrogates(document) if _LONE_SURROGATE.search(body) else document


def to_request(document: object) -> Any:
    """The ExportTraceServiceRequest for a parsed OTLP/JSON object; empty when it holds other signals than traces."""
    if not isinstance(document, dict):
        raise ValueError("not OTLP JSON: an object with resourceSpans was expected")
    if document and not any(key in _REQUEST or key in _OTHER_SIGNALS for key in document):
        raise ValueError("not OTLP JSON: no resourceSpans in it")
    request = ExportTraceServiceRequest()
    try:
        _fill(request, document, _REQUEST)
    except RecursionError as error:
        raise ValueError("not OTLP JSON: nested too deeply") from error
    return request


def _fill(message: Message, document: object, fields: Fields) -> None:
    if not isinstance(document, dict):
        raise ValueError(f"{_name(message)} is {_shown(document)}, an object was expected")
    for key, value in document.items():
        setter = fields.get(key)
        if setter is not None and value is not None:
            setter(message, value)


# How one field is set, by its kind.


def _scalar(name: str, read: Callable[[str, Any], Any]) -> Setter:
    def put(message: Any, value: Any) -> None:
        try:
            setattr(message, name, read(name, value))
        except (TypeError, OverflowError) as error:
            raise ValueError(f"{name} is {_shown(value)}: {error}") from error

    return put


def _one(name: str, fields: Fields) -> Setter:
    def put(message: Any, value: Any) -> None:
        child = getattr(message, name)
        child.SetInParent()
        _fill(child, value, fields)

    return put


def _many(name: str, fields: Fields) -> Setter:
    def put(message: Any, value: Any) -> None:
        children = getattr(message, name)
        for item in _list(name, value):
            _fill(children.add(), item, fields)

    return put


def _texts(name: str) -> Setter:
    def put(message: Any, value: Any) -> None:
        getattr(message, name).extend(_text(name, item) for item in _list(name, value))

    return put


def _attributes(message: Any, value: Any) -> None:
    add = message.attributes.add
    for item in _list("attributes", value):
        _key_value(add(), item)


def _key_value(message: Any, item: Any) -> None:
    if not isinstance(item, dict):
        raise ValueError(f"an attribute is {_shown(item)}, an object with key and value was expected")
    message.key = _text("key", item.get("key", ""))
    value = item.get("value")
    if value is not None:
        _fill(message.value, value, _ANY_VALUE)
        message.value.SetInParent()


def _array(message: Any, value: Any) -> None:
    message.array_value.SetInParent()
    for item in _values("arrayValue", value):
        child = message.array_value.values.add()
        if item is not None:
            _fill(child, item, _ANY_VALUE)


def _kvlist(message: Any, value: Any) -> None:
    message.kvlist_value.SetInParent()
    for item in _values("kvlistValue", value):
        _key_value(message.kvlist_value.values.add(), item)


def _values(name: str, value: Any) -> list[Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is {_shown(value)}, an object with values was expected")
    return _list(name, value.get("values") or [])


# How one scalar is read.


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is {_shown(value)}, text was expected")
    return value


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{name} is {_shown(value)}, true or false was expected")
    return value


def _integer(name: str, value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is float and value.is_integer():
        return int(value)
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise ValueError(f"{name} is {_shown(value)}, an integer was expected")


def _real(name: str, value: Any) -> float:
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            return float(value)  # takes "NaN", "Infinity" and "-Infinity" as the JSON mapping writes them
        except ValueError:
            pass
    raise ValueError(f"{name} is {_shown(value)}, a number was expected")


def _base64(name: str, value: Any) -> bytes:
    text = _text(name, value).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name} is {_shown(value)}, base64 was expected") from error


def _identifier(name: str, value: Any) -> bytes:
    """Bytes of an id. One of the wrong length is passed on: the decoder rejects that span alone."""
    text = _text(name, value)
    if text.endswith("="):  # 16 and 8 bytes in base64 always end so, and hex never does
        return _base64(name, text)
    digits = text[2:] if text[:2] in {"0x", "0X"} else text
    try:
        return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)
    except ValueError as error:
        raise ValueError(f"{name} is {_shown(value)}, hex digits were expected") from error


def _trace_id(name: str, value: Any) -> bytes:
    raw = _identifier(name, value)
    return bytes(8) + raw if len(raw) == 8 else raw


def _enum(kind: Any, prefix: str) -> Callable[[str, Any], int]:
    numbers = dict(kind.items())

    def read(name: str, value: Any) -> int:
        if isinstance(value, str) and not value.lstrip("-").isdigit():
            word = value.upper()
            number = numbers.get(word, numbers.get(prefix + word))
            if number is None:
                raise ValueError(f"{name} is {_shown(value)}, a number or one of {', '.join(numbers)} was expected")
            return int(number)
        return _integer(name, value)

    return read


def _list(name: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"{name} is {_shown(value)}, a list was expected")
    return value


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:37] + "..."


def _name(message: Message) -> str:
    name: str = message.DESCRIPTOR.name
    return name[0].lower() + name[1:]


def _replace_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_replace_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_replace_surrogates(key): _replace_surrogates(item) for key, item in value.items()}
    return value


# The messages: JSON key -> how it is set. Snake case is the protobuf field's own name.


def _message(**fields: Setter) -> Fields:
    """Both spellings of each field."""
    return {spelling: setter for name, setter in fields.items() for spelling in (name, _camel(name))}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)


_ANY_VALUE = _message(
    string_value=_scalar("string_value", _text),
    int_value=_scalar("int_value", _integer),
    bool_value=_scalar("bool_value", _boolean),
    double_value=_scalar("double_value", _real),
    bytes_value=_scalar("bytes_value", _base64),
    array_value=_array,
    kvlist_value=_kvlist,
)
_DROPPED = _scalar("dropped_attributes_count", _integer)
_EVENT = _message(
    time_unix_nano=_scalar("time_unix_nano", _integer),
    name=_scalar("name", _text),
    attributes=_attributes,
    dropped_attributes_count=_DROPPED,
)
_LINK = _message(
    trace_id=_scalar("trace_id", _trace_id),
    span_id=_scalar("span_id", _identifier),
    trace_state=_scalar("trace_state", _text),
    flags=_scalar("flags", _integer),
    attributes=_attributes,
    dropped_attributes_count=_DROPPED,
)
_STATUS = _message(
    code=_scalar("code", _enum(Status.StatusCode, "STATUS_CODE_")),
    message=_scalar("message", _text),
)
_SPAN = _message(
    trace_id=_scalar("trace_id", _trace_id),
    span_id=_scalar("span_id", _identifier),
    parent_span_id=_scalar("parent_span_id", _identifier),
    trace_state=_scalar("trace_state", _text),
    flags=_scalar("flags", _integer),
    name=_scalar("name", _text),
    kind=_scalar("kind", _enum(Span.SpanKind, "SPAN_KIND_")),
    start_time_unix_nano=_scalar("start_time_unix_nano", _integer),
    end_time_unix_nano=_scalar("end_time_unix_nano", _integer),
    attributes=_attributes,
    dropped_attributes_count=_DROPPED,
    events=_many("events", _EVENT),
    dropped_events_count=_scalar("dropped_events_count", _integer),
    links=_many("links", _LINK),
    dropped_links_count=_scalar("dropped_links_count", _integer),
    status=_one("status", _STATUS),
)
_SCOPE = _message(
    name=_scalar("name", _text),
    version=_scalar("version", _text),
    attributes=_attributes,
    dropped_attributes_count=_DROPPED,
)
_SCOPE_SPANS = _message(
    scope=_one("scope", _SCOPE),
    instrumentation_library=_one("scope", _SCOPE),
    spans=_many("spans", _SPAN),
    schema_url=_scalar("schema_url", _text),
)
_ENTITY = _message(
    schema_url=_scalar("schema_url", _text),
    type=_scalar("type", _text),
    id_keys=_texts("id_keys"),
    description_keys=_texts("description_keys"),
)
_RESOURCE = _message(
    attributes=_attributes,
    dropped_attributes_count=_DROPPED,
    entity_refs=_many("entity_refs", _ENTITY),
)
_RESOURCE_SPANS = _message(
    resource=_one("resource", _RESOURCE),
    scope_spans=_many("scope_spans", _SCOPE_SPANS),
    instrumentation_library_spans=_many("scope_spans", _SCOPE_SPANS),
    schema_url=_scalar("schema_url", _text),
)
_REQUEST = _message(
    resource_spans=_many("resource_spans", _RESOURCE_SPANS),
    batches=_many("resource_spans", _RESOURCE_SPANS),
)
