"""What captured headers say of a message's earlier life: where it was before it was retried or dead-lettered, why, and
how often it was delivered.

Costs nothing where no header of the table was captured; else each distinct value is read once.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.headers import ATTEMPTS, BINARY, CONVENTIONS, LAST_SEGMENT, PREFIX, Convention, canonical
from tracer.semconv.values import Attributes, each, spread, whole_numbers

ORIGIN = pa.schema(
    [
        ("messaging_origin_topic", pa.string()),
        ("messaging_origin_partition", pa.string()),
        ("messaging_origin_offset", pa.int64()),
        ("messaging_origin_consumer_group", pa.string()),
        ("messaging_origin_message_id", pa.string()),
        ("messaging_origin_error", pa.string()),
    ]
)
"""Where a retried or dead-lettered message came from. All of a row are told by one convention."""

FIELDS = ("topic", "partition", "offset", "group", "message_id")


@dataclass(frozen=True, slots=True)
class Captured:
    """The known headers that were captured, by canonical name: one text for each of `spans` spans, or null."""

    spans: int
    headers: dict[str, pa.Array]

    def get(self, name: str | None) -> pa.Array | None:
        """The values of a header; None when it occurs nowhere."""
        return self.headers.get(canonical(name)) if name else None


def captured(attributes: Attributes) -> Captured:
    """The headers of the table that occur among the attributes."""
    found: dict[str, pa.Array] = {}
    codes = np.asarray(attributes.keys.indices)
    for code, key in enumerate(attributes.keys.dictionary.to_pylist()):
        name = canonical(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else None
        if name in _KNOWN:
            places = np.flatnonzero(codes == code)
            values = _decoded(name, attributes, pa.array(places))
            told = spread(values, attributes.owner[places], attributes.spans)
            found[name] = pc.coalesce(found[name], told) if name in found else told
    return Captured(attributes.spans, found)


def origin(headers: Captured) -> dict[str, pa.Array]:
    """The columns of ORIGIN: all of a row as the first convention tells them that tells the topic. Where none does,
    a group, a message id or an error may be told all the same.
    """
    found = [pa.nulls(headers.spans, field.type) for field in ORIGIN]
    told = [columns for convention in CONVENTIONS if (columns := _told(convention, headers)) is not None]
    for columns in told:
        takes = pc.and_(pc.is_null(found[0]), pc.is_valid(columns[0]))
        found = [pc.if_else(takes, new, old) for new, old in zip(columns, found, strict=True)]
    nowhere = pc.is_null(found[0])
    for columns in told:
        found[3:] = [
            pc.if_else(nowhere, pc.coalesce(old, new), old) for old, new in zip(found[3:], columns[3:], strict=True)
        ]
    return dict(zip(ORIGIN.names, found, strict=True))


def attempts(headers: Captured) -> pa.Array:
    """The number of this delivery as headers tell it, from 1."""
    found = pa.nulls(headers.spans, pa.int64())
    for name, plus in ATTEMPTS.items():
        values = headers.get(name)
        if values is not None:
            found = pc.coalesce(found, pc.add(whole_numbers(values), plus))
    return found


def _told(convention: Convention, headers: Captured) -> list[pa.Array] | None:
    """The columns of ORIGIN as one convention tells them; None where none of its headers occurs."""
    columns = [headers.get(getattr(convention, name)) for name in FIELDS]
    error = _error(convention, headers)
    if error is None and all(column is None for column in columns):
        return None
    nothing = pa.nulls(headers.spans, pa.string())
    columns = [nothing if column is None else column for column in (*columns, error)]
    columns[2] = whole_numbers(columns[2])
    return columns


def _error(convention: Convention, headers: Captured) -> pa.Array | None:
    """`CLASS: message`, or the one of them that is told."""
    classes = [values for name in convention.error if (values := headers.get(name)) is not None]
    message = headers.get(convention.error_message)
    kind = pc.coalesce(*classes) if classes else None
    if kind is None or message is None:
        return message if kind is None else kind
    return pc.coalesce(pc.binary_join_element_wise(kind, message, ": "), kind, message)


def _decoded(name: str, attributes: Attributes, places: pa.Array) -> pa.Array:
    """The values of one header: plain text, or the JSON of a list. Each distinct value is read once."""
    plain = each(attributes.text.take(places), partial(_text, name, is_json=False))
    listed = each(attributes.other.take(places), partial(_text, name, is_json=True))
    return pc.coalesce(plain, listed, attributes.integer.take(places).cast(pa.string()))


def _text(name: str, value: str, *, is_json: bool) -> str | None:
    """One captured value as text, numbers in decimal; null where it is empty or not to be read."""
    last = _last(json.loads(value)) if is_json else value
    if not last:
        return None
    if name in _BINARY:
        return _number(last)
    text = last.decode("utf-8", "replace") if isinstance(last, bytes) else last
    separator = _LAST_SEGMENT.get(name)
    return text.rsplit(separator, 1)[-1] if separator else text


def _last(value: object) -> str | bytes | None:
    """The last of a list: each library appends, so it is what the last one wrote."""
    if isinstance(value, list):
        return _last(value[-1]) if value else None
    if isinstance(value, dict):
        try:
            return base64.b64decode(str(value.get("bytesValue", "")))
        except ValueError:
            return None
    return None if value is None else str(value)


def _number(value: str | bytes) -> str | None:
    """An integer in decimal text, or its big-endian bytes; also those read as UTF-8, which is what Java does. Bytes
    that are no UTF-8 were lost by that, and nothing is known then.
    """
    if isinstance(value, str):
        if value.strip().isdecimal():
            return value.strip()
        if "\N{REPLACEMENT CHARACTER}" in value:
            return None
        value = value.encode()
    number = int.from_bytes(value, signed=True) if len(value) in (1, 4, 8) else -1
    return str(number) if number >= 0 else None


_NAMES = (
    [getattr(convention, field) for convention in CONVENTIONS for field in FIELDS]
    + [name for convention in CONVENTIONS for name in (*convention.error, convention.error_message)]
    + list(ATTEMPTS)
)
_KNOWN = frozenset(canonical(name) for name in _NAMES if name)
_BINARY = frozenset(map(canonical, BINARY))
_LAST_SEGMENT = {canonical(name): separator for name, separator in LAST_SEGMENT.items()}
