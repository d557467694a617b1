"""From attributes as they were sent to the messaging columns: the new name wins, else the old; types are mended.

Set-based: no loop over spans or attributes, one pass for each name that occurs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.names import COLUMNS, IMPLIED_SYSTEMS, CastTo, Column, Source

ARROW_TYPES: dict[CastTo, pa.DataType] = {"text": pa.string(), "integer": pa.int64(), "boolean": pa.bool_()}

MESSAGING = pa.schema([(column.name, ARROW_TYPES[column.type]) for column in COLUMNS])
"""One column for each normalised messaging attribute (semantic conventions v1.44)."""

JSON_QUOTED = r'^(?:"([^"\\]*)"|\["([^"\\]*)"\])$'
WHOLE_NUMBER = r"^\s*-?[0-9]{1,18}\s*$"

# Made once: Arrow looks for pandas whenever it makes a scalar, which takes longer than most of what is done here.
NO_TEXT, NONE, TRUE = pa.scalar(None, pa.string()), pa.scalar("none"), pa.scalar("true")
NO_REAL, EXACT = pa.scalar(None, pa.float64()), pa.scalar(2.0**53)
NO_BOOLEAN = pa.scalar(None, pa.bool_())


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of `spans` spans, flat: entry i belongs to span `owner[i]` (ascending) and has the name
    `keys[i]` (dictionary-encoded text). Of `text`, `integer`, `real`, `boolean` and `other` (the JSON of a list, map or
    bytes value) at most one is not null at i. `scopes` are the names of the instrumentation scopes, one a span.
    """

    spans: int
    owner: npt.NDArray[np.int64]
    keys: pa.DictionaryArray
    text: pa.Array
    integer: pa.Array
    real: pa.Array
    boolean: pa.Array
    other: pa.Array
    scopes: pa.Array


def normalise(attributes: Attributes) -> dict[str, pa.Array]:
    """The columns of MESSAGING by name, each `attributes.spans` long; null where no attribute tells the value."""
    codes = np.asarray(attributes.keys.indices)
    code_of = {name: code for code, name in enumerate(attributes.keys.dictionary.to_pylist())}
    columns = {column.name: _column(column, attributes, codes, code_of) for column in COLUMNS}
    columns["messaging_kafka_offset"] = _offset_from_message_id(columns, attributes.scopes)
    columns["messaging_system"] = _implied_system(columns)
    return columns


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
        return _integers(attributes, places)
    if column.type == "boolean":
        return _booleans(attributes, places)
    values = _texts(attributes, places)
    if source.pattern:
        values = pc.struct_field(pc.extract_regex(values, source.pattern), "value")
    if column.json_list and pc.any(pc.match_substring_regex(values, JSON_QUOTED)).as_py():
        values = pc.replace_substring_regex(values, JSON_QUOTED, r"\1\2")
    if column.none_is_missing:
        values = pc.if_else(pc.equal(values, NONE), NO_TEXT, values)
    if column.words:
        values = _in_words(values, column)
    return values


def _texts(attributes: Attributes, places: pa.Array) -> pa.Array:
    values = attributes.text.take(places)
    if values.null_count:
        others = (
            attributes.integer.take(places).cast(pa.string()),
            _whole(attributes.real.take(places)).cast(pa.string()),
            attributes.boolean.take(places).cast(pa.string()),
            attributes.other.take(places),
        )
        values = pc.coalesce(values, *others)
    return values


def _integers(attributes: Attributes, places: pa.Array) -> pa.Array:
    values = attributes.integer.take(places)
    if values.null_count:
        text = attributes.text.take(places)
        text = pc.if_else(pc.match_substring_regex(text, WHOLE_NUMBER), text, NO_TEXT)
        numbers = pc.utf8_trim_whitespace(text).cast(pa.int64())
        values = pc.coalesce(values, numbers, _whole(attributes.real.take(places)))
    return values


def _whole(real: pa.Array) -> pa.Array:
    """Reals that are whole numbers as integers, null for the others. JavaScript writes counts that way."""
    inside = pc.and_(pc.less(pc.abs(real), EXACT), pc.equal(pc.floor(real), real))
    return pc.if_else(inside, real, NO_REAL).cast(pa.int64())


def _booleans(attributes: Attributes, places: pa.Array) -> pa.Array:
    values = attributes.boolean.take(places)
    if values.null_count:
        text = pc.utf8_lower(attributes.text.take(places))
        known = pc.is_in(text, value_set=pa.array(["true", "false"]))
        values = pc.coalesce(values, pc.if_else(known, pc.equal(text, TRUE), NO_BOOLEAN))
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
