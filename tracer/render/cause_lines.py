"""The text of what led to an event: each event above, the attempts through which it led on, what is folded. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.flows.model import Edge
from tracer.render import remarks
from tracer.render.causes import Cause
from tracer.render.outline import Node, Row
from tracer.render.rows import KINDS, Line, attempts_known, by_topic, doubts, guess_tail, handled_line, key_tail
from tracer.render.tree import FlowTree
from tracer.render.words import event_name, moment, plural, tally

NAMED = 3
"""Causes that are named one by one before they are counted by topic."""


def cause_lines(tree: FlowTree, cause: Cause, evidence: bool, unfolded: bool) -> Iterator[Line]:
    """An event above, the attempts through which it led on, and what is folded beside it."""
    if cause.before:
        yield Line("", (f"… {plural(cause.before, 'event')} between", "dim"), wide=True)
    event, edge = cause.node.event, None if unfolded else cause.node.edge
    sign, word, style = KINDS[edge.kind if edge else "caused"]
    tail = ([(f"  {word}", style)] if word else []) + guess_tail(edge)
    extra = [(f"  {moment(event.produced_at)[11:]}", "dim")] if event.produced_at is not None else []
    name = (event_name(event), "event")
    yield Line("", name, (sign, style), tuple(tail), (*extra, *key_tail(tree, event)), event=event)
    if evidence and edge is not None:
        yield from (Line("│    ", (reason, "dim"), wide=True) for reason in remarks.evidence(edge))
    for node, onward in cause.attempts:
        yield from _led_on(tree, node, onward, evidence, unfolded)
    yield from (Line("│  ", (text, "dim"), wide=True) for text in [*beside(cause), *also(cause)])


def _led_on(tree: FlowTree, node: Node, onward: Edge, evidence: bool, unfolded: bool) -> Iterator[Line]:
    last = node.attempts[-1]
    yield handled_line(Row(node.key, node), node, "│  ", None)
    notes = list(remarks.of_attempt(last, last.error, attempts_known(tree, last)))
    if evidence and node.edge is not None:
        notes += [(reason, "dim") for reason in remarks.evidence(node.edge)]
    yield from (Line("│    ", note, wide=True) for note in notes)
    if unfolded:
        target = event_name(tree.events[onward.target])
        yield Line("│    ", (f"→ {target}", "event"), tail=tuple(guess_tail(onward)), wide=True)
        reasons = remarks.evidence(onward) if evidence else []
        yield from (Line("│      ", (reason, "dim"), wide=True) for reason in reasons)


def beside(cause: Cause) -> Iterator[str]:
    """What else became of an event above: other groups, other events that the same attempt caused."""
    if cause.groups:
        yield f"… {plural(sum(cause.groups.values()), 'other group')}: {tally(cause.groups)}"
    if cause.events:
        yield f"… {plural(cause.events, 'other event')} caused by the same"


def also(cause: Cause) -> Iterator[str]:
    """Other causes of the next event: named while they are few, else counted by topic."""
    if not cause.also:
        return
    events = [node.event for node, _ in cause.also]
    names = ", ".join(map(event_name, events)) if len(events) <= NAMED else by_topic(events)
    yield f"+{plural(len(events), 'more cause')} of the next: {names}{doubts(edge for _, edge in cause.also)}"
