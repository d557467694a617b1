"""A flow's graph as the tree that a person reads: what the event in question caused, and the chain that led to it.

A flow is a DAG, so a node can be met twice; whoever walks the tree shows it once and refers to it after that. Pure.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass

from tracer.flows.model import Edge, Event, Flow, Outcome, Processing
from tracer.render.words import BADNESS


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event handed to one group: its attempts in order, and the weakest of the edges that say so."""

    event: Event
    group: str
    attempts: tuple[Processing, ...]
    edge: Edge | None

    @property
    def outcome(self) -> Outcome:
        """The outcome of the last attempt."""
        return self.attempts[-1].outcome

    @property
    def started_at(self) -> int:
        """The first start that is known; for sorting, so 0 where none is."""
        return min((attempt.started_at for attempt in self.attempts if attempt.started_at is not None), default=0)


@dataclass(frozen=True, slots=True)
class Effect:
    """An event that a processing produced, and how that is known."""

    edge: Edge
    event: Event


@dataclass(frozen=True, slots=True)
class FlowTree:
    """Lookups over one flow. Everything is in the order of time."""

    events: dict[str, Event]
    deliveries: dict[str, list[Delivery]]
    effects: dict[str, list[Effect]]
    causes: dict[str, list[Edge]]
    delivered: dict[str, Edge]
    processings: dict[str, Processing]
    focus: Event | None

    def badness(self, event: Event) -> int:
        """How bad the worst delivery of an event is, as an index into BADNESS."""
        return max((BADNESS.index(item.outcome) for item in self.deliveries.get(event.id, ())), default=0)

    def descendants(self, *roots: Event) -> set[str]:
        """Ids of the roots and of every event they caused."""
        seen: set[str] = set()
        waiting = [root.id for root in roots]
        while waiting:
            event = waiting.pop()
            if event in seen:
                continue
            seen.add(event)
            for delivery in self.deliveries.get(event, ()):
                for attempt in delivery.attempts:
                    waiting.extend(effect.event.id for effect in self.effects.get(attempt.id, ()))
        return seen

    def other_roots(self) -> list[Event]:
        """Events that nothing here caused and that have nothing to do with the focus: a trace may hold several."""
        if self.focus is None:
            return []
        met = self.descendants(self.focus) | {event.id for event, _ in self.ancestors()}
        roots = [event for event in self.events.values() if event.id not in self.causes and event.id not in met]
        return sorted(roots, key=_order)

    def ancestors(self) -> list[tuple[Event, list[tuple[Processing, Edge]]]]:
        """The events that led to the focus, oldest first, each with the attempts and edges through which it did."""
        through: dict[str, list[tuple[Processing, Edge]]] = {}
        waiting = deque([self.focus.id] if self.focus else [])
        met = set(waiting)
        while waiting:
            for edge in self.causes.get(waiting.popleft(), ()):
                processing = self.processings.get(edge.source)
                if processing is None or processing.event not in self.events:
                    continue
                through.setdefault(processing.event, []).append((processing, edge))
                if processing.event not in met:
                    met.add(processing.event)
                    waiting.append(processing.event)
        return [(self.events[event], found) for event, found in reversed(through.items()) if event != self.focus_id]

    @property
    def focus_id(self) -> str | None:
        """The id of the focus."""
        return self.focus.id if self.focus else None


def flow_tree(flow: Flow) -> FlowTree:
    """The tree of a flow, around the event that was asked for."""
    graph = flow.graph
    events = {event.id: event for event in graph.events}
    processings = {processing.id: processing for processing in graph.processings}
    delivered: dict[str, Edge] = {}
    effects: dict[str, list[Effect]] = defaultdict(list)
    causes: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        if edge.kind == "delivered":
            delivered[edge.target] = edge
        elif edge.target in events:
            effects[edge.source].append(Effect(edge, events[edge.target]))
            causes[edge.target].append(edge)
    for found in effects.values():
        found.sort(key=lambda effect: _order(effect.event))
    deliveries = _deliveries(flow, events, delivered)
    return FlowTree(events, deliveries, effects, causes, delivered, processings, _focus(flow, events, causes))


def _order(event: Event) -> tuple[int, int, int, str]:
    return (event.produced_at or 0, event.partition or 0, event.offset or 0, event.id)


def _deliveries(flow: Flow, events: dict[str, Event], delivered: dict[str, Edge]) -> dict[str, list[Delivery]]:
    attempts: dict[tuple[str, str], list[Processing]] = defaultdict(list)
    for processing in flow.graph.processings:
        attempts[processing.event, processing.group].append(processing)
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    for (event, group), found in attempts.items():
        if event in events:
            found.sort(key=lambda processing: processing.attempt)
            edges = [delivered[processing.id] for processing in found if processing.id in delivered]
            weakest = min(edges, key=lambda edge: edge.confidence, default=None)
            deliveries[event].append(Delivery(events[event], group, tuple(found), weakest))
    for of_event in deliveries.values():
        of_event.sort(key=lambda delivery: (delivery.started_at, delivery.group))
    return deliveries


def _focus(flow: Flow, events: dict[str, Event], causes: dict[str, list[Edge]]) -> Event | None:
    """The event that was asked for: by id (its own or an attempt's), key, span (its own or an attempt's), trace."""
    asked = flow.asked
    event_id = asked.split("#", 1)[0]
    if event_id in events:
        return events[event_id]
    word = event_id.removeprefix("span://").lower()
    trace_id, _, span_id = word.partition("/") if "/" in word else ("", "", word)
    span_id = span_id.split("/", 1)[0]
    newest_first = sorted(events.values(), key=lambda event: event.produced_at or 0, reverse=True)
    for event in newest_first:
        if asked == f"key={event.key}" or (event.span_id == span_id and trace_id in ("", event.trace_id)):
            return event
    for processing in flow.graph.processings:
        if processing.span_id == span_id and processing.event in events:
            return events[processing.event]
    of_trace = [event for event in newest_first if event.trace_id == word] or newest_first
    roots = [event for event in of_trace if event.id not in causes] or of_trace
    return roots[-1] if roots else None
