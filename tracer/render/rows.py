"""The text of each line of a flow, and of what is said below it. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tracer.flows.model import Edge, Event, Processing
from tracer.flows.waiting import delivery_time
from tracer.render import remarks
from tracer.render.cells import Part, clean
from tracer.render.outline import Node, Row
from tracer.render.tree import FlowTree
from tracer.render.waiting import queue_parts_text, skew_texts
from tracer.render.words import GLYPHS, duration, event_name, plural, tally

UNSEEN = "no consumer seen"
"""Said of an event that no span tells anybody to have been handed: it may be that nobody told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the drawing before it, its text, and what its figures and its bar are made of.

    `name` is cut where the line is too long, `extra` left away; `sign` and `tail` always stay. What is `wide` (a
    note, an event that is shown above) has no figures and no bar and may use the whole width.
    """

    branch: str
    name: Part
    sign: Part = ("", "")
    tail: tuple[Part, ...] = ()
    extra: tuple[Part, ...] = ()
    event: Event | None = None
    attempts: tuple[Processing, ...] = ()
    wide: bool = False


def row_lines(
    tree: FlowTree, row: Row, before: Row | None, evidence: bool, is_whole: bool, *, times: bool = False
) -> Iterator[Line]:
    """A row of the outline and what is said below it. `before` is the row before, `is_whole` marks what was asked.

    `times`: the parts of the time in queue as well.
    """
    branch, below = _drawing(row)
    if row.node is None:
        head = (f"({row.goes_on})", "bold") if row.goes_on else (more_text(tree, row), "dim")
        yield Line(branch, head, wide=True)
        return
    node = row.node
    if node.kind == "event":
        yield _event_line(tree, row, node, branch, is_whole)
    else:
        yield handled_line(row, node, branch, _error_before(node, before))
    if not row.repeats and not row.goes_on:
        notes = [*_notes(tree, row, node, before), *_time_notes(tree, row, node, times)]
        if evidence and node.edge is not None and (len(node.attempts) < 2 or row.fold == "folded"):
            notes += [(reason, "dim") for reason in remarks.evidence(node.edge)]
        yield from (Line(below, note, wide=True) for note in notes)


def _drawing(row: Row) -> tuple[str, str]:
    """What stands before a line, and before what is said below it."""
    indent = "".join(f"{stroke}  " for stroke in row.indent)
    stroke = "┄" if row.node is not None and row.node.is_dashed else "─"
    branch = f"{row.branch}{stroke} " if row.branch else ""
    side = {"├": "│  ", "└": "   ", "": ""}[row.branch]
    return indent + branch, indent + side + ("│  " if row.below else "   ")


def more_text(tree: FlowTree, row: Row) -> str:
    """What a line that stands for several nodes says of them: how many, of what, and what went wrong among them."""
    first = row.hidden[0]
    count = len(row.hidden)
    if row.repeats:
        where = by_topic(node.event for node in row.hidden) + doubts(node.edge for node in row.hidden)
        return f"+{plural(count, 'event')} shown above: {where}"
    if first.kind != "event":
        word = "more group" if first.kind == "group" else "more attempt"
        return f"+{plural(count, word)}: {tally(node.attempts[-1].outcome for node in row.hidden)}"
    broken = sum(node.event.id in tree.broken for node in row.hidden)
    failed = f"; {broken:,} led to failures" if broken else ""
    return f"+{plural(count, 'more event')}: {by_topic(node.event for node in row.hidden)}{failed}"


def doubts(edges: Iterable[Edge | None]) -> str:
    """How many of several steps are guesses, and how sure."""
    told = [remarks.doubt(edge) for edge in edges]
    doubts = sorted(doubt.removeprefix("guess ") for doubt in told if doubt)
    if not doubts:
        return ""
    which = "each a guess" if len(doubts) == len(told) else f"{len(doubts):,} of them guesses"
    return f" ({which}, {doubts[0]}{'' if doubts[0] == doubts[-1] else f' to {doubts[-1]}'})"


def by_topic(events: Iterable[Event]) -> str:
    """Events counted, `12 in orders, 3 in payments`."""
    topics = Counter(clean(event.topic or "an unknown topic") for event in events)
    return ", ".join(f"{count:,} in {topic}" for topic, count in topics.most_common())


KINDS = {
    "caused": ("◆ ", "", "event"),
    "delivered": ("◆ ", "", "event"),
    "retried": ("↻ ", "retry", "retried"),
    "dead-lettered": ("† ", "dead letter", "dead-lettered"),
}
_REPEATS = {"above": "shown above", "circle": "↺ a circle, shown above"}


def _event_line(tree: FlowTree, row: Row, node: Node, branch: str, is_whole: bool) -> Line:
    """An event, marked when it was retried or dead-lettered on the way here; its key if another."""
    event = node.event
    sign, word, style = KINDS[node.edge.kind if node.edge else "caused"]
    tail: list[Part] = [(f"  {word}", style)] if word else []
    if node.by is not None:
        tail.append((f"  by attempt {node.by.attempt}", "dim"))
    tail += guess_tail(node.edge)
    if row.repeats:
        tail.append((f"  {_REPEATS[row.repeats]}", "dim"))
        return Line(branch, (event_name(event), "event"), (sign, style), tuple(tail), event=event, wide=True)
    if row.goes_on:
        tail.append((f"  goes on at ({row.goes_on})", "dim"))
    elif is_whole and event is tree.focus:
        tail.append(("  ◀ asked for", "bold"))
    extra: list[Part] = []
    if not tree.deliveries.get(event.id):
        extra.append((f"  {UNSEEN}", "dim"))
    extra += key_tail(tree, event)
    return Line(branch, (event_name(event), "event"), (sign, style), tuple(tail), tuple(extra), event=event)


def key_tail(tree: FlowTree, event: Event) -> list[Part]:
    """The key of an event, where it is not that of the event asked for."""
    same = tree.focus is not None and event.key == tree.focus.key and event is not tree.focus
    return [] if event.key is None or same else [(f"  key {clean(event.key)}", "dim")]


def guess_tail(edge: Edge | None) -> list[Part]:
    """The mark of a step that nothing proves."""
    return [(f"  {told}", "warning")] if (told := remarks.doubt(edge)) else []


def handled_line(row: Row, node: Node, branch: str, error_before: str | None) -> Line:
    """A group by its last attempt, or one attempt."""
    last = node.attempts[-1]
    tail: list[Part] = [(f"  {last.outcome}", last.outcome)]
    extra: list[Part] = []
    if node.kind == "attempt":
        name: Part = (f"attempt {last.attempt}", "")
        if last.backoff_ns is not None:
            extra.append((f"  backoff {duration(last.backoff_ns)}", "dim"))
        if last.error and last.error == error_before:
            extra.append(("  same error", "error"))
    else:
        name = group_name(last)
        if len(node.attempts) > 1 and row.fold != "folded":
            tail.append((f" after {len(node.attempts)} attempts", last.outcome))
        elif len(node.attempts) == 1 and last.attempt > 1:
            tail.append((f" at attempt {last.attempt}", last.outcome))
        if last.service is not None and last.service != last.group:
            extra.append((f"  {clean(last.service)}", "dim"))
    sign = (f"{GLYPHS[last.outcome]} ", last.outcome)
    return Line(branch, name, sign, (*tail, *guess_tail(node.edge)), tuple(extra), attempts=node.attempts)


def group_name(attempt: Processing) -> Part:
    """A group; `~` before the service that stands in where no span tells it."""
    if attempt.group_known:
        return clean(attempt.group), "bold"
    return f"~{clean(attempt.group)}", "warning"


def figures(attempts: tuple[Processing, ...]) -> tuple[Part, Part]:
    """Time in queue of the first attempt, processing time of all together; a dash for what no span tells."""
    queue = attempts[0].queue_ns
    skewed = queue is not None and queue < 0
    known = [attempt.duration_ns for attempt in attempts if attempt.duration_ns is not None]
    took = sum(known) if len(known) == len(attempts) else None
    return (duration(queue), "warning" if skewed else "queue"), (duration(took), "")


def _notes(tree: FlowTree, row: Row, node: Node, before: Row | None) -> Iterator[Part]:
    if node.kind == "event":
        yield from remarks.of_event(node.event)
    elif len(node.attempts) == 1:
        known = attempts_known(tree, node.attempts[0])
        yield from remarks.of_attempt(node.attempts[0], _error_before(node, before), known)
    elif row.fold != "open" or node.delivery is None:
        yield from remarks.of_attempts(node.attempts, node.delivery.retries if node.delivery is not None else ())


def _time_notes(tree: FlowTree, row: Row, node: Node, times: bool) -> Iterator[Part]:
    """What is proven of the clocks behind a time in queue, and its parts; on a group's line for its folded attempts."""
    if not node.attempts or (len(node.attempts) > 1 and row.fold == "open"):
        return
    yield from ((f"clocks: {text}", "warning") for text in skew_texts(tree.flow, tree.events, node.attempts))
    handed = tree.events.get(node.attempts[0].event) if times and len(node.attempts) == 1 else None
    if handed is not None and (parts := queue_parts_text(delivery_time(handed, node.attempts[0]))):
        yield f"in queue: {parts}", "dim"


def attempts_known(tree: FlowTree, attempt: Processing) -> int:
    """Attempts that are known up to this one, those in the topics before its retry topic included."""
    known, met = attempt.attempt, {attempt.event}
    while edge := tree.strongest_cause(tree.events[attempt.event]):
        if edge.kind != "retried" or (cause := tree.processings.get(edge.source)) is None or cause.event in met:
            break
        if cause.event not in tree.events:
            break
        attempt = cause
        met.add(attempt.event)
        known += attempt.attempt
    return known


def _error_before(node: Node, before: Row | None) -> str | None:
    """The error of the attempt on the line before, where that is one of the same group."""
    if node.kind != "attempt" or before is None or before.node is None or before.node.kind != "attempt":
        return None
    last = before.node.attempts[0]
    return last.error if (last.event, last.group) == (node.attempts[0].event, node.attempts[0].group) else None
