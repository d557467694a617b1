"""Rows of JSON values as an aligned table or as CSV. Pure; works through rows as they come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from tracer.render.cells import cells, clean, cut, left, right

MEASURED = 1000
"""Rows by which the widths of the columns are chosen."""

_NARROWEST = 6
_GAP = "  "


def table_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int | None) -> Iterator[str]:
    """An aligned table, cut to `width` cells (None: not cut); too many columns for that stand one a line instead."""
    iterator = iter(rows)
    first = list(islice(iterator, MEASURED))
    everything = chain(first, iterator)
    if width is not None and len(columns) * (_NARROWEST + len(_GAP)) > width:
        yield from _blocks(columns, everything, width)
        return
    shown = [[cell(value) for value in row] for row in first]
    natural = [max([cells(clean(name)), *(cells(row[n]) for row in shown)]) for n, name in enumerate(columns)]
    widths = natural if width is None else _narrowed(natural, width - len(_GAP) * (len(columns) - 1))
    numeric = [all(row[n] is None or _is_number(row[n]) for row in first) and bool(first) for n in range(len(columns))]
    yield _line([clean(name) for name in columns], widths, numeric)
    yield _GAP.join("─" * size for size in widths) + "\n"
    count = 0
    for row in everything:
        count += 1
        yield _line([cell(value) for value in row], widths, numeric)
    yield f"({count:,} row{'' if count == 1 else 's'})\n"


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """CSV with a head; null is an empty field, nested values are JSON."""
    for row in chain([columns], rows):
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerow("" if value is None else _text(value) for value in row)
        yield buffer.getvalue()


def cell(value: Any) -> str:
    """A JSON value on one line of a terminal."""
    return "NULL" if value is None else clean(_text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _line(texts: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    aligned = (
        right(text, size) if at_right else left(text, size)
        for text, size, at_right in zip(texts, widths, numeric, strict=True)
    )
    return _GAP.join(aligned).rstrip() + "\n"


def _narrowed(natural: list[int], width: int) -> list[int]:
    """Widths that fit: the widest columns give way, down to the same size."""
    if sum(natural) <= width:
        return natural
    cap = max(natural)
    while cap > _NARROWEST and sum(min(size, cap) for size in natural) > width:
        cap -= 1
    return [min(size, cap) for size in natural]


def _blocks(columns: Sequence[str], rows: Iterable[Sequence[Any]], width: int) -> Iterator[str]:
    names = [clean(name) for name in columns]
    longest = max(cells(name) for name in names)
    for number, row in enumerate(rows, 1):
        yield f"─ row {number} " + "─" * max(0, width - 8 - len(str(number))) + "\n"
        for name, value in zip(names, row, strict=True):
            yield cut(left(name, longest) + _GAP + cell(value), width) + "\n"
