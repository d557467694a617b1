"""How checks write numbers, times and errors into their messages."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime

_NAME = r"['\"`]?(?P<field>[\w.$-]+)['\"`]?"
_WHAT = r"(?:field|property|key|attribute)"
_FIELD = (
    re.compile(r"^(?:[\w.]*\.)?KeyError: ['\"](?P<field>[^'\"]+)['\"]$"),
    re.compile(rf"(?:no|missing|unknown|required)(?: required)? {_WHAT}s?:? {_NAME}", re.IGNORECASE),
    re.compile(rf"{_WHAT} {_NAME} (?:is |was )?(?:missing|required|not found|undefined|null)", re.IGNORECASE),
    re.compile(rf"{_NAME} is a required property"),
    re.compile(r"\(reading ['\"](?P<field>[^'\"]+)['\"]\)"),
    re.compile(r"has no attribute ['\"](?P<field>[^'\"]+)['\"]"),
    re.compile(r"^[\w.]*: (?P<field>[A-Za-z_$][\w.$-]*) is (?:undefined|null|missing|required)\b"),
)
"""How libraries say which field a message lacks."""


def counted(number: int, word: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def named(group: str | None, guessed: Collection[str]) -> str | None:
    """`billing`, or `~billing` where no span tells the group and it is called by the name of its service."""
    return f"~{group}" if group in guessed else group


def clock(nanoseconds: int | None) -> str:
    """A time to the second, `2026-11-24 08:15:02 UTC`."""
    return "an unknown time" if nanoseconds is None else f"{_second(nanoseconds)} UTC"


def during(first_ns: int | None, last_ns: int | None) -> str:
    """A stretch of time, `between 2026-11-24 08:15:02 and 08:17:40 UTC`; `at ...` where it is within one second."""
    if first_ns is None or last_ns is None:
        return f"at {clock(first_ns if last_ns is None else last_ns)}"
    first, last = _second(first_ns), _second(last_ns)
    if first == last:
        return f"at {last} UTC"
    day, _, time = last.partition(" ")
    return f"between {first} and {time if first.startswith(day) else last} UTC"


def _second(nanoseconds: int) -> str:
    return f"{datetime.fromtimestamp(nanoseconds // 1_000_000_000, UTC):%Y-%m-%d %H:%M:%S}"


def field_of(error: str | None) -> str | None:
    """The field that an error says is missing; None where it names none."""
    for pattern in _FIELD:
        if error and (match := pattern.search(error)):
            return match["field"]
    return None


def kind_of(error: str | None) -> str | None:
    """The type of an error, without its package."""
    return error.split(":", maxsplit=1)[0].rpartition(".")[2] if error else None


def shortened(text: str, length: int = 120) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
