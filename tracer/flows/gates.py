"""Which of its causes a node of a flow waited for: the chain of events and attempts behind one of them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tracer.errors import NotFoundError
from tracer.flows.model import Edge, Event, Graph, Processing

SURE = 0.9
"""Steps at least so sure are believed before any that are less."""


@dataclass(frozen=True, slots=True)
class Link:
    """A node of a chain and the edge from it to the node after it in time; None at the end of the chain, and where no
    edge is known. From an attempt to the next one of the same delivery it is the edge that delivered the next.
    """

    node: Processing | Event
    edge: Edge | None = None


def finished_at(processing: Processing) -> int | None:
    """When an attempt ended; for one of a batch when the batch did. None where no span tells."""
    took = processing.batch_ns if processing.duration_ns is None else processing.duration_ns
    return None if took is None or processing.started_at is None else processing.started_at + took


class Gates:
    """Lookups over the graph of one flow."""

    def __init__(self, graph: Graph) -> None:
        self._events = {event.id: event for event in graph.events}
        self._processings = {processing.id: processing for processing in graph.processings}
        self._attempts = {(item.event, item.group, item.attempt): item for item in graph.processings}
        self._delivered: dict[str, Edge] = {}
        self._causes: dict[str, list[Edge]] = defaultdict(list)
        self._effects: dict[str, list[str]] = defaultdict(list)
        for edge in graph.edges:
            self._effects[edge.source].append(edge.target)
            if edge.kind != "delivered":
                self._causes[edge.target].append(edge)
            elif edge.target not in self._delivered or self._delivered[edge.target].confidence < edge.confidence:
                self._delivered[edge.target] = edge

    def last_below(self, nodes: Iterable[str], group: str | None) -> Processing | Event:
        """What ended last of all that `nodes` caused, the nodes included; with `group` only what that group handled.

        Where nothing was handled it is the last event. NotFoundError when the group handled none of it, or there is
        nothing at all.
        """
        below = self._below(nodes)
        handled = [self._processings[node] for node in below if node in self._processings]
        if group is not None and not any(item.group == group for item in handled):
            groups = ", ".join(sorted({item.group for item in handled})) or "none"
            raise NotFoundError(f"the group {group} handled nothing of this flow", f"groups that did: {groups}")
        handled = [item for item in handled if group in {None, item.group}]
        if handled:
            return max(handled, key=lambda item: (finished_at(item) or item.started_at or 0, item.id))
        events = [self._events[node] for node in below if node in self._events]
        if not events:
            raise NotFoundError("this flow has no event", "`tracer events` lists what there is")
        return max(events, key=lambda event: (event.produced_at or 0, event.id))

    def chain(self, target: Processing | Event) -> list[Link]:
        """The nodes that the target waited for, one behind the other, the target first. A circle ends it."""
        links = [Link(target)]
        met = {target.id}
        while (link := self._behind(links[-1].node)) is not None and link.node.id not in met:
            met.add(link.node.id)
            links.append(link)
        return links

    def _behind(self, node: Processing | Event) -> Link | None:
        if isinstance(node, Event):
            return self._gate(node)
        edge = self._delivered.get(node.id)
        before = self._attempts.get((node.event, node.group, node.attempt - 1))
        if before is not None:
            return Link(before, edge)
        event = self._events.get(node.event)
        return None if event is None else Link(event, edge)

    def _gate(self, event: Event) -> Link | None:
        """Of the attempts that sent the event the one that ended last before it; of several at once the one whose own
        event was produced last. Those that are sure come before those that are not.
        """
        edges = [edge for edge in self._causes.get(event.id, ()) if edge.source in self._processings]
        if not edges:
            return None
        enough = min(SURE, max(edge.confidence for edge in edges))
        likely = [edge for edge in edges if edge.confidence >= enough]
        gate = max(likely, key=lambda edge: self._lateness(self._processings[edge.source], event))
        return Link(self._processings[gate.source], gate)

    def _lateness(self, cause: Processing, effect: Event) -> tuple[int, int, str]:
        ended, handled = finished_at(cause), self._events.get(cause.event)
        ended = cause.started_at or 0 if ended is None else ended
        if effect.produced_at is not None:
            ended = min(ended, effect.produced_at)
        return ended, (handled.produced_at or 0) if handled else 0, cause.id

    def _below(self, nodes: Iterable[str]) -> set[str]:
        seen: set[str] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self._effects.get(node, ())
        return seen
