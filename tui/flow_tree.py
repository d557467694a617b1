"""A flow as a tree over topics and groups: event -> each group's attempts -> what they caused. Pure.

A flow is a DAG: an event with two causes stands under the one that is met first, and a reference stands under the
other. Nothing here recurses, so that a chain of thousands of steps is only a long list.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tracer.flows.model import Edge, Event, Flow, Processing
from tracer.render.bars import scale
from tracer.render.rows import GUESS
from tracer.render.tree import Delivery, Effect, flow_tree
from tracer.render.tree import FlowTree as Lookups

NodeKind = Literal["event", "again", "delivery", "attempt"]


@dataclass(frozen=True, slots=True)
class Node:
    """One line's subject. `attempts` are in order: all of a delivery, one of an attempt, none of an event.

    `edge` is the step that led here, None where none is known; `event` is the event itself or the one delivered.
    `is_one_of_many` marks an attempt that stands under the line of its delivery.
    """

    key: str
    kind: NodeKind
    event: Event
    attempts: tuple[Processing, ...] = ()
    edge: Edge | None = None
    is_one_of_many: bool = False

    @property
    def is_guess(self) -> bool:
        """Whether the step that led here is only a guess."""
        return self.edge is not None and self.edge.confidence < GUESS

    @property
    def span(self) -> tuple[str, str] | None:
        """Trace id and span id of what tells most about it: the last attempt's span, the event's send span."""
        told: Event | Processing = self.attempts[-1] if self.attempts else self.event
        return (told.trace_id, told.span_id) if told.trace_id and told.span_id else None


@dataclass(frozen=True, slots=True)
class FlowTree:
    """Nodes by key, the children of each, the roots (the event asked for), and what caused them, first cause first."""

    nodes: dict[str, Node]
    children: dict[str, tuple[str, ...]]
    roots: tuple[str, ...]
    causes: tuple[Node, ...]
    start: int
    end: int
    left_out: int = 0


def build(flow: Flow) -> FlowTree:
    """The tree of a flow: down from the event that was asked for, and the way up from it."""
    graph = flow_tree(flow)
    nodes: dict[str, Node] = {}
    children: dict[str, tuple[str, ...]] = {}
    waiting = deque([_event(graph.focus, graph)] if graph.focus is not None else [])
    roots = tuple(node.key for node in waiting)
    nodes.update((node.key, node) for node in waiting)
    while waiting:
        node = waiting.popleft()
        below = _below(node, graph, nodes)
        nodes.update((child.key, child) for child in below)
        children[node.key] = tuple(child.key for child in below)
        waiting.extend(child for child in below if child.kind != "again")
    on = scale(flow.graph.events, flow.graph.processings, 0)
    return FlowTree(nodes, children, roots, tuple(_causes(graph)), on.start, on.end, flow.left_out)


def _event(event: Event, graph: Lookups, prefix: str = "") -> Node:
    edge = max(graph.causes.get(event.id, ()), key=lambda edge: edge.confidence, default=None)
    return Node(prefix + event.id, "event", event, edge=edge)


def _causes(graph: Lookups) -> Iterator[Node]:
    """What led to the event, the first cause first: each event, and the attempts through which it went on."""
    for event, through in graph.ancestors():
        yield _event(event, graph, "up:")
        for processing, _ in through:
            edge = graph.delivered.get(processing.id)
            yield Node(f"up:{processing.id}", "attempt", event, (processing,), edge)


def _below(node: Node, graph: Lookups, nodes: dict[str, Node]) -> list[Node]:
    """The groups that handled an event, the attempts of a delivery, or what an attempt caused."""
    if node.kind == "event":
        return [_delivery(delivery, graph) for delivery in graph.deliveries.get(node.event.id, ())]
    if node.kind == "delivery":
        return [_attempt(node.event, attempt, graph, is_one_of_many=True) for attempt in node.attempts]
    return [_effect(node.attempts[0].id, effect, nodes) for effect in graph.effects.get(node.attempts[0].id, ())]


def _delivery(delivery: Delivery, graph: Lookups) -> Node:
    """One attempt is a line itself; several stand under a line of the delivery."""
    if len(delivery.attempts) == 1:
        return _attempt(delivery.event, delivery.attempts[0], graph)
    key = f"{delivery.event.id}#{delivery.group}"
    return Node(key, "delivery", delivery.event, delivery.attempts, delivery.edge)


def _attempt(event: Event, attempt: Processing, graph: Lookups, is_one_of_many: bool = False) -> Node:
    return Node(attempt.id, "attempt", event, (attempt,), graph.delivered.get(attempt.id), is_one_of_many)


def _effect(source: str, effect: Effect, nodes: dict[str, Node]) -> Node:
    """What an attempt caused; a reference where that stands elsewhere already."""
    event = effect.event
    if event.id in nodes:
        return Node(f"{source}>{event.id}", "again", event, edge=effect.edge)
    return Node(event.id, "event", event, edge=effect.edge)
