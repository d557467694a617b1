"""Options that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_UNITS |= {"d": 24 * _UNITS["h"], "w": 7 * 24 * _UNITS["h"]}
_WORDS = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
}
_NANOSECONDS = _UNITS | {word: _UNITS[unit] for unit, words in _WORDS.items() for word in words}
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-zµ]+)\s*")
_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[tT ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9})\d*)?)?\s*([zZ]|UTC|[+-]\d\d:?\d\d)?"
)


def add_store(parser: argparse.ArgumentParser) -> None:
    """`--store`; give it to `tracer.store.location.resolve`."""
    parser.add_argument("--store", metavar="DIR", help="the store (default: TRACER_STORE, else one for the user)")


def add_format(parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")) -> None:
    """`--format`; the first is the default."""
    parser.add_argument("--format", choices=formats, default=formats[0], help=f"default: {formats[0]}")


DRAWINGS = ("mermaid", "dot", "svg", "html")
"""Formats that hand a flow or the map on to others."""


def add_output(parser: argparse.ArgumentParser) -> None:
    """`--output`; give it to `output.into`."""
    parser.add_argument("--output", metavar="FILE", help="write to this file instead of standard output")


def add_limit(parser: argparse.ArgumentParser, default: int = 50) -> None:
    """`--limit`."""
    parser.add_argument(
        "--limit", type=positive, default=default, metavar="N", help=f"show the newest N (default: {default})"
    )


def add_period(parser: argparse.ArgumentParser) -> None:
    """`--since` and `--until`, as nanoseconds since 1970 in `since` and `until`; None where they are not given."""
    form = "a time (2026-11-24T08:15:00Z) or how long ago (10m, 2h30m, 3d)"
    parser.add_argument("--since", type=moment, metavar="TIME", help=f"only what was produced then or later: {form}")
    parser.add_argument("--until", type=moment, metavar="TIME", help="only what was produced before; as --since")


def positive(text: str) -> int:
    """A whole number from 1 on."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number


def moment(text: str, now_ns: int | None = None) -> int:
    """Nanoseconds since 1970 of an RFC 3339 time (UTC where no offset is told), or of `10m ago`, `1h30m`, `now`."""
    word = text.strip()
    if match := _RFC_3339.fullmatch(word):
        return _of_rfc_3339(word, *match.groups())
    now = time.time_ns() if now_ns is None else now_ns
    if word.lower() == "now":
        return now
    return now - _duration(text)


def _of_rfc_3339(text: str, day: str, clock: str | None, fraction: str | None, offset: str | None) -> int:
    zone = "+00:00" if offset in {None, "z", "Z", "UTC"} else offset
    try:
        whole = datetime.fromisoformat(f"{day}T{clock or '00:00'}{zone}").astimezone(UTC)
        seconds = int(whole.timestamp())
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: {error}") from error
    return seconds * 10**9 + int((fraction or "0").ljust(9, "0"))


def _duration(text: str) -> int:
    words = text.strip().lower().removesuffix("ago").strip()
    pieces = _PIECE.findall(words)
    if not pieces or _PIECE.sub("", words) or any(unit not in _NANOSECONDS for _, unit in pieces):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a time like 2026-11-24T08:15:00Z nor one like '10m ago'")
    return sum(round(float(number) * _NANOSECONDS[unit]) for number, unit in pieces)
