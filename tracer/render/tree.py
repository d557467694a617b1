"""A flow's graph as lookups for the tree that a person reads: what each event was handed to, what each attempt caused.

A flow is a DAG, so a node can be met twice; whoever walks the tree shows it once and refers to it after that. Pure.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tracer.flows.gates import SURE
from tracer.flows.model import Edge, Event, Flow, Outcome, Processing
from tracer.render.words import BADNESS

GUESS = 0.5
"""A guess (an edge that is less sure than SURE) that is less sure than this is drawn dashed."""

BROKEN: frozenset[Outcome] = frozenset({"error", "dead-lettered"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event handed to one group: its attempts in order, and the weakest of the edges that say so.

    Where the group went on by way of retry topics, `attempts` goes on with those there, `retries` are the events in
    them, and only the first `own` attempts are of the event itself.
    """

    event: Event
    group: str
    attempts: tuple[Processing, ...]
    edge: Edge | None
    own: int
    retries: tuple[Event, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The outcome of the last attempt."""
        return self.attempts[-1].outcome

    @property
    def started_at(self) -> int:
        """The first start that is known; for sorting, so 0 where none is."""
        return min((attempt.started_at for attempt in self.attempts if attempt.started_at is not None), default=0)

    @property
    def alone(self) -> Delivery:
        """Without what happened in retry topics."""
        return replace(self, attempts=self.attempts[: self.own], retries=())


@dataclass(frozen=True, slots=True)
class Effect:
    """An event that a processing produced, and how that is known."""

    edge: Edge
    event: Event


@dataclass(frozen=True, slots=True)
class FlowTree:
    """Lookups over one flow. Lists are in the order of time.

    `retried` are ids of events in retry topics; `absorbed` those whose attempts are told with the event they repeat.
    `led_on` are ids of the processings that led to the focus.
    `broken` has the worst outcome of each event under which something failed for good, as an index into BADNESS.
    """

    flow: Flow
    events: dict[str, Event]
    processings: dict[str, Processing]
    delivered: dict[str, Edge]
    effects: dict[str, list[Effect]]
    causes: dict[str, list[Edge]]
    deliveries: dict[str, list[Delivery]]
    focus: Event | None
    retried: frozenset[str] = frozenset()
    absorbed: frozenset[str] = frozenset()
    led_on: frozenset[str] = frozenset()
    broken: dict[str, int] = field(default_factory=dict)

    def trouble(self, delivery: Delivery) -> int:
        """How bad it went, with everything it caused, as an index into BADNESS."""
        below = max((self.trouble_below(attempt) for attempt in delivery.attempts), default=0)
        return max(BADNESS.index(delivery.outcome), below)

    def trouble_below(self, attempt: Processing) -> int:
        """How bad it went with what an attempt caused."""
        return max((self.broken.get(effect.event.id, 0) for effect in self.effects.get(attempt.id, ())), default=0)

    def descendants(self, *roots: Event, likely: bool = False) -> set[str]:
        """Ids of the roots and of every event they caused; `likely`: only by steps that are likelier than not."""
        seen: set[str] = set()
        waiting = [root.id for root in roots]
        while waiting:
            event = waiting.pop()
            if event in seen:
                continue
            seen.add(event)
            for delivery in self.deliveries.get(event, ()):
                for attempt in delivery.attempts:
                    waiting.extend(
                        effect.event.id
                        for effect in self.effects.get(attempt.id, ())
                        if not likely or effect.edge.confidence > 0.5
                    )
        return seen

    def ancestors(self) -> list[Event]:
        """The events that led to the focus, the nearest first, without the focus."""
        if self.focus is None:
            return []
        found: dict[str, Event] = {}
        waiting = deque([self.focus.id])
        while waiting:
            for edge in self.causes.get(waiting.popleft(), ()):
                cause = self.cause(edge)
                if cause is not None and cause.id not in found and cause is not self.focus:
                    found[cause.id] = cause
                    waiting.append(cause.id)
        return list(found.values())

    def cause(self, edge: Edge) -> Event | None:
        """The event whose processing an edge leaves."""
        processing = self.processings.get(edge.source)
        return self.events.get(processing.event) if processing is not None else None

    def strongest_cause(self, event: Event) -> Edge | None:
        """The surest edge that leads to an event."""
        return max(self.causes.get(event.id, ()), key=lambda edge: edge.confidence, default=None)

    def roots(self) -> list[Event]:
        """Where the flow begins: events that nothing here caused, then those of circles that nothing leads into."""
        if self.focus is None:
            return []
        found = sorted((event for event in self.events.values() if event.id not in self.causes), key=in_time)
        met = self.descendants(*found)
        for event in sorted(self.events.values(), key=lambda event: (event is not self.focus, in_time(event))):
            if event.id not in met:
                found.append(event)
                met |= self.descendants(event)
        return found

    def other_roots(self) -> list[Event]:
        """Events that nothing here caused and that have nothing to do with the focus: a trace may hold several."""
        if self.focus is None:
            return []
        met = self.descendants(self.focus) | {event.id for event in self.ancestors()}
        return [event for event in self.roots() if event.id not in met]


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
        found.sort(key=lambda effect: in_time(effect.event))
    deliveries = _deliveries(graph.processings, events, delivered)
    tree = FlowTree(
        flow, events, processings, delivered, effects, causes, deliveries, _focus(flow, events, causes),
        retried=frozenset(edge.target for edge in graph.edges if edge.kind == "retried"),
    )  # fmt: skip
    deliveries = {event: [_with_retries(tree, found) for found in several] for event, several in deliveries.items()}
    absorbed = frozenset(retry.id for several in deliveries.values() for found in several for retry in found.retries)
    tree = replace(tree, deliveries=deliveries, absorbed=absorbed)
    above = [*tree.ancestors(), *([tree.focus] if tree.focus else [])]
    led_on = frozenset(edge.source for event in above for edge in causes.get(event.id, ()))
    return replace(tree, broken=_broken(tree), led_on=led_on)


def in_time(event: Event) -> tuple[int, int, int, str]:
    """The order in which events are shown."""
    return (event.produced_at or 0, event.partition or 0, event.offset or 0, event.id)


def _deliveries(
    processings: Iterable[Processing], events: dict[str, Event], delivered: dict[str, Edge]
) -> dict[str, list[Delivery]]:
    attempts: dict[tuple[str, str], list[Processing]] = defaultdict(list)
    for processing in processings:
        attempts[processing.event, processing.group].append(processing)
    deliveries: dict[str, list[Delivery]] = defaultdict(list)
    for (event, group), found in attempts.items():
        if event in events:
            found.sort(key=lambda processing: processing.attempt)
            edges = [delivered[processing.id] for processing in found if processing.id in delivered]
            weakest = min(edges, key=lambda edge: edge.confidence, default=None)
            deliveries[event].append(Delivery(events[event], group, tuple(found), weakest, len(found)))
    for of_event in deliveries.values():
        of_event.sort(key=lambda delivery: (delivery.started_at, delivery.group))
    return deliveries


def _with_retries(tree: FlowTree, delivery: Delivery) -> Delivery:
    """With the attempts that the same group made at it in retry topics, where that is sure and unbranched."""
    if delivery.outcome != "retried":
        return delivery
    attempts, retries = list(delivery.attempts), list(delivery.retries)
    met = {delivery.event.id}
    while (step := _retry_of(tree, attempts[-1])) is not None and step[0].id not in met:
        met.add(step[0].id)
        retries.append(step[0])
        attempts += step[1].attempts
    return replace(delivery, attempts=tuple(attempts), retries=tuple(retries))


def _retry_of(tree: FlowTree, last: Processing) -> tuple[Event, Delivery] | None:
    """The event in a retry topic by which an attempt went on, and what the same group made of it."""
    on = [effect for effect in tree.effects.get(last.id, ()) if effect.edge.kind == "retried"]
    if last.outcome != "retried" or len(on) != 1 or on[0].edge.confidence < SURE:
        return None
    retry = on[0].event
    handled = tree.deliveries.get(retry.id, [])
    if retry is tree.focus or len(handled) != 1 or len(tree.causes[retry.id]) != 1:
        return None
    edge = handled[0].edge
    if (
        edge is None
        or edge.confidence < SURE
        or (handled[0].group, handled[0].attempts[0].service)
        != (
            last.group,
            last.service,
        )
    ):
        return None
    return retry, handled[0]


def _broken(tree: FlowTree) -> dict[str, int]:
    """Failures told to every event that led to them."""
    worst: dict[str, int] = {}
    for rank, outcome in reversed(list(enumerate(BADNESS))):
        if outcome not in BROKEN:
            continue
        waiting = [event for event, found in tree.deliveries.items() if any(one.outcome == outcome for one in found)]
        while waiting:
            event = waiting.pop()
            if event not in worst:
                worst[event] = rank
                waiting.extend(cause.id for edge in tree.causes.get(event, ()) if (cause := tree.cause(edge)))
    return worst


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
