"""How outcomes, durations, times and events are written for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tracer.flows.model import Event, Outcome
from tracer.render.cells import clean, cut

GLYPHS: dict[Outcome, str] = {"ok": "✓", "error": "✗", "retried": "↻", "dead-lettered": "†", "unknown": "?"}
"""One sign for each outcome, told apart without colour."""

BADNESS: tuple[Outcome, ...] = ("ok", "retried", "unknown", "error", "dead-lettered")
"""From fine to worst."""

UNKNOWN = "–"
_SECOND = 1_000_000_000


def duration(nanoseconds: int | None) -> str:
    """At most 7 cells: `840ns`, `12µs`, `1.4ms`, `3.2s`, `2m05s`, `1h02m`, `3d04h`; a dash where it is not known."""
    if nanoseconds is None:
        return UNKNOWN
    sign, value = ("-", -nanoseconds) if nanoseconds < 0 else ("", nanoseconds)
    for unit, size, limit in (("ns", 1, 1_000), ("µs", 1_000, 1_000), ("ms", 1_000_000, 1_000), ("s", _SECOND, 60)):
        if value < size * limit:
            number = value / size
            return f"{sign}{number:.1f}{unit}" if number < 9.95 and size > 1_000 else f"{sign}{int(number)}{unit}"
    seconds = value // _SECOND
    if seconds < 3_600:
        return f"{sign}{seconds // 60}m{seconds % 60:02}s"
    if seconds < 86_400:
        return f"{sign}{seconds // 3_600}h{seconds % 3_600 // 60:02}m"
    return f"{sign}{seconds // 86_400}d{seconds % 86_400 // 3_600:02}h"


def rate(per_second: float | None) -> str:
    """At most 8 cells: `1,234/s`, `22/s`, `1.4/s`, `12/min`, `3.0/h`, `0.5/d`; a dash where it is not known."""
    if per_second is None:
        return UNKNOWN
    units = (("s", 1), ("min", 60), ("h", 3_600), ("d", 86_400))
    unit, seconds = next((one for one in units if per_second * one[1] >= 0.95), units[-1])
    number = per_second * seconds
    return f"{number:,.0f}/{unit}" if number >= 9.95 else f"{number:.1f}/{unit}"


def rfc3339(nanoseconds: int) -> str:
    """A time in UTC with all nine digits, `2026-11-24T08:15:02.123456789Z`."""
    seconds, rest = divmod(nanoseconds, _SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09}Z"


def moment(nanoseconds: int | None) -> str:
    """A time in UTC for people, `2026-11-24 08:15:02.123`; a dash where it is not known."""
    if nanoseconds is None:
        return UNKNOWN
    return rfc3339(nanoseconds)[:23].replace("T", " ")


def event_name(event: Event, width: int | None = None) -> str:
    """An event inside a tree, `TOPIC/PARTITION/OFFSET`; `TOPIC (span ABCD)` where no span tells its coordinates.

    Of a name longer than `width` cells the topic is cut, not the place in it.
    """
    if event.topic is None:
        return clean(event.id)
    if event.partition is not None and event.offset is not None:
        cluster = f"{event.cluster}@" if event.cluster and "@" in event.id else ""
        topic, place = clean(f"{cluster}{event.topic}"), f"/{event.partition}/{event.offset}"
        return (topic if width is None else cut(topic, max(4, width - len(place)))) + place
    if event.message_id and not event.id.startswith("span://"):
        return clean(f"{event.topic}/{event.message_id}")
    return clean(f"{event.topic} (span {event.span_id})" if event.span_id else event.topic)


def tally(outcomes: Mapping[Outcome, int] | Iterable[Outcome]) -> str:
    """Outcomes counted, the worst first: `1 dead-lettered, 4 ok`."""
    counts: dict[Outcome, int] = {}
    if isinstance(outcomes, Mapping):
        counts = dict(outcomes)
    else:
        for outcome in outcomes:
            counts[outcome] = counts.get(outcome, 0) + 1
    return ", ".join(f"{counts[outcome]:,} {outcome}" for outcome in reversed(BADNESS) if counts.get(outcome))


def plural(count: int, word: str, many: str | None = None) -> str:
    """`1 event`, `2 events`."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"


def size(count: int) -> str:
    """Bytes for people, `512 B`, `1.4 MB` (steps of 1,000)."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{count} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
