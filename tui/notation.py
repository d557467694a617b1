"""How times, states and foreign text are written on the screen; the rest is written as `tracer.render` does."""

from __future__ import annotations

from datetime import UTC, datetime

from rich.cells import cell_len, set_cell_size

from tracer.flows.model import Event, EventSummary, Outcome
from tracer.render.cells import clean
from tracer.render.words import BADNESS, GLYPHS, UNKNOWN

SECOND = 1_000_000_000


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
    """Text of a stranger, safe on a terminal; a dash where it is not known."""
    return UNKNOWN if text is None else clean(text)


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


def fit_middle(text: str, width: int) -> str:
    """Exactly `width` cells; what is cut is cut in the middle, so that `orders.retry` and `orders.dlq` stay apart."""
    if cell_len(text) <= width or width < 9:
        return fit(text, width)
    tail = (width - 1) // 3
    return fit(text, width - tail)[:-1] + fit("…" + text, tail + 1, end=False)


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
    """An event's state in a word, by its worst delivery; a dead letter stands out whoever reads it."""
    if summary.dead_letter:
        return "dead letter"
    if summary.worst is None:
        return "unconsumed"
    return "dead letter" if summary.worst == "dead-lettered" else summary.worst
