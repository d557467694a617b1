"""What broke, found in a store's flows alone: which group, from which event on, and over which field.

It knows nothing of any demo: it works on any store.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tracer.flows.model import Event, Graph, Processing, SpanDetail

FAILED = ("error", "dead-lettered")
MISSING_KEY = re.compile(r"^(?:builtins\.)?KeyError$")


class Source(Protocol):
    """What is asked of a store: `tracer.flows.Flows` answers it."""

    def graph(self) -> Graph:
        """The whole graph."""

    def span(self, trace_id: str, span_id: str) -> SpanDetail:
        """One span."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A group that fails on a topic.

    `first` is the first event that it failed on for good, `failed` and `since` count its failed and all its deliveries
    from that event on, `dead_letters` names the topics that took the failed ones, `field` is what the error says is
    missing, `healthy` is the last event before it that every group handled.
    """

    group: str
    topic: str
    first: Event
    failed: int
    since: int
    dead_letters: tuple[str, ...]
    error: str | None
    field: str | None
    healthy: Event | None

    def sentence(self) -> str:
        """The failure in one line."""
        what = f"field {self.field}" if self.field else "no field is named"
        why = f" ({self.error})" if self.error else ""
        gone = f", dead letters in {', '.join(self.dead_letters)}" if self.dead_letters else ""
        counted = f"since then {self.failed} of {self.since} events of {self.topic} failed"
        return f"broken: group {self.group}, first event {self.first.id}, {what}{why}; {counted}{gone}"


def find_failures(flows: Source) -> tuple[Failure, ...]:
    """Every group that failed for good on some event of a topic, the one with most failures first."""
    seen = _Seen(flows, flows.graph())
    deliveries: dict[tuple[str, str], list[Processing]] = defaultdict(list)
    for processing in _last_attempts(seen.graph.processings):
        topic = seen.events[processing.event].topic
        if topic is not None:
            deliveries[processing.group, topic].append(processing)
    failures = [
        _failure(seen, group, topic, sorted(last, key=lambda item: _produced(seen.events[item.event])))
        for (group, topic), last in deliveries.items()
        if any(processing.outcome in FAILED for processing in last)
    ]
    return tuple(sorted(failures, key=lambda failure: (-failure.failed, failure.group, failure.topic)))


class _Seen:
    """A store's graph with its events by id, and the flows that tell its spans."""

    def __init__(self, flows: Source, graph: Graph) -> None:
        self.flows = flows
        self.graph = graph
        self.events = {event.id: event for event in graph.events}


def _failure(seen: _Seen, group: str, topic: str, deliveries: Sequence[Processing]) -> Failure:
    index = next(number for number, item in enumerate(deliveries) if item.outcome in FAILED)
    failed = [item for item in deliveries[index:] if item.outcome in FAILED]
    first = seen.events[failed[0].event]
    error, message = _exception(seen, failed[0])
    return Failure(
        group=group,
        topic=topic,
        first=first,
        failed=len(failed),
        since=len(deliveries) - index,
        dead_letters=_dead_letters(seen, {item.id for item in failed}),
        error=error,
        field=_missing_field(error, message),
        healthy=_last_healthy_before(seen, first),
    )


def _last_attempts(processings: Iterable[Processing]) -> list[Processing]:
    last: dict[tuple[str, str], Processing] = {}
    for processing in processings:
        known = last.get((processing.event, processing.group))
        if known is None or processing.attempt > known.attempt:
            last[processing.event, processing.group] = processing
    return list(last.values())


def _produced(event: Event) -> tuple[int, int]:
    return (event.produced_at or 0, event.offset or 0)


def _exception(seen: _Seen, failed: Processing) -> tuple[str | None, str | None]:
    """Type and message of the first exception in the attempts of a failed delivery."""
    attempts = [item for item in seen.graph.processings if (item.event, item.group) == (failed.event, failed.group)]
    for attempt in sorted(attempts, key=lambda item: item.attempt):
        if attempt.trace_id is None or attempt.span_id is None:
            continue
        for happened in seen.flows.span(attempt.trace_id, attempt.span_id).events:
            attributes = happened.get("attributes")
            if happened.get("name") == "exception" and isinstance(attributes, dict):
                return attributes.get("exception.type"), attributes.get("exception.message")
    return None, None


def _missing_field(error: str | None, message: str | None) -> str | None:
    # A KeyError's message is the key as Python writes it.
    if error is None or message is None or not MISSING_KEY.match(error):
        return None
    return message.strip("'\"")


def _dead_letters(seen: _Seen, failed: set[str]) -> tuple[str, ...]:
    targets = [edge.target for edge in seen.graph.edges if edge.kind == "dead-lettered" and edge.source in failed]
    return tuple(sorted({topic for target in targets if (topic := seen.events[target].topic) is not None}))


def _last_healthy_before(seen: _Seen, first: Event) -> Event | None:
    outcomes: dict[str, set[str]] = defaultdict(set)
    for processing in seen.graph.processings:
        outcomes[processing.event].add(processing.outcome)
    healthy = [
        event
        for event in seen.events.values()
        if event.topic == first.topic and _produced(event) < _produced(first) and outcomes[event.id] == {"ok"}
    ]
    return max(healthy, key=_produced, default=None)
