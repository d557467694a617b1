"""From attributes as they were sent to the messaging columns: the new name wins, else the old; types are mended.

Set-based: no loop over spans or attributes, one pass for each name that occurs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.captured import ORIGIN, attempts, captured, origin
from tracer.semconv.names import COLUMNS, IMPLIED_SYSTEMS, THREAD, CastTo, Column, Source
from tracer.semconv.values import NO_TEXT, WHOLE_NUMBER, Attributes, booleans, integers, texts

ARROW_TYPES: dict[CastTo, pa.DataType] = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}

MESSAGING = pa.schema([*((column.name, ARROW_TYPES[column.type]) for column in COLUMNS), *ORIGIN])
"""One column for each normalised messaging attribute (semantic conventions v1.44)."""

JSON_QUOTED = r'^(?:"([^"\\]*)"|\["([^"\\]*)"\])$'

NONE, FIRST = pa.scalar("none"), pa.scalar(1)
NO_NUMBER = pa.scalar(None, pa.int64())


def normalise(attributes: Attributes) -> dict[str, pa.Array]:
    """The columns of MESSAGING and `thread` by name, each `attributes.spans` long; null where no attribute tells it."""
    codes = np.asarray(attributes.keys.indices)
    code_of = {name: code for code, name in enumerate(attributes.keys.dictionary.to_pylist())}
    columns = {column.name: _column(column, attributes, codes, code_of) for column in (*COLUMNS, THREAD)}
    columns["messaging_kafka_offset"] = _offset_from_message_id(columns, attributes.scopes)
    columns["messaging_system"] = _implied_system(columns)
    headers = captured(attributes)
    told = pc.coalesce(columns["messaging_delivery_attempt"], attempts(headers))
    columns["messaging_delivery_attempt"] = pc.if_else(pc.greater_equal(told, FIRST), told, NO_NUMBER)
    return columns | origin(headers)


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
    if column.json_list and pc.any(pc.match_substring_regex(values, JSON_QUOTED)).as_py():
        values = pc.replace_substring_regex(values, JSON_QUOTED, r"\1\2")
    if column.none_is_missing:
        values = pc.if_else(pc.equal(values, NONE), NO_TEXT, values)
    if column.words:
        values = _in_words(values, column)
    return values


def _in_words(values: pa.Array, column: Column) -> pa.Array:
    """Each distinct value looked up in the column's vocabulary."""
    encoded = values.dictionary_encode()
    words = [_word(value, column) for value in encoded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(encoded.indices)


def _word(value: str, column: Column) -> str | None:
    return column.words.get(value.strip().lower(), None if column.only_words else value)


def _offset_from_message_id(columns: dict[str, pa.Array], scopes: pa.Array) -> pa.Array:
    """Some tell the offset only inside the message id: Python's confluent and aiokafka as `topic.partition.offset`,
    otelsarama (Go) as the bare number.
    """
    offset, message_id = columns["messaging_kafka_offset"], columns["messaging_message_id"]
    topic, partition = columns["messaging_destination_name"], columns["messaging_destination_partition_id"]
    candidates = pc.and_(pc.is_null(offset), pc.is_valid(message_id))
    if not pc.any(candidates).as_py():
        return offset
    parts = pc.extract_regex(message_id, r"^(?P<prefix>.+\.[0-9]+)\.(?P<offset>[0-9]{1,18})$")
    coordinates = pc.binary_join_element_wise(topic, partition, ".")
    same = pc.equal(pc.struct_field(parts, "prefix"), coordinates)
    last = pc.if_else(pc.and_(candidates, same), pc.struct_field(parts, "offset"), NO_TEXT)
    bare = pc.and_(pc.match_substring(scopes, "otelsarama"), pc.match_substring_regex(message_id, WHOLE_NUMBER))
    whole = pc.if_else(pc.and_(candidates, bare), pc.utf8_trim_whitespace(message_id), NO_TEXT)
    return pc.coalesce(offset, pc.coalesce(last, whole).cast(pa.int64()))


def _implied_system(columns: dict[str, pa.Array]) -> pa.Array:
    system = columns["messaging_system"]
    for name, witnesses in IMPLIED_SYSTEMS.items():
        for witness in _present(columns, witnesses):
            system = pc.if_else(pc.and_(pc.is_null(system), pc.is_valid(witness)), pa.scalar(name), system)
    return system


def _present(columns: dict[str, pa.Array], names: tuple[str, ...]) -> Iterator[pa.Array]:
    return (columns[name] for name in names if columns[name].null_count < len(columns[name]))
