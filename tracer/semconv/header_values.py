"""How the values of a captured header are read: which of several, numbers out of bytes, tables out of text."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from functools import partial

from tracer.semconv.headers import (
    ATTEMPTS,
    BINARY,
    CONVENTIONS,
    DEATHS,
    LAST_SEGMENT,
    NEWEST_FIRST,
    canonical,
)

Values = list[str | bytes]
Reader = Callable[[Values], str | None]
"""Reads all values of a header, in order, as one text; None where they tell nothing."""

_RETRY = re.compile(r"[._-](retry|retries)([._-]?\d+)?$", re.IGNORECASE)


def readers() -> dict[str, dict[str, Reader]]:
    """By canonical name of a header what is read of it: by canonical name of the value, how."""
    names = [name for convention in CONVENTIONS for name in convention.headers()]
    how: dict[str, Reader] = dict.fromkeys((*names, *ATTEMPTS), _last)
    how |= dict.fromkeys(BINARY, _number)
    how |= {name: partial(_last_segment, separator) for name, separator in LAST_SEGMENT.items()}
    how |= {f"{name}.first": _first_retry if name.endswith("-topic") else _first for name in NEWEST_FIRST}
    how |= {f"x-death.{name}": partial(_death, pattern) for name, pattern in DEATHS.items()}
    how["x-death.count"] = partial(_deaths, DEATHS["count"])
    of_header: dict[str, dict[str, Reader]] = {}
    for name, read in how.items():
        header = name.removesuffix(".first") if name.endswith(".first") else name
        header = "x-death" if name.startswith("x-death.") else header
        of_header.setdefault(canonical(header), {})[canonical(name)] = read
    return of_header


def values_of(value: str) -> Values:
    """The values in the JSON of a list, or of bytes, that are told."""
    parsed = json.loads(value)
    if isinstance(parsed, dict):
        try:
            return [base64.b64decode(str(parsed.get("bytesValue", "")))]
        except ValueError:
            return []
    values = parsed if isinstance(parsed, list) else [parsed]
    return [item if isinstance(item, str) else json.dumps(item) for item in values if item is not None]


def _last(values: Values) -> str | None:
    """The last one's text: nearly each library appends, so it is what the last one wrote."""
    return _text(values[-1]) if values else None


def _first(values: Values) -> str | None:
    return _text(values[0]) if len(values) > 1 else None


def _first_retry(values: Values) -> str | None:
    first, last = _first(values), _last(values)
    return first if first and last and _RETRY.search(first) and not _RETRY.search(last) else None


def _last_segment(separator: str, values: Values) -> str | None:
    return (_last(values) or "").rsplit(separator, 1)[-1] or None


def _number(values: Values) -> str | None:
    """An integer in decimal text, or its big-endian bytes; also those read as UTF-8, which is what Java does. Bytes
    that are no UTF-8 were lost by that, and nothing is known then.
    """
    value = values[-1] if values else ""
    if isinstance(value, str):
        if value.strip().isdecimal():
            return value.strip()
        if "\N{REPLACEMENT CHARACTER}" in value:
            return None
        value = value.encode()
    number = int.from_bytes(value, signed=True) if len(value) in (1, 4, 8) else -1
    return str(number) if number >= 0 else None


def _death(pattern: str, values: Values) -> str | None:
    """The oldest of RabbitMQ's deaths, which are told newest first."""
    told: list[str] = re.findall(pattern, " ".join(map(_text, values)))
    return told[-1] if told else None


def _deaths(pattern: str, values: Values) -> str | None:
    """The count of the death that happened most often: a wait queue's expiries are as many as the failures."""
    told: list[str] = re.findall(pattern, " ".join(map(_text, values)))
    return max(told, key=int, default=None)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")
