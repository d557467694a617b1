"""The lines of a flow in their order, with the drawing before each: what is shown, what is folded to a count. Pure.

An event stands above the groups it was handed to, an attempt above what it caused. A node that is met again is named
and not repeated. Where the tree gets too deep for the width, the rest goes on below under a number.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from tracer.flows.model import Edge, Event, Processing
from tracer.render.cells import Part, clean
from tracer.render.tree import Delivery, FlowTree
from tracer.render.words import BADNESS, GLYPHS, duration, event_name, plural, tally

T = TypeVar("T")

SHOWN = 8
"""Of more than SHOWN + 2 siblings only SHOWN are drawn, the worst of them for certain; the others are counted."""

GUESS = 0.5
"""An edge that is less sure than this is drawn dashed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the drawing before it, its text, and what its figures and its bar are made of.

    `name` is cut where the line is too long, `extra` left away; `sign` and `tail` always stay. A note (`wide`) has no
    figures and may use the whole width.
    """

    branch: str
    name: Part
    sign: Part = ("", "")
    tail: tuple[Part, ...] = ()
    extra: tuple[Part, ...] = ()
    event: Event | None = None
    attempts: tuple[Processing, ...] = ()
    wide: bool = False


def flow_rows(tree: FlowTree, roots: Sequence[Event], max_indent: int) -> list[Row]:
    """The lines of everything that each root caused, root first. What is too deep for `max_indent` cells goes below."""
    walk = _Walk(tree, max_indent)
    for root in roots:
        walk.event(root, None, "", "")
    while walk.postponed:
        number, event, edge = walk.postponed.popleft()
        walk.rows.append(Row("", (f"({number})", "bold"), wide=True))
        walk.event(event, edge, "", "")
    return walk.rows


class _Walk:
    """Depth first through the tree; owns the lines made so far and what was shown."""

    def __init__(self, tree: FlowTree, max_indent: int) -> None:
        self.tree = tree
        self.max_indent = max_indent
        self.rows: list[Row] = []
        self.postponed: deque[tuple[int, Event, Edge | None]] = deque()
        self._seen: set[str] = set()
        self._postponed = 0

    def event(self, event: Event, edge: Edge | None, branch: str, indent: str) -> None:
        row = event_row(branch, event, edge, self.tree.focus)
        if event.id in self._seen:
            self.rows.append(replace(row, tail=(*row.tail, ("  shown above", "dim")), event=None))
            return
        if len(indent) > self.max_indent:
            self._postponed += 1
            self.postponed.append((self._postponed, event, edge))
            self.rows.append(replace(row, tail=(*row.tail, (f"  goes on at ({self._postponed})", "dim"))))
            return
        self._seen.add(event.id)
        deliveries = self.tree.deliveries.get(event.id, [])
        if not deliveries:
            row = replace(row, extra=(("  not consumed", "dim"), *row.extra))
        self.rows.append(row)
        self._note(indent, bool(deliveries), guess(edge))
        shown, folded = _split(deliveries, [BADNESS.index(delivery.outcome) for delivery in deliveries])
        for place, delivery in enumerate(shown):
            last = place == len(shown) - 1 and not folded
            self._delivery(delivery, *_drawing(indent, last, delivery.edge))
        self._more(indent, len(folded), "group", tally(delivery.outcome for delivery in folded))

    def _delivery(self, delivery: Delivery, branch: str, indent: str) -> None:
        attempts = delivery.attempts
        self.rows.append(delivery_row(branch, attempts))
        self._note(indent, len(attempts) > 1 or bool(self.tree.effects.get(attempts[0].id)), guess(delivery.edge))
        if len(attempts) == 1:
            self._inside(attempts[0], indent, None)
            return
        shown, folded = _split(attempts, [BADNESS.index(attempt.outcome) for attempt in attempts])
        error = None
        for place, attempt in enumerate(shown):
            branch, below = _drawing(indent, place == len(shown) - 1 and not folded, None)
            self.rows.append(_attempt_row(branch, attempt, error))
            self._inside(attempt, below, error)
            error = attempt.error
        self._more(indent, len(folded), "attempt", tally(attempt.outcome for attempt in folded))

    def _inside(self, attempt: Processing, indent: str, error_before: str | None) -> None:
        """What is told of an attempt below its line, and what it caused."""
        effects = self.tree.effects.get(attempt.id, [])
        if attempt.error and attempt.error != error_before:
            self._note(indent, bool(effects), (clean(attempt.error), "error"))
        if attempt.queue_ns is not None and attempt.queue_ns < 0:
            text = f"clock skew: started {duration(-attempt.queue_ns)} before it was produced"
            self._note(indent, bool(effects), (text, "warning"))
        ranks = [self.tree.badness(effect.event) + (effect.edge.kind != "caused") for effect in effects]
        shown, folded = _split(effects, ranks)
        for place, effect in enumerate(shown):
            last = place == len(shown) - 1 and not folded
            self.event(effect.event, effect.edge, *_drawing(indent, last, effect.edge))
        topics = Counter(clean(effect.event.topic or "an unknown topic") for effect in folded)
        where = ", ".join(f"{count:,} in {topic}" for topic, count in topics.most_common())
        self._more(indent, len(folded), "event", where)

    def _note(self, indent: str, more: bool, part: Part | None) -> None:
        if part:
            self.rows.append(Row(indent + ("│  " if more else "   "), part, wide=True))

    def _more(self, indent: str, count: int, word: str, which: str) -> None:
        if count:
            self.rows.append(Row(indent + "└─ ", (f"… {plural(count, f'more {word}')}: {which}", "dim"), wide=True))


def event_row(branch: str, event: Event, edge: Edge | None, focus: Event | None) -> Row:
    """The line of an event, marked when it was retried or dead-lettered on the way here; its key if another."""
    sign, word, style = _KINDS[edge.kind if edge else "caused"]
    tail: tuple[Part, ...] = ((f"  {word}", style),) if word else ()
    same = focus is not None and event.key == focus.key and event is not focus
    extra: tuple[Part, ...] = () if event.key is None or same else ((f"  key {clean(event.key)}", "dim"),)
    return Row(branch, (event_name(event), "event"), (sign, style), tail, extra, event=event)


_KINDS = {
    "caused": ("◆ ", "", "event"),
    "delivered": ("◆ ", "", "event"),
    "retried": ("↻ ", "retry", "retried"),
    "dead-lettered": ("† ", "dead letter", "dead-lettered"),
}


def delivery_row(branch: str, attempts: tuple[Processing, ...]) -> Row:
    """The line of a group that was handed an event, by its last attempt; its service where that has another name."""
    last = attempts[-1]
    tries = f" after {len(attempts)} attempts" if len(attempts) > 1 else ""
    if len(attempts) == 1 and last.attempt > 1:
        tries = f" at attempt {last.attempt}"
    known = last.group_known
    name = clean(last.group) if known else "~" + clean(last.group)
    service = last.service if last.service != last.group else None
    return Row(
        branch,
        (name, "bold" if known else "warning"),
        (f"{GLYPHS[last.outcome]} ", last.outcome),
        ((f"  {last.outcome}{tries}", last.outcome),),
        ((f"  {clean(service)}", "dim"),) if service else (),
        attempts=attempts,
    )


def _attempt_row(branch: str, attempt: Processing, error_before: str | None) -> Row:
    extra: list[Part] = []
    if attempt.backoff_ns is not None:
        extra.append((f"  backoff {duration(attempt.backoff_ns)}", "dim"))
    if attempt.error and attempt.error == error_before:
        extra.append(("  same error", "error"))
    return Row(
        branch,
        (f"attempt {attempt.attempt}", ""),
        (f"{GLYPHS[attempt.outcome]} ", attempt.outcome),
        ((f"  {attempt.outcome}", attempt.outcome),),
        tuple(extra),
        attempts=(attempt,),
    )


def guess(edge: Edge | None) -> Part | None:
    """What is to be said of an edge that is not certain."""
    if edge is None or edge.confidence >= 1:
        return None
    word = "a guess" if edge.confidence < GUESS else "not certain"
    return (f"{word}, confidence {edge.confidence:.2f}, by {edge.method}", "warning")


def _drawing(indent: str, last: bool, edge: Edge | None) -> tuple[str, str]:
    """What stands before a child's line, and before the lines below it."""
    stroke = "┄" if edge is not None and edge.confidence < GUESS else "─"
    return indent + ("└" if last else "├") + stroke + " ", indent + ("   " if last else "│  ")


def _split(items: Sequence[T], badness: Sequence[int]) -> tuple[Sequence[T], Sequence[T]]:
    """The items drawn and those folded, each in the order given; the worst are drawn."""
    if len(items) <= SHOWN + 2:
        return items, ()
    worst = sorted(range(len(items)), key=lambda place: (-badness[place], place))[:SHOWN]
    drawn = set(worst)
    return (
        [item for place, item in enumerate(items) if place in drawn],
        [item for place, item in enumerate(items) if place not in drawn],
    )
