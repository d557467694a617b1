"""What led to the event that was asked for, as lines above it, the first cause first. Pure.

The way is the surest cause of each event in turn; of several causes the others are told under the one that is on the
way, or, unfolded, every cause stands with the event that it led to.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tracer.flows.model import Edge, Event, Outcome, Processing
from tracer.render.outline import Node
from tracer.render.tree import FlowTree, in_time

SHOWN = 12
"""Events of the way that are shown: the first cause, and those nearest to the event."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One event above, and the attempts through which it led on.

    `node` is the event with the edge that led to it, `attempts` those through which it went on, each with the edge to
    the next event. `also` are other causes of that next event that are not shown, `before` counts events of the way
    that are left out before this one.
    """

    node: Node
    attempts: tuple[tuple[Node, Edge], ...]
    also: tuple[tuple[Node, Edge], ...] = ()
    before: int = 0
    groups: dict[Outcome, int] | None = None
    events: int = 0


@dataclass(frozen=True, slots=True)
class Causes:
    """The lines above; `further` counts causes of causes that are neither on the way nor beside it."""

    above: tuple[Cause, ...] = ()
    further: int = 0


def causes(tree: FlowTree, unfolded: bool) -> Causes:
    """What led to the focus: one way, or, `unfolded`, all that is known."""
    if tree.focus is None:
        return Causes()
    return Causes(tuple(_every(tree))) if unfolded else _way(tree, tree.focus)


def _way(tree: FlowTree, focus: Event) -> Causes:
    found: list[Cause] = []
    target, met = focus, {focus.id}
    named: set[str] = set()
    while step := _step(tree, target, met):
        found.append(step)
        target = step.node.event
        met.add(target.id)
        named |= {node.event.id for node, _ in step.also}
    found.reverse()
    further = len([event for event in tree.ancestors() if event.id not in met | named])
    if left_out := max(0, len(found) - SHOWN):
        rest = found[left_out + 1 :]
        found = [found[0], _replaced(rest[0], left_out), *rest[1:]]
    return Causes(tuple(found), further)


def _step(tree: FlowTree, target: Event, met: set[str]) -> Cause | None:
    """The surest cause of an event that is not on the way yet, with the other causes."""
    edges = sorted(_causing(tree, target), key=lambda edge: (-edge.confidence, *_began(tree, edge)))
    place = next((at for at, edge in enumerate(edges) if _event(tree, edge).id not in met), None)
    if place is None:
        return None
    edge = edges.pop(place)
    also = tuple((_attempt(tree, other), other) for other in edges if _event(tree, other).id not in met)
    return _cause(tree, _event(tree, edge), [edge], also)


def _every(tree: FlowTree) -> list[Cause]:
    on: dict[str, list[Edge]] = {}
    events = tree.ancestors()
    for target in [*events, *([tree.focus] if tree.focus else [])]:
        for edge in _causing(tree, target):
            on.setdefault(_event(tree, edge).id, []).append(edge)
    return [
        _cause(tree, event, sorted(on[event.id], key=lambda edge: _began(tree, edge)), ())
        for event in sorted(events, key=in_time)
    ]


def _cause(tree: FlowTree, event: Event, on: list[Edge], also: tuple[tuple[Node, Edge], ...]) -> Cause:
    attempts = tuple((_attempt(tree, edge), edge) for edge in on)
    through = {node.attempts[0].id for node, _ in attempts}
    groups: Counter[Outcome] = Counter(
        delivery.outcome
        for delivery in tree.deliveries.get(event.id, ())
        if not any(attempt.id in tree.led_on for attempt in delivery.attempts)
    )
    events = 0
    for one in tree.flow.beside:
        if one.node == event.id and one.outcome is not None:
            groups[one.outcome] += one.count
        elif one.node in through:
            events += one.count
    node = Node(event.id, "event", event, edge=tree.strongest_cause(event))
    return Cause(node, attempts, also, 0, dict(groups), events)


def _replaced(cause: Cause, before: int) -> Cause:
    return Cause(cause.node, cause.attempts, cause.also, before, cause.groups, cause.events)


def _causing(tree: FlowTree, event: Event) -> list[Edge]:
    return [edge for edge in tree.causes.get(event.id, ()) if tree.cause(edge) is not None]


def _event(tree: FlowTree, edge: Edge) -> Event:
    return tree.events[tree.processings[edge.source].event]


def _attempt(tree: FlowTree, edge: Edge) -> Node:
    attempt: Processing = tree.processings[edge.source]
    return Node(attempt.id, "group", tree.events[attempt.event], (attempt,), tree.delivered.get(attempt.id))


def _began(tree: FlowTree, edge: Edge) -> tuple[int, str]:
    """Of causes that are equally sure the latest comes first."""
    return (-(tree.processings[edge.source].started_at or 0), edge.source)
