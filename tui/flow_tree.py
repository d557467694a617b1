"""A flow as a tree over topics and groups: event -> each group's attempts -> what they caused. Pure.

A flow is a DAG: an event with two causes stands under the one that is met first, and a reference stands under the
other. Nothing here recurses, so that a chain of thousands of steps is only a long list.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tracer.flows.model import Edge, Event, Flow, Processing

GUESS = 0.5
"""Edges less sure than this are drawn dashed and called guesses."""

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


class _Index:
    """The flow's graph by the ways in which the tree is walked."""

    def __init__(self, flow: Flow) -> None:
        graph = flow.graph
        self.events = {event.id: event for event in graph.events}
        self.processings = {processing.id: processing for processing in graph.processings}
        self.edge = {(edge.source, edge.target): edge for edge in graph.edges}
        self.deliveries: dict[str, dict[str, list[Processing]]] = defaultdict(lambda: defaultdict(list))
        for processing in sorted(graph.processings, key=lambda p: (p.started_at or 0, p.attempt, p.id)):
            self.deliveries[processing.event][processing.group].append(processing)
        self.effects: dict[str, list[Event]] = defaultdict(list)
        self.caused_by: dict[str, list[str]] = defaultdict(list)
        for edge in graph.edges:
            if edge.kind != "delivered" and edge.target in self.events:
                self.effects[edge.source].append(self.events[edge.target])
                self.caused_by[edge.target].append(edge.source)
        for effects in self.effects.values():
            effects.sort(key=lambda event: (event.produced_at or 0, event.id))


def build(flow: Flow) -> FlowTree:
    """The tree of a flow: down from the event that was asked for, and the way up from it."""
    index = _Index(flow)
    roots = _roots(flow, index)
    nodes: dict[str, Node] = {}
    children: dict[str, tuple[str, ...]] = {}
    causes = _causes(roots, index)
    waiting = deque(Node(event.id, "event", event, edge=_edge_into(event, index)) for event in roots)
    nodes.update((node.key, node) for node in waiting)
    while waiting:
        node = waiting.popleft()
        below = _deliveries(node, index) if node.kind == "event" else _below(node, index, nodes)
        nodes.update((child.key, child) for child in below)
        children[node.key] = tuple(child.key for child in below)
        waiting.extend(child for child in below if child.kind != "again")
    start, end = _range(flow)
    return FlowTree(nodes, children, tuple(event.id for event in roots), causes, start, end, flow.left_out)


def _roots(flow: Flow, index: _Index) -> list[Event]:
    """The event asked for; where the flow was asked for in another way (a key, a trace), all that nothing caused."""
    if flow.asked in index.events:
        return [index.events[flow.asked]]
    if flow.asked in index.processings and index.processings[flow.asked].event in index.events:
        return [index.events[index.processings[flow.asked].event]]
    sources = [event for event in index.events.values() if event.id not in index.caused_by]
    return sorted(sources or index.events.values(), key=lambda event: (event.produced_at or 0, event.id))


def _causes(roots: list[Event], index: _Index) -> tuple[Node, ...]:
    """What caused the roots, as a list from the first cause down to the last: event, attempt, event, attempt."""
    found: list[Node] = []
    seen = {event.id for event in roots}
    waiting = deque(event.id for event in roots)
    while waiting:
        target = waiting.popleft()
        for source in index.caused_by.get(target, ()):
            processing = index.processings.get(source)
            if processing is None or source in seen or processing.event not in index.events:
                continue
            seen.add(source)
            event = index.events[processing.event]
            found.append(
                Node(f"up:{source}", "attempt", event, (processing,), index.edge.get((event.id, source))),
            )
            if event.id not in seen:
                seen.add(event.id)
                found.append(Node(f"up:{event.id}", "event", event, edge=_edge_into(event, index)))
                waiting.append(event.id)
    return tuple(reversed(found))


def _edge_into(event: Event, index: _Index) -> Edge | None:
    into = [index.edge[source, event.id] for source in index.caused_by.get(event.id, ())]
    return max(into, key=lambda edge: edge.confidence, default=None)


def _deliveries(node: Node, index: _Index) -> list[Node]:
    """The groups that handled an event: one attempt is a line itself, several stand under a line of the delivery."""
    found = []
    for group, attempts in index.deliveries.get(node.event.id, {}).items():
        if len(attempts) == 1:
            found.append(_attempt(node.event, attempts[0], index))
        else:
            ordered = tuple(sorted(attempts, key=lambda processing: processing.attempt))
            edges = [edge for p in ordered if (edge := index.edge.get((node.event.id, p.id)))]
            edge = min(edges, key=lambda edge: edge.confidence, default=None)
            found.append(Node(f"{node.event.id}#{group}", "delivery", node.event, ordered, edge))
    return found


def _attempt(event: Event, processing: Processing, index: _Index, is_one_of_many: bool = False) -> Node:
    edge = index.edge.get((event.id, processing.id))
    return Node(processing.id, "attempt", event, (processing,), edge, is_one_of_many)


def _below(node: Node, index: _Index, nodes: dict[str, Node]) -> list[Node]:
    """The attempts of a delivery, or what an attempt caused. An event that stands elsewhere already is a reference."""
    if node.kind == "delivery":
        return [_attempt(node.event, processing, index, is_one_of_many=True) for processing in node.attempts]
    source = node.attempts[0].id
    found = []
    for event in index.effects.get(source, ()):
        edge = index.edge[source, event.id]
        if event.id in nodes:
            found.append(Node(f"{source}>{event.id}", "again", event, edge=edge))
        else:
            found.append(Node(event.id, "event", event, edge=edge))
    return found


def _range(flow: Flow) -> tuple[int, int]:
    """The first and the last moment of a flow, ns; equal when no time is known."""
    moments = list(_moments(flow.graph.events, flow.graph.processings))
    return (min(moments), max(moments)) if moments else (0, 0)


def _moments(events: Iterable[Event], processings: Iterable[Processing]) -> Iterable[int]:
    for event in events:
        if event.produced_at is not None:
            yield event.produced_at
    for processing in processings:
        if processing.started_at is not None:
            yield processing.started_at
            yield processing.started_at + (processing.duration_ns or 0)
