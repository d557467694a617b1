"""What broke, by the checks: which group, from which event on, over which field; and the last healthy event before.

It knows nothing of any demo: it works on any store.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tracer.checks import check_store
from tracer.flows.model import Event, Graph, Problem


@dataclass(frozen=True, slots=True)
class Failure:
    """A group that fails on a topic since the event `first`, as the check `failing` tells it.

    `healthy` is the last event before it that every group handled.
    """

    problem: Problem
    first: str
    healthy: str | None

    def sentence(self) -> str:
        """The failure in one line."""
        return self.problem.message


def find_failures(store: Path, graph: Graph) -> tuple[Failure, ...]:
    """Every group that fails on a topic, the one with most failures first."""
    events = {event.id: event for event in graph.events}
    failures = []
    for problem in check_store(store, ["failing"]).problems:
        first = problem.evidence[0].partition("#")[0]
        failures.append(Failure(problem, first, _last_healthy_before(graph, events[first])))
    return tuple(failures)


def _last_healthy_before(graph: Graph, first: Event) -> str | None:
    outcomes: dict[str, set[str]] = {}
    for processing in graph.processings:
        outcomes.setdefault(processing.event, set()).add(processing.outcome)
    healthy = [
        event
        for event in graph.events
        if event.topic == first.topic and _produced(event) < _produced(first) and outcomes.get(event.id) == {"ok"}
    ]
    return max(healthy, key=_produced).id if healthy else None


def _produced(event: Event) -> tuple[int, int]:
    return (event.produced_at or 0, event.offset or 0)
