"""Text on a terminal: how many cells it takes, cut to fit, painted, and safe when strangers wrote it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

Part = tuple[str, str]
"""A piece of a line and the name of its style; the empty name is plain."""

_STYLES = {
    "": "",
    "bold": "1",
    "dim": "2",
    "ok": "32",
    "error": "31;1",
    "retried": "33",
    "dead-lettered": "35;1",
    "unknown": "2",
    "warning": "33;1",
    "queue": "36",
    "event": "36;1",
}
_TO_SHOW = {"\n": "␊", "\t": "␉"}


def clean(text: str) -> str:
    """`text` with its control characters shown, not obeyed: keys and errors come from strangers."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _TO_SHOW.get(char, "·") for char in text)


def cells(text: str) -> int:
    """How many terminal cells `text` takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells, with an ellipsis where something is missing."""
    if cells(text) <= width:
        return text
    if width <= 0:
        return ""
    kept, used = [], 0
    for char in text:
        used += _cells_of(char)
        if used > width - 1:
            break
        kept.append(char)
    return "".join(kept) + "…"


def left(text: str, width: int) -> str:
    """`text` in exactly `width` cells, at the left."""
    text = cut(text, width)
    return text + " " * (width - cells(text))


def right(text: str, width: int) -> str:
    """`text` in exactly `width` cells, at the right."""
    text = cut(text, width)
    return " " * (width - cells(text)) + text


def fit(parts: Iterable[Part], width: int) -> list[Part]:
    """The parts of one line in exactly `width` cells."""
    fitted: list[Part] = []
    free = width
    for text, style in parts:
        short = cut(text, free)
        fitted.append((short, style))
        free -= cells(short)
        if short != text:
            break
    return [*fitted, (" " * free, "")]


def paint(parts: Iterable[Part], colour: bool) -> str:
    """One line, with ANSI styles if `colour`, without spaces at its end."""
    texts = [(text, style) for text, style in parts if text]
    while texts and not texts[-1][0].rstrip():
        texts.pop()
    if texts:
        texts[-1] = (texts[-1][0].rstrip(), texts[-1][1])
    if not colour:
        return "".join(text for text, _ in texts)
    return "".join(f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style else text for text, style in texts)
