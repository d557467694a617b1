"""OTLP attribute values as JSON text, one at a time: the slower path for what columns cannot hold.

Lists become arrays, maps objects; bytes become {"bytesValue": BASE64}; NaN and infinities become text, as in OTLP JSON;
a value that is nested too deeply or broken becomes {"undecodable": BASE64}, so that one value never costs its span.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from tracer.formats.otlp_wire import message_class


def text(value: bytes) -> str:
    """UTF-8, with the replacement character for what is not."""
    return value.decode("utf-8", "replace")


def to_json(value: object) -> str:
    """Compact JSON; never NaN or Infinity, which are no JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def attributes(pairs: Iterable[Any]) -> dict[str, object]:
    """A sequence of KeyValue messages as a dictionary; of a name that occurs twice, the last."""
    return {text(pair.key): value(pair.value) for pair in pairs}


def encoded_attributes(pairs: Iterable[bytes]) -> dict[str, object]:
    """The same from the bytes of KeyValue messages."""
    found: dict[str, object] = {}
    for pair in pairs:
        parsed = parse("KeyValue", pair)
        found |= undecodable(pair) if parsed is None else attributes([parsed])
    return found


def encoded_value(message: str, encoded: bytes) -> object:
    """The value of an ArrayValue or KeyValueList given as bytes."""
    parsed = parse(message, encoded)
    if parsed is None:
        return undecodable(encoded)
    return attributes(parsed.values) if message == "KeyValueList" else [value(item) for item in parsed.values]


def parse(message: str, encoded: bytes) -> Any:
    """The message (see otlp_wire.message_class); None where the bytes are none or nest beyond protobuf's limit."""
    try:
        return message_class(message).FromString(encoded)
    except DecodeError:
        return None


def undecodable(encoded: bytes) -> dict[str, object]:
    """What stands in the place of a message that `parse` could not read."""
    return {"undecodable": base64.b64encode(encoded).decode()}


def raw(value: bytes) -> dict[str, object]:
    """A bytes value."""
    return {"bytesValue": base64.b64encode(value).decode()}


def value(any_value: Any) -> object:
    """An AnyValue message as what JSON can hold; None where nothing is set."""
    kind = any_value.WhichOneof("value")
    return None if kind is None else _READ[kind](getattr(any_value, kind))


def real(number: float) -> float | str:
    """A finite number as it is, else `NaN`, `Infinity` or `-Infinity`."""
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


_READ: Mapping[str, Callable[[Any], object]] = {
    "string_value": text,
    "bool_value": bool,
    "int_value": int,
    "double_value": real,
    "array_value": lambda array: [value(item) for item in array.values],
    "kvlist_value": lambda pairs: attributes(pairs.values),
    "bytes_value": raw,
}
