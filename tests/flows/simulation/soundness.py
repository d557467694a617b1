"""What holds of every graph, whatever it was made of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tracer.flows.model import Edge, Graph


def violations(graph: Graph) -> list[str]:
    """What is wrong with a graph in itself, a line each."""
    return [*_ids(graph), *_attempts(graph), *_edges(graph)]


def _ids(graph: Graph) -> Iterator[str]:
    counted = Counter([event.id for event in graph.events] + [item.id for item in graph.processings])
    yield from (f"{count} nodes are {node}" for node, count in counted.items() if count > 1)
    events = {event.id for event in graph.events}
    yield from (f"{item.id} is of no event" for item in graph.processings if item.event not in events)


def _attempts(graph: Graph) -> Iterator[str]:
    attempts: dict[tuple[str, str], list[int]] = defaultdict(list)
    for item in graph.processings:
        attempts[item.event, item.group].append(item.attempt)
        if item.duration_ns is not None and item.duration_ns < 0:
            yield f"{item.id} took {item.duration_ns} ns"
    for (event, group), numbers in attempts.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"attempts of {group} at {event} are {sorted(numbers)}"


def _edges(graph: Graph) -> Iterator[str]:
    events = {event.id for event in graph.events}
    processings = {item.id: item for item in graph.processings}
    delivered = set()
    for edge in graph.edges:
        ends = (events, processings) if edge.kind == "delivered" else (processings, events)
        if edge.source not in ends[0] or edge.target not in ends[1]:
            yield f"{_text(edge)} has no such ends"
        if edge.kind == "delivered":
            delivered.add(edge.target)
            if edge.target in processings and processings[edge.target].event != edge.source:
                yield f"{_text(edge)} is not its event's"
        if not 0 < edge.confidence <= 1 or any(not 0 < each.confidence <= 1 for each in edge.evidence):
            yield f"{_text(edge)} has a confidence out of bounds"
        if edge.evidence and (edge.method, edge.confidence) != (edge.evidence[0].method, edge.evidence[0].confidence):
            yield f"{_text(edge)} is not known by its strongest evidence"
    counted = Counter((edge.source, edge.target, edge.kind) for edge in graph.edges)
    yield from (f"{count} edges are {step}" for step, count in counted.items() if count > 1)
    yield from (f"{item} was not delivered" for item in processings if item not in delivered)


def _text(edge: Edge) -> str:
    return f"{edge.source} -> {edge.target} {edge.kind} by {edge.method} {edge.confidence}"
