"""Columns of the lake from the arrays that `ptars` makes: ids, text, numbers, lists of pairs.

No loop over rows on the common path.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.formats import otlp_values

# Made once: Arrow looks for pandas whenever it makes a scalar, which is slow.
NO_TEXT, UNSET = pa.scalar(None, pa.string()), pa.scalar(0, pa.int32())

_NUL = re.compile(rb"\0")

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def owners(lists: pa.ListArray) -> Numbers:
    """For each element of the lists, the index of its list."""
    return np.repeat(np.arange(len(lists)), np.diff(np.asarray(lists.offsets)))


def hex_ids(ids: pa.Array, width: int) -> tuple[pa.Array, Flags]:
    """Lower-case hex text of `width` bytes each, and which are well formed: of that length and not all zero."""
    good = np.diff(_offsets(ids)) == width
    if not good.all():
        found, fine = hex_ids(ids.filter(pa.array(good)), width)
        places = np.full(len(ids), -1)
        places[good] = np.arange(len(found))
        good[good] = fine
        return found.take(pa.array(places, mask=~good)), good
    raw = np.frombuffer(ids.buffers()[2] or b"", dtype=np.uint8)[_offsets(ids)[0] :][: len(ids) * width]
    raw = raw.reshape(len(ids), width)
    good = np.asarray(raw.any(axis=1))
    digits = _hex_digits()[raw]
    offsets = np.arange(0, len(ids) * width * 2 + 1, width * 2, dtype=np.int32)
    found = pa.StringArray.from_buffers(len(ids), pa.py_buffer(offsets), pa.py_buffer(digits))
    return (found if good.all() else pc.if_else(pa.array(good), found, NO_TEXT)), good


@cache
def _hex_digits() -> npt.NDArray[np.uint16]:
    return np.frombuffer(b"".join(b"%02x" % byte for byte in range(256)), dtype=np.uint16)


def _offsets(values: pa.Array) -> npt.NDArray[np.int32]:
    return np.frombuffer(values.buffers()[1], dtype=np.int32)[values.offset : values.offset + len(values) + 1]


def empty_or_zero(values: pa.Array) -> Flags:
    """Which byte strings are empty or all zero."""
    return np.asarray(pc.match_substring_regex(values, r"^\x00*$"))


def text(values: pa.Array) -> pa.Array:
    """Text from bytes, with the replacement character for what is no UTF-8."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([None if item is None else otlp_values.text(item) for item in values.to_pylist()], pa.string())


def text_or_null(values: pa.Array) -> pa.Array:
    """Text, null where it is empty: protobuf does not tell the two apart."""
    empty = np.diff(_offsets(values)) == 0
    if empty.all():
        return pa.nulls(len(values), pa.string())
    return pc.if_else(pa.array(empty), NO_TEXT, text(values))


def without_nul(values: object) -> object:
    """Text with the symbol for NUL in the place of NUL; anything but text as it is.

    DuckLake puts values that a query compares into SQL of its own, which ends at a NUL: the query would fail.
    """
    if not isinstance(values, pa.StringArray) or not len(values):
        return values
    used = _offsets(values)
    if _NUL.search(values.buffers()[2] or b"", int(used[0]), int(used[-1])) is None:
        return values
    return pc.replace_substring(values, "\0", "\N{SYMBOL FOR NULL}")


def within(values: pa.Array, highest: int) -> npt.NDArray[np.uint8]:
    """Enumeration numbers; what this version does not know becomes 0 (unspecified, unset)."""
    numbers = np.asarray(values)
    return np.where((numbers < 0) | (numbers > highest), 0, numbers).astype(np.uint8)


def pairs(kind: pa.ListType, offsets: npt.NDArray[np.int32], keys: pa.Array, values: pa.Array) -> pa.Array:
    """Lists of (k, v), of the type `kind`, where the value is not null; list i had `offsets[i] : offsets[i + 1]`."""
    told = np.asarray(values.is_valid())
    ends = np.concatenate(([0], np.cumsum(told))).astype(np.int32)[offsets]
    struct = pa.StructArray.from_arrays([keys.filter(pa.array(told)), values.drop_null()], fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(ends), struct, type=kind)


def json_objects(lists: pa.ListArray) -> pa.Array:
    """Lists of encoded KeyValue messages as JSON objects, null for an empty list."""
    filled = np.flatnonzero(np.diff(np.asarray(lists.offsets)))
    if not len(filled):
        return pa.nulls(len(lists), pa.string())
    found = np.full(len(lists), None, dtype=object)
    for place, encoded in zip(filled, lists.take(pa.array(filled)).to_pylist(), strict=True):
        found[place] = otlp_values.to_json(otlp_values.encoded_attributes(encoded))
    return pa.array(found, pa.string())
