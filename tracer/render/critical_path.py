"""A critical path as text: each stretch of time with its kind, its share and where it lies. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tracer.flows.clocks import skews
from tracer.flows.critical_path import CriticalPath, Segment, SegmentKind
from tracer.flows.model import Event, Flow, Skew
from tracer.flows.waiting import delivery_times
from tracer.render.bars import Scale
from tracer.render.cells import Part, cells, clean, cut, fit, left, paint, right
from tracer.render.waiting import queue_parts_text, skew_text
from tracer.render.words import UNKNOWN, duration, event_name, moment, plural

SHOWN = 40
"""Of more segments the shortest are folded to counts."""

NARROWEST = 60

SIGNS: dict[SegmentKind, tuple[str, str, str]] = {
    "work": ("█", "ok", "a service at work"),
    "call": ("▒", "event", "a call it waited for"),
    "queue": ("░", "queue", "in queue"),
    "retry": ("·", "retried", "until the next attempt"),
    "unknown": ("?", "unknown", "no span tells"),
}
"""Of each kind its sign in the bar, its style, and what it means."""

_AT, _TOOK, _SHARE, _KIND = 8, 9, 6, 10


class FlowFacts:
    """What the flow knows of the waits on its critical path."""

    def __init__(self, flow: Flow) -> None:
        self.events = {event.id: event for event in flow.graph.events}
        self._attempts = {attempt.id: attempt for attempt in flow.graph.processings}
        self._times = delivery_times(flow.graph)
        self._clocks = flow.clocks

    def parts(self, segment: Segment) -> str:
        """The parts of a time in queue, where they are told and the segment is that time."""
        time = self._times.get(segment.processing or "")
        if segment.event is None or time is None or time.queue_ns != segment.duration_ns:
            return ""
        return queue_parts_text(time)

    def skews(self, segment: Segment) -> tuple[Skew, ...]:
        """What is proven of the clocks between whose hosts the segment lies."""
        event, attempt = self.events.get(segment.event or ""), self._attempts.get(segment.processing or "")
        return skews(self._clocks, event, attempt) if event is not None and attempt is not None else ()


def critical_path_text(flow: Flow, path: CriticalPath, width: int, colour: bool) -> str:
    """The path from its root to its target, one segment a line. No line is wider than `width` cells (60 at least)."""
    width = max(width, NARROWEST)
    bar = max(10, width // 5)
    facts = FlowFacts(flow)
    lines = [*_head(path), [], _columns(bar, width, path)]
    for shown, run in _folded(path.segments):
        lines += [line for one in run for line in _segment(one, path, facts, width, bar)] if shown else [_more(run)]
    lines += [[], *([(line, "dim")] for line in _legend(path, width))]
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def kinds(path: CriticalPath) -> list[tuple[SegmentKind, int]]:
    """The time of each kind that is on the path, the longest first."""
    sums: dict[SegmentKind, int] = {}
    for one in path.segments:
        sums[one.kind] = sums.get(one.kind, 0) + one.duration_ns
    return sorted(sums.items(), key=lambda item: -item[1])


def what(segment: Segment, events: Mapping[str, Event], room: int) -> str:
    """What a segment is, in at most `room` cells: which service did what, or which group waited for which event."""
    return cut(_what(segment, events, room), room)


def _what(segment: Segment, events: Mapping[str, Event], room: int) -> str:
    if segment.event is not None:
        group = f"{cut(clean(segment.name or UNKNOWN), room // 2)} ← "
        event = events.get(segment.event)
        return group + (clean(segment.event) if event is None else event_name(event, room - cells(group)))
    service = clean(segment.service or "an unknown service")
    return f"{service}  {clean(segment.name)}" if segment.name else service


def remarks(segment: Segment, flow: FlowFacts) -> list[Part]:
    """What is to be said of a segment beside its figures: the parts of a time in queue, clocks that differ, doubts."""
    told: list[Part] = []
    if parts := flow.parts(segment):
        told.append((parts, "dim"))
    if segment.duration_ns < 0:
        told.append((f"clock skew: this begins {duration(-segment.duration_ns)} before what led to it", "warning"))
    told += [(f"clocks: {skew_text(skew)}", "warning") for skew in flow.skews(segment)]
    if (edge := segment.doubt) is not None:
        word = "a guess" if edge.confidence < 0.5 else "not certain"
        told.append((f"{word} that the path leads here: {edge.confidence:.2f}, by {edge.method}", "warning"))
    return told


def target_text(path: CriticalPath) -> str:
    """Until when the path leads."""
    if isinstance(path.target, Event):
        return f"until {event_name(path.target)} was produced"
    again = f" at attempt {path.target.attempt}" if path.target.attempt > 1 else ""
    return f"until {clean(path.target.group)} was done{again}"


def totals_text(path: CriticalPath) -> str:
    """How long it took, and how much of it each kind: `130ms: work 55ms 42 %, queue 55ms 42 %, call 20ms 15 %`."""
    parts = [f"{kind} {duration(took)}{_percent(path, took)}" for kind, took in kinds(path)]
    return f"{duration(path.duration_ns)}: {', '.join(parts) or 'no time at all'}"


def _head(path: CriticalPath) -> list[list[Part]]:
    lines: list[list[Part]] = [
        [(f"critical path {target_text(path)}", "bold")],
        [(clean(path.target.id), "dim")],
        [(f"since {moment(path.started_at)} UTC", "dim")],
        [(totals_text(path), "")],
    ]
    if not path.end_known:
        lines.append([("No span tells when that ended: the path leads to its start.", "warning")])
    return lines


def _columns(bar: int, width: int, path: CriticalPath) -> list[Part]:
    figures = right("at", _AT) + right("took", _TOOK) + right("share", _SHARE)
    text = left("  kind", _KIND + 2) + "what"
    axis = "0" + right(duration(path.duration_ns), bar - 1)
    return [(left(figures + text, width - bar) + axis, "dim")]


def _segment(one: Segment, path: CriticalPath, facts: FlowFacts, width: int, bar: int) -> Iterable[list[Part]]:
    sign, style, _ = SIGNS[one.kind]
    negative = one.duration_ns < 0
    figures = right(duration(one.started_at - path.started_at), _AT)
    took = right(duration(one.duration_ns), _TOOK)
    share = right(_percent(path, one.duration_ns).strip() or UNKNOWN, _SHARE)
    room = width - bar - _AT - _TOOK - _SHARE - _KIND - 3
    yield [
        (figures, "dim"),
        (took, "warning" if negative else ""),
        (f"{share}  ", ""),
        (left(f"{sign} {one.kind}", _KIND), style),
        (left(what(one, facts.events, room), room) + " ", ""),
        *_bar(one, Scale(path.started_at, path.ended_at, bar)),
    ]
    yield from ([(" " * (_AT + 2), ""), said] for said in remarks(one, facts))


def _bar(one: Segment, on: Scale) -> list[Part]:
    sign, style, _ = SIGNS[one.kind]
    if one.duration_ns < 0:
        sign, style = "‹", "warning"
    first, last = sorted((on.cell(one.started_at), on.cell(one.ended_at)))
    return [(" " * first, ""), (sign * max(1, last - first), style)]


def _folded(segments: Sequence[Segment]) -> list[tuple[bool, list[Segment]]]:
    """Runs of segments that are shown, and runs of those that are folded: the shortest that nothing is said of."""
    keep = {place for place, one in enumerate(segments) if one.duration_ns < 0 or one.doubt is not None}
    longest = sorted(range(len(segments)), key=lambda place: (-segments[place].duration_ns, place))
    keep |= set(longest[: SHOWN if len(segments) > SHOWN + 2 else len(segments)])
    runs = groupby(enumerate(segments), key=lambda item: item[0] in keep)
    return [(shown, [one for _, one in run]) for shown, run in runs]


def _more(run: Sequence[Segment]) -> list[Part]:
    took = right(duration(sum(one.duration_ns for one in run)), _TOOK)
    return [(" " * _AT + took + " " * (_SHARE + 2) + f"… {plural(len(run), 'shorter segment')}", "dim")]


def _percent(path: CriticalPath, duration_ns: int) -> str:
    share = path.share(duration_ns)
    return "" if share is None else f" {share * 100:.0f} %"


def _legend(path: CriticalPath, width: int) -> list[str]:
    """What the signs mean that are used, on as few lines as they fit on."""
    used = {one.kind for one in path.segments}
    signs = [f"{sign} {meaning}" for kind, (sign, _, meaning) in SIGNS.items() if kind in used]
    signs += ["‹ clock skew"] if any(one.duration_ns < 0 for one in path.segments) else []
    lines = [""]
    for sign in signs:
        longer = f"{lines[-1]}  {sign}" if lines[-1] else sign
        lines[-1:] = [longer] if cells(longer) <= width else [lines[-1], sign]
    return lines
