"""From attributes as they were sent to the messaging columns: the new name wins, else the old; types are mended.

Set-based: no loop over spans or attributes, one pass for each name that occurs.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.captured import ORIGIN, attempts, captured, origin
from tracer.semconv.names import COLUMNS, OF_ANY_SPAN, CastTo, Column, Source
from tracer.semconv.quirks import destination, implied_system, without_quirks
from tracer.semconv.span_names import by_span_name
from tracer.semconv.values import NO_TEXT, Attributes, booleans, each, integers, texts

ARROW_TYPES: dict[CastTo, pa.DataType] = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}

MESSAGING = pa.schema([*((column.name, ARROW_TYPES[column.type]) for column in COLUMNS), *ORIGIN])
"""One column for each normalised messaging attribute (semantic conventions v1.44)."""

JSON_QUOTED = r'^(?:"([^"\\]*)"|\["([^"\\]*)"\])$'

NONE, FIRST = pa.scalar("none"), pa.scalar(1)
NO_NUMBER = pa.scalar(None, pa.int64())


def normalise(attributes: Attributes) -> dict[str, pa.Array]:
    """The columns of MESSAGING and OF_ANY_SPAN by name, each `attributes.spans` long; null where nothing tells it."""
    codes = np.asarray(attributes.keys.indices)
    code_of = {name: code for code, name in enumerate(attributes.keys.dictionary.to_pylist())}
    columns = {column.name: _column(column, attributes, codes, code_of) for column in (*COLUMNS, *OF_ANY_SPAN)}
    columns["messaging_system"] = implied_system(columns["messaging_system"], attributes, codes, code_of)
    columns |= without_quirks(columns, attributes.scopes)
    headers = captured(attributes, codes, code_of)
    told = pc.coalesce(columns["messaging_delivery_attempt"], attempts(headers))
    columns["messaging_delivery_attempt"] = pc.if_else(pc.greater_equal(told, FIRST), told, NO_NUMBER)
    return columns | by_span_name(columns, attributes) | origin(headers)


def _column(column: Column, attributes: Attributes, codes: npt.NDArray[np.int32], code_of: dict[str, int]) -> pa.Array:
    pieces: list[pa.Array] = []
    chosen = np.full(attributes.spans, -1, dtype=np.int64)
    offset = 0
    for source in reversed(column.sources):  # the newest is written last, over the older
        code = code_of.get(source.name)
        if code is None:
            continue
        places = np.flatnonzero(codes == code)
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
        values = pc.struct_field(pc.extract_regex(values, source.pattern), "value")
    if column.form == "lone":
        values = pc.replace_substring_regex(values, JSON_QUOTED, r"\1\2")
    if column.form == "address":
        values = each(values, destination)
    if column.none_is_missing:
        values = pc.if_else(pc.equal(values, NONE), NO_TEXT, values)
    if column.words:
        values = each(values, partial(_word, column=column))
    return values


def _word(value: str, column: Column) -> str | None:
    return column.words.get(value.strip().lower(), None if column.only_words else value)
