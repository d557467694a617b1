"""What captured headers say of a message's earlier life: where it was before it was retried or dead-lettered, why, and
how often it was delivered.

Costs nothing where no header of the table was captured; else each distinct value is read once.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.header_values import Reader, readers, values_of
from tracer.semconv.headers import ATTEMPTS, CONVENTIONS, PREFIX, Convention, canonical
from tracer.semconv.values import Attributes, Occurrences, each, spread, whole_numbers

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


def captured(names: Occurrences) -> Captured:
    """The headers of the table that occur among the attributes."""
    attributes, found = names.attributes, dict[str, pa.Array]()
    for key in names:
        known = _READERS.get(canonical(key.removeprefix(PREFIX))) if key.startswith(PREFIX) else None
        places = names.places(key) if known else None
        if known and places is not None:
            for name, read in known.items():
                told = spread(_values(read, attributes, pa.array(places)), attributes.owner[places], attributes.spans)
                found[name] = pc.coalesce(found[name], told) if name in found else told
    return Captured(attributes.spans, found)


def origin(headers: Captured) -> dict[str, pa.Array]:
    """The columns of ORIGIN: all of a row as the first convention tells them that tells the topic. Where none does,
    a group, a message id or an error may be told all the same.
    """
    found = [pa.nulls(headers.spans, field.type) for field in ORIGIN]
    conventions = CONVENTIONS if headers.headers else ()
    told = [columns for convention in conventions if (columns := _told(convention, headers)) is not None]
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


def _values(read: Reader, attributes: Attributes, places: pa.Array) -> pa.Array:
    """The values of one header: plain text, or the JSON of a list. Each distinct value is read once."""
    plain = each(attributes.text.take(places), lambda value: read([value]))
    listed = each(attributes.other.take(places), lambda value: read(values_of(value)))
    return pc.coalesce(plain, listed, attributes.integer.take(places).cast(pa.string()))


_READERS = readers()
