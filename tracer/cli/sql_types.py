"""DuckDB's values as JSON values: times as RFC 3339 with all nine digits, JSON columns as JSON, integers exact.

DuckDB's Python client cuts TIMESTAMP_NS to microseconds, so times are read as text and written anew.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Reader = Callable[[Any], Any]

_TIMES = frozenset({"timestamp", "timestamp_ns", "timestamp_ms", "timestamp_s", "timestamp with time zone"})
_TEXTS = frozenset({"date", "time", "time_ns", "time with time zone", "interval", "uuid", "bit", "enum"})


def column(kind: Any) -> tuple[str | None, Reader]:
    """The SQL type to which a column of DuckDB type `kind` is to be cast (None: left alone), and its values' reader."""
    cast, reader = _plan(kind)
    return (cast if cast != str(kind) else None), lambda value: None if value is None else reader(value)


def _plan(kind: Any) -> tuple[str, Reader]:
    name = kind.id
    if name in _TIMES:
        return "VARCHAR", _time
    if name in _TEXTS:
        return "VARCHAR", str
    if str(kind) == "JSON":
        return "JSON", json.loads
    if name in {"list", "array", "struct", "map"}:
        return _NESTED[name](kind)
    return str(kind), _LEAVES.get(name, _plain)


def _list(kind: Any) -> tuple[str, Reader]:
    children = dict(kind.children)
    cast, reader = _plan(children["child"])
    size = children.get("size", "")
    return f"{cast}[{size}]", lambda values: [_read(reader, value) for value in values]


def _struct(kind: Any) -> tuple[str, Reader]:
    plans = {name: _plan(child) for name, child in kind.children}
    fields = ['"' + name.replace('"', '""') + '" ' + cast for name, (cast, _) in plans.items()]
    return f"STRUCT({', '.join(fields)})", lambda value: {
        name: _read(plans[name][1], item) for name, item in value.items()
    }


def _map(kind: Any) -> tuple[str, Reader]:
    children = dict(kind.children)
    (key_cast, key), (value_cast, value) = _plan(children["key"]), _plan(children["value"])
    return f"MAP({key_cast}, {value_cast})", lambda pairs: {
        str(_read(key, name)): _read(value, item) for name, item in pairs.items()
    }


def _read(reader: Reader, value: Any) -> Any:
    return None if value is None else reader(value)


def _time(text: str) -> str:
    """`2026-11-24 08:15:02.5+00` as `2026-11-24T08:15:02.500000000Z`; what is no such time (infinity) as it is."""
    whole, _, fraction = text.removesuffix("+00").partition(".")
    if len(whole) != 19 or not (fraction.isdigit() or not fraction):
        return text
    return f"{whole.replace(' ', 'T')}.{fraction:0<9}Z"


def _decimal(value: Decimal) -> float | str:
    """A number where a double holds it exactly as written, else its text."""
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _real(value: float) -> float | str:
    """JSON has no NaN and no infinity: they become text, as in OTLP JSON."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _blob(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else str(value)


_LEAVES: dict[str, Reader] = {"decimal": _decimal, "double": _real, "float": _real, "blob": _blob}
_NESTED: dict[str, Callable[[Any], tuple[str, Reader]]] = {
    "list": _list,
    "array": _list,
    "struct": _struct,
    "map": _map,
}
