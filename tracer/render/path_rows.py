"""The lines of a critical path, for command and explorer: one a segment, and what is to be said below it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tracer.flows.clocks import skews
from tracer.flows.critical_path import CriticalPath, Segment, SegmentKind
from tracer.flows.model import Event, Flow, Skew
from tracer.flows.waiting import delivery_times
from tracer.render.cells import Part, cells, clean, cut, left, right
from tracer.render.waiting import queue_parts_text, skew_text
from tracer.render.words import UNKNOWN, duration, event_name, plural

SIGNS: dict[SegmentKind, tuple[str, str, str]] = {
    "work": ("█", "ok", "a service at work"),
    "call": ("▄", "", "a call it waited for"),
    "queue": ("░", "queue", "in queue"),
    "retry": ("·", "retried", "until the next attempt"),
    "unknown": ("?", "unknown", "no span tells what went on"),
}
"""Of each kind its sign in the bar, its style, and what it means."""

_AT, _TOOK, _SHARE, _KIND = 8, 9, 6, 10
_FIGURES = _AT + _TOOK + _SHARE + 2


@dataclass(frozen=True, slots=True)
class PathRow:
    """One line: a segment; something to be said of the segment above it; or so many that are folded."""

    segment: Segment | None = None
    remark: Part | None = None
    folded: Sequence[Segment] = ()


class FlowFacts:
    """What the flow knows of the waits on its critical path."""

    def __init__(self, flow: Flow) -> None:
        self.events = {event.id: event for event in flow.graph.events}
        self._attempts = {attempt.id: attempt for attempt in flow.graph.processings}
        self._times = delivery_times(flow.graph)
        self._clocks = flow.clocks

    def parts(self, segment: Segment) -> str:
        """The parts of a time in queue, where the arrival is told and the segment is that time."""
        time = self._times.get(segment.processing or "")
        if segment.event is None or time is None or time.queue_ns != segment.duration_ns or time.broker_ns is None:
            return ""
        return queue_parts_text(time)

    def skews(self, segment: Segment) -> tuple[Skew, ...]:
        """What is proven of the clocks between whose hosts the segment lies."""
        event, attempt = self.events.get(segment.event or ""), self._attempts.get(segment.processing or "")
        return skews(self._clocks, event, attempt) if event is not None and attempt is not None else ()


def path_rows(path: CriticalPath, facts: FlowFacts, shown: int | None = None) -> list[PathRow]:
    """The lines in the order of time. Of more than `shown` segments the shortest that nothing is said of are folded."""
    rows: list[PathRow] = []
    for whole, run in _folded(path.segments, shown):
        if not whole:
            rows.append(PathRow(folded=run))
            continue
        for segment in run:
            rows.append(PathRow(segment))
            rows += [PathRow(segment, remark) for remark in remarks(segment, facts)]
    return rows


def row_parts(row: PathRow, path: CriticalPath, facts: FlowFacts, width: int) -> list[Part]:
    """One line: at, took, share, kind, what, and where it lies in time."""
    if row.remark is not None:
        return [(" " * (_AT + 2), ""), row.remark]
    if row.segment is None:
        took = duration(sum(one.duration_ns for one in row.folded))
        return [(" " * _AT + right(took, _TOOK) + " " * (_SHARE + 2), "dim"), (_count(row.folded), "dim")]
    one, bar = row.segment, bar_width(width)
    sign, style, _ = SIGNS[one.kind]
    room = width - bar - _FIGURES - _KIND - 1
    return [
        (right(duration(one.started_at - path.started_at), _AT), "dim"),
        (right(duration(one.duration_ns), _TOOK), "warning" if one.duration_ns < 0 else ""),
        (right(percent(path, one.duration_ns), _SHARE) + "  ", ""),
        (left(f"{sign} {one.kind}", _KIND), style),
        (left(what(one, facts.events, room), room) + " ", ""),
        *_bar(one, path, bar),
    ]


def column_text(path: CriticalPath, width: int) -> str:
    """What the columns are; over the bar the time from the start of the path to its end."""
    bar = bar_width(width)
    figures = right("at", _AT) + right("took", _TOOK) + right("share", _SHARE)
    text = figures + "  " + left("kind", _KIND) + "what"
    return left(text, width - bar) + "0" + right(duration(path.duration_ns), bar - 1)


def bar_width(width: int) -> int:
    """Cells of the bar on a line of so many."""
    return max(10, width // 5)


def what(segment: Segment, events: Mapping[str, Event], room: int) -> str:
    """What a segment is, in at most `room` cells: which service did what, or which group waited for which event."""
    if segment.event is not None:
        group = f"{cut(clean(segment.name or UNKNOWN), room // 2)} ← "
        event = events.get(segment.event)
        return cut(group + (clean(segment.event) if event is None else event_name(event, room - cells(group))), room)
    service = clean(segment.service or "an unknown service")
    after = "after " if segment.kind == "unknown" else ""
    return cut(f"{service}  {after}{clean(segment.name)}" if segment.name else service, room)


def remarks(segment: Segment, facts: FlowFacts) -> list[Part]:
    """What is to be said of a segment beside its figures: the parts of a time in queue, clocks that differ, doubts."""
    told: list[Part] = []
    if parts := facts.parts(segment):
        told.append((parts, "dim"))
    if segment.kind == "unknown" and segment.event is not None and segment.event in facts.events:
        told.append((unknown_wait(facts.events[segment.event]), "dim"))
    if segment.duration_ns < 0:
        told.append((f"clock skew: this begins {duration(-segment.duration_ns)} before what led to it", "warning"))
    told += [(f"clocks: {skew_text(skew)}", "warning") for skew in facts.skews(segment)]
    if (edge := segment.doubt) is not None:
        word = "a guess" if edge.confidence < 0.5 else "not certain"
        told.append((f"{word} that the path leads here: {edge.confidence:.2f}, by {edge.method}", "warning"))
    return told


def unknown_wait(event: Event) -> str:
    """Why of a wait no more is known than that it was one."""
    if event.produced_at is None:
        return "no span tells when it was produced: counted from the end of what sent it"
    return "in queue, and at attempts that this flow does not hold"


def percent(path: CriticalPath, duration_ns: int) -> str:
    """A duration as a part of the path, `42 %`; a dash where the path has no length."""
    share = path.share(duration_ns)
    return UNKNOWN if share is None else f"{share * 100:.0f} %"


def _count(folded: Sequence[Segment]) -> str:
    return f"… {plural(len(folded), 'shorter segment')}"


def _bar(one: Segment, path: CriticalPath, width: int) -> list[Part]:
    sign, style, _ = SIGNS[one.kind]
    if one.duration_ns < 0:
        sign, style = "‹", "warning"
    start, end = sorted((one.started_at - path.started_at, one.ended_at - path.started_at))
    whole = max(1, path.duration_ns)
    first = min(max(0, start * width // whole), width - 1)
    last = min(max(first + 1, -(-end * width // whole)), width)
    return [(" " * first, ""), (sign * (last - first), style)]


def _folded(segments: Sequence[Segment], shown: int | None) -> list[tuple[bool, list[Segment]]]:
    """Runs of segments that are shown whole, and runs of those that are folded."""
    if shown is None or len(segments) <= shown + 2:
        return [(True, list(segments))]
    keep = {place for place, one in enumerate(segments) if one.duration_ns < 0 or one.doubt is not None}
    longest = sorted(range(len(segments)), key=lambda place: (-segments[place].duration_ns, place))
    keep |= set(longest[:shown])
    runs = groupby(enumerate(segments), key=lambda item: item[0] in keep)
    return [(whole, [one for _, one in run]) for whole, run in runs]
