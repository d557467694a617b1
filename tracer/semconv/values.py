"""Attribute values of any type as text, whole numbers or booleans: the casts that every column uses.

Set-based. A value that a type cannot hold becomes null, never a made-up one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

WHOLE_NUMBER = r"^\s*-?[0-9]{1,18}\s*$"

# Made once: Arrow looks for pandas whenever it makes a scalar, which takes longer than most of what is done here.
NO_TEXT, TRUE = pa.scalar(None, pa.string()), pa.scalar("true")
NO_REAL, EXACT = pa.scalar(None, pa.float64()), pa.scalar(2.0**53)
NO_BOOLEAN = pa.scalar(None, pa.bool_())

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Attributes:
    """The attributes of `spans` spans, flat: entry i belongs to span `owner[i]` (ascending) and has the name
    `keys[i]` (dictionary-encoded text). Of `text`, `integer`, `real`, `boolean` and `other` (the JSON of a list, map or
    bytes value) at most one is not null at i. Of each span `scopes` has the name of its instrumentation scope and
    `versions` that scope's version, `names` its own name and `kinds` its kind (OTLP's number).
    """

    spans: int
    owner: Numbers
    keys: pa.DictionaryArray
    text: pa.Array
    integer: pa.Array
    real: pa.Array
    boolean: pa.Array
    other: pa.Array
    scopes: pa.Array
    versions: pa.Array
    names: pa.Array
    kinds: npt.NDArray[np.uint8]


class Occurrences:
    """Where each name occurs among attributes: looked up once for each name that is asked for."""

    def __init__(self, attributes: Attributes) -> None:
        self.attributes = attributes
        self._codes = np.asarray(attributes.keys.indices)
        self._code_of = {name: code for code, name in enumerate(attributes.keys.dictionary.to_pylist())}
        self._places: dict[str, Numbers] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._code_of)

    def places(self, name: str) -> Numbers | None:
        """The indices of the attributes of that name; None where it does not occur."""
        if name not in self._code_of:
            return None
        if name not in self._places:
            self._places[name] = np.flatnonzero(self._codes == self._code_of[name])
        return self._places[name]


def texts(attributes: Attributes, places: pa.Array) -> pa.Array:
    """The values at `places` as text; lists and maps as their JSON."""
    values = attributes.text.take(places)
    for others in (_integer_text, _real_text, _boolean_text, _json_text):
        if not values.null_count:
            break
        other = others(attributes, places)
        values = other if values.null_count == len(values) else pc.coalesce(values, other)
    return values


def _integer_text(attributes: Attributes, places: pa.Array) -> pa.Array:
    return _decimal(attributes.integer.take(places))


def _real_text(attributes: Attributes, places: pa.Array) -> pa.Array:
    return _decimal(_whole(attributes.real.take(places)))


def _boolean_text(attributes: Attributes, places: pa.Array) -> pa.Array:
    return attributes.boolean.take(places).cast(pa.string())


def _json_text(attributes: Attributes, places: pa.Array) -> pa.Array:
    return attributes.other.take(places)


def integers(attributes: Attributes, places: pa.Array) -> pa.Array:
    """The values at `places` as int64, also those sent as text or as reals without a fraction."""
    values = attributes.integer.take(places)
    if values.null_count:
        numbers = whole_numbers(attributes.text.take(places))
        values = pc.coalesce(values, numbers, _whole(attributes.real.take(places)))
    return values


def _decimal(numbers: pa.Array) -> pa.Array:
    """Whole numbers as text; each distinct one is written once: these are partitions, threads, clients."""
    encoded = numbers.dictionary_encode()
    return encoded.dictionary.cast(pa.string()).take(encoded.indices)


def whole_numbers(text: pa.Array) -> pa.Array:
    """Decimal text as int64, null for any other text."""
    text = pc.if_else(pc.match_substring_regex(text, WHOLE_NUMBER), text, NO_TEXT)
    return pc.utf8_trim_whitespace(text).cast(pa.int64())


def _whole(real: pa.Array) -> pa.Array:
    """Reals that are whole numbers as integers, null for the others. JavaScript writes counts that way."""
    inside = pc.and_(pc.less(pc.abs(real), EXACT), pc.equal(pc.floor(real), real))
    return pc.if_else(inside, real, NO_REAL).cast(pa.int64())


def booleans(attributes: Attributes, places: pa.Array) -> pa.Array:
    """The values at `places` as booleans, also those sent as text."""
    values = attributes.boolean.take(places)
    if values.null_count:
        text = pc.utf8_lower(attributes.text.take(places))
        known = pc.is_in(text, value_set=pa.array(["true", "false"]))
        values = pc.coalesce(values, pc.if_else(known, pc.equal(text, TRUE), NO_BOOLEAN))
    return values


def each(values: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    """Text read by a function, once for each distinct value."""
    encoded = values.dictionary_encode()
    return pa.array([read(value) for value in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def spread(values: pa.Array, owner: Numbers, spans: int) -> pa.Array:
    """One value a span: `values[i]` at span `owner[i]`, null at the others; of several the last."""
    chosen = np.full(spans, -1, dtype=np.int64)
    chosen[owner] = np.arange(len(values))
    return values.take(pa.array(chosen, mask=chosen < 0))
