"""How times, durations, outcomes and foreign text are written on the screen."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.cells import cell_len, set_cell_size

from tracer.flows.model import Event, EventSummary, Outcome

GLYPHS: dict[Outcome, str] = {"ok": "✓", "error": "✗", "retried": "↻", "dead-lettered": "†", "unknown": "?"}
"""One sign for each outcome, told apart without colour."""

BADNESS: tuple[Outcome, ...] = ("ok", "retried", "unknown", "error", "dead-lettered")
"""From fine to worst: the order of signs in a row."""

UNKNOWN = "–"
SECOND = 1_000_000_000


def duration(nanoseconds: int | None) -> str:
    """Nanoseconds in at most 7 cells: `840ns`, `12µs`, `1.4ms`, `3.2s`, `2m05s`, `1h02m`, `3d04h`; unknown: a dash."""
    if nanoseconds is None:
        return UNKNOWN
    sign, value = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    for unit, size, limit in (("ns", 1, 1_000), ("µs", 1_000, 1_000), ("ms", 1_000_000, 1_000), ("s", SECOND, 60)):
        if value < size * limit:
            number = value / size
            return f"{sign}{number:.1f}{unit}" if number < 10 and size > 1_000 else f"{sign}{int(number)}{unit}"
    seconds = value // SECOND
    if seconds < 3_600:
        return f"{sign}{seconds // 60}m{seconds % 60:02}s"
    if seconds < 86_400:
        return f"{sign}{seconds // 3_600}h{seconds % 3_600 // 60:02}m"
    return f"{sign}{seconds // 86_400}d{seconds % 86_400 // 3_600:02}h"


def moment(nanoseconds: int | None, digits: int = 3) -> str:
    """A time of day in UTC, `08:15:02.123`."""
    if nanoseconds is None:
        return UNKNOWN
    whole, rest = divmod(nanoseconds, SECOND)
    fraction = f".{rest:09}"[: digits + 1] if digits else ""
    return f"{datetime.fromtimestamp(whole, UTC):%H:%M:%S}{fraction}"


def day(nanoseconds: int | None) -> str:
    """The day in UTC, `2026-11-24`."""
    return UNKNOWN if nanoseconds is None else f"{datetime.fromtimestamp(nanoseconds // SECOND, UTC):%Y-%m-%d}"


def timestamp(nanoseconds: int | None) -> str:
    """Day and time in UTC with all nine digits."""
    return UNKNOWN if nanoseconds is None else f"{day(nanoseconds)} {moment(nanoseconds, 9)}"


def plain(text: str | None) -> str:
    """Text of a stranger, safe on a terminal: control characters are shown, not obeyed. Unknown is a dash."""
    if text is None:
        return UNKNOWN
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "␊" if c == "\n" else "␉" if c == "\t" else "·" for c in text)


def fit(text: str, width: int, end: bool = True) -> str:
    """Exactly `width` cells: filled with spaces, or cut with an ellipsis at its end or (end=False) at its start."""
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    if end:
        return set_cell_size(text, width - 1) + "…"
    while cell_len(text) > width - 1:
        text = text[max(1, (cell_len(text) - width + 1) // 2) :]
    return set_cell_size("…" + text, width)


def place(event: Event) -> str:
    """Where an event lies in its topic, `1/54`; empty when no span tells."""
    if event.partition is None or event.offset is None:
        return ""
    return f"{event.partition}/{event.offset}"


def glyphs(summary: EventSummary, width: int) -> list[tuple[str, Outcome]]:
    """Signs of an event's deliveries, worst last: one a delivery while they fit, else counts (`✓38 ✗2`)."""
    counted = [(outcome, summary.outcomes.get(outcome, 0)) for outcome in BADNESS]
    counted = [(outcome, count) for outcome, count in counted if count]
    if sum(count for _, count in counted) <= width:
        return [(GLYPHS[outcome] * count, outcome) for outcome, count in counted]
    return [(f"{GLYPHS[outcome]}{count} ", outcome) for outcome, count in counted]


def state(summary: EventSummary) -> str:
    """An event's state in a word, by its worst delivery."""
    if summary.worst is None:
        return "unconsumed"
    return "dead letter" if summary.worst == "dead-lettered" else summary.worst
