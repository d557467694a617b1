"""A critical path as text: until when it leads, how much of it each kind of time was, then one segment a line. Pure."""

from __future__ import annotations

from tracer.flows.critical_path import CriticalPath, SegmentKind
from tracer.flows.model import Event, Flow
from tracer.render.cells import Part, cells, clean, fit, paint
from tracer.render.head import wrapped
from tracer.render.path_rows import SIGNS, FlowFacts, column_text, path_rows, percent, row_parts
from tracer.render.words import duration, event_name, moment

SHOWN = 40
"""Of more segments the shortest are folded to counts."""

NARROWEST = 60


def critical_path_text(flow: Flow, path: CriticalPath, width: int, colour: bool) -> str:
    """The path from its root to its target. No line is wider than `width` cells, or 60 where it is narrower."""
    width = max(width, NARROWEST)
    facts = FlowFacts(flow)
    lines = [*_head(path, width), [], [(column_text(path, width), "dim")]]
    lines += [row_parts(row, path, facts, width) for row in path_rows(path, facts, SHOWN)]
    lines += [[], *([(line, "dim")] for line in _legend(path, width))]
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def target_text(path: CriticalPath) -> str:
    """Until when the path leads."""
    if isinstance(path.target, Event):
        return f"until {event_name(path.target)} was produced"
    again = f" at attempt {path.target.attempt}" if path.target.attempt > 1 else ""
    return f"until {clean(path.target.group)} was done{again}"


def totals_text(path: CriticalPath) -> str:
    """How long it took, and how much of it each kind: `130ms: work 55ms 42 %, queue 55ms 42 %, call 20ms 15 %`."""
    sums: dict[SegmentKind, int] = {}
    for one in path.segments:
        sums[one.kind] = sums.get(one.kind, 0) + one.duration_ns
    longest_first = sorted(sums.items(), key=lambda item: -item[1])
    parts = [f"{kind} {duration(took)} {percent(path, took)}" for kind, took in longest_first]
    return f"{duration(path.duration_ns)}: {', '.join(parts) or 'no time at all'}"


def end_text(path: CriticalPath) -> str:
    """That the end of the target is not known, where that is so; else empty."""
    return "" if path.end_known else "No span tells when that ended: the path leads to its start."


def _head(path: CriticalPath, width: int) -> list[list[Part]]:
    lines: list[list[Part]] = [
        [(f"critical path {target_text(path)}", "bold")],
        [(clean(path.target.id), "dim")],
        [(f"since {moment(path.started_at)} UTC", "dim")],
        *wrapped(totals_text(path).split(", "), width, ", "),
    ]
    return [*lines, [(end_text(path), "warning")]] if end_text(path) else lines


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
