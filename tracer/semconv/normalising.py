"""From attributes as they were sent to the messaging columns: the new name wins, else the old; types are mended.

Set-based: no loop over spans or attributes, one pass for each name that occurs.
"""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.captured import ORIGIN, attempts, captured, origin
from tracer.semconv.names import COLUMNS, OF_ANY_SPAN, CastTo, Column, Source
from tracer.semconv.quirks import destination, implied_system, without_quirks
from tracer.semconv.span_names import by_span_name
from tracer.semconv.values import NO_TEXT, Attributes, Occurrences, booleans, each, integers, texts

ARROW_TYPES: dict[CastTo, pa.DataType] = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}

MESSAGING = pa.schema([*((column.name, ARROW_TYPES[column.type]) for column in COLUMNS), *ORIGIN])
"""One column for each normalised messaging attribute (semantic conventions v1.44)."""

JSON_QUOTED = r'^(?:"([^"\\]*)"|\["([^"\\]*)"\])$'

NONE, FIRST = pa.scalar("none"), pa.scalar(1)
NO_NUMBER = pa.scalar(None, pa.int64())


def normalise(attributes: Attributes) -> dict[str, pa.Array]:
    """The columns of MESSAGING and OF_ANY_SPAN by name, each `attributes.spans` long; null where nothing tells it."""
    names = Occurrences(attributes)
    columns = {column.name: _column(column, names) for column in (*COLUMNS, *OF_ANY_SPAN)}
    columns["messaging_system"] = implied_system(columns["messaging_system"], names)
    columns |= without_quirks(columns, attributes.scopes, attributes.versions)
    headers = captured(names)
    told = pc.coalesce(columns["messaging_delivery_attempt"], attempts(headers))
    columns["messaging_delivery_attempt"] = pc.if_else(pc.greater_equal(told, FIRST), told, NO_NUMBER)
    return columns | by_span_name(columns, attributes) | origin(headers)


def _column(column: Column, names: Occurrences) -> pa.Array:
    attributes = names.attributes
    pieces: list[pa.Array] = []
    chosen = np.full(attributes.spans, -1, dtype=np.int64)
    offset = 0
    for source in column.sources:  # the newest is asked first, the older for what is left
        places = names.places(source.name)
        if places is None:
            continue
        if offset:
            places = places[chosen[attributes.owner[places]] < 0]
        values = _values(column, source, attributes, pa.array(places))
        if values.null_count:
            told = np.asarray(values.is_valid())
            places, values = places[told], values.drop_null()
        chosen[attributes.owner[places]] = np.arange(offset, offset + len(places))
        pieces.append(values)
        offset += len(places)
    if not offset:
        return pa.nulls(attributes.spans, ARROW_TYPES[column.type])
    return pa.concat_arrays(pieces).take(pa.array(chosen, mask=chosen < 0))


def _values(column: Column, source: Source, attributes: Attributes, places: pa.Array) -> pa.Array:
    """What `source` says at `places`, cast to the column's type; null where it says nothing usable."""
    if column.type == "integer":
        values = integers(attributes, places)
        return pc.add(values, source.plus) if source.plus else values
    if column.type == "boolean":
        return booleans(attributes, places)
    values = texts(attributes, places)
    if source.pattern:
        values = each(values, partial(_matched, pattern=source.pattern))
    if column.form == "lone":
        values = pc.replace_substring_regex(values, JSON_QUOTED, r"\1\2")
    if column.form == "address":
        values = each(values, destination)
    if column.none_is_missing:
        values = pc.if_else(pc.equal(values, NONE), NO_TEXT, values)
    if column.words:
        values = each(values, partial(_word, column=column))
    return values


def _matched(value: str, pattern: str) -> str | None:
    match = re.search(pattern, value)
    return match["value"] if match else None


def _word(value: str, column: Column) -> str | None:
    return column.words.get(value.strip().lower(), None if column.only_words else value)
