"""A reconstructed graph held against the truth of a recording.

Events match by id or by the ids of their send span, those of which no more is known than an arrival by its span; one
event of the truth may be two of the graph while nothing ties its send to its arrivals. Attempts match by their span,
the others of a delivery in their order, those of the truth of which a span was recorded; a delivery is told by event
and group, or by event and service where no span tells the group.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracer.flows.model import Edge, Graph, Processing

Step = tuple[str, str, str]

SURE = 0.9


@dataclass(frozen=True)
class Comparison:
    """Edges in the ids of the truth. `undecidable` edges lead to arrivals that were never handled, of services that
    have no spans of handling: spans alone cannot tell that. `outcomes`: ours and the true one, where we claim to know
    it and are wrong; `miscounted`: deliveries of which fewer or more attempts are told than left a span, both counts.
    """

    truth: Mapping[Step, str]
    found: Mapping[Step, Edge]
    unmatched: tuple[Edge, ...]
    undecidable: tuple[Edge, ...]
    outcomes: tuple[tuple[str, str], ...]
    miscounted: tuple[tuple[str, int, int], ...]

    def missing(self, *provable: str) -> list[Step]:
        """Edges that are proven in one of these ways, and not found."""
        return [step for step, proof in self.truth.items() if proof in provable and step not in self.found]

    def invented(self) -> list[Edge]:
        """Edges that claim to be sure and are not true."""
        wrong = [edge for step, edge in self.found.items() if step not in self.truth]
        return [edge for edge in (*wrong, *self.unmatched) if edge.confidence >= SURE]

    def recall(self) -> float:
        """Of all that happened, the share that was found."""
        return sum(step in self.found for step in self.truth) / len(self.truth)

    def precision(self) -> float:
        """Of the edges that claim to be sure, the share that is true."""
        sure = sum(edge.confidence >= SURE for edge in self.found.values())
        return sure / ((sure + len(self.invented())) or 1)


def compare(graph: Graph, truth: Mapping[str, Any]) -> Comparison:
    """Match the graph's nodes with the truth's, then the edges."""
    nodes = _events(graph, truth)
    receive_only = _match_processings(graph, truth, nodes)
    found: dict[Step, Edge] = {}
    unmatched: list[Edge] = []
    undecidable: list[Edge] = []
    for edge in graph.edges:
        if edge.source in nodes and edge.target in nodes:
            step = (nodes[edge.source], nodes[edge.target], edge.kind)
            if step not in found or found[step].confidence < edge.confidence:
                found[step] = edge
        elif edge.target in receive_only and edge.confidence >= SURE:
            undecidable.append(edge)
        else:
            unmatched.append(edge)
    return Comparison(
        {(edge["from"], edge["to"], edge["kind"]): edge["provable"] for edge in truth["edges"]},
        found,
        tuple(unmatched),
        tuple(undecidable),
        _outcomes(graph, truth, nodes),
        _miscounted(graph, truth, nodes, receive_only),
    )


def _events(graph: Graph, truth: Mapping[str, Any]) -> dict[str, str]:
    topics = {event["id"]: event["topic"] for event in truth["events"]}
    by_span = {(event["traceId"], event["spanId"]): event["id"] for event in truth["events"]}
    nodes = {event.id: event.id for event in graph.events if event.id in topics}
    for event in graph.events:
        sent = by_span.get((event.trace_id or "", event.span_id or ""))
        if event.id not in nodes and sent is not None and topics[sent] == event.topic:
            nodes[event.id] = sent
    read = {f"span://{item['traceId']}/{item['spanId']}": item["event"] for item in truth["processings"]}
    named_by_arrival = {event.id for event in graph.events if event.service is None and event.id.startswith("span:")}
    return {id_: read[id_] for id_ in named_by_arrival & read.keys()} | nodes


def _match_processings(graph: Graph, truth: Mapping[str, Any], nodes: dict[str, str]) -> set[str]:
    """Add the matching processings to `nodes`. Returns those beyond the truth of which only an arrival is known."""
    by_group, by_service = defaultdict(list), defaultdict(list)
    recorded = [attempt for attempt in truth["processings"] if attempt["recorded"]]
    by_span = {(attempt["event"], attempt["traceId"], attempt["spanId"]): attempt["id"] for attempt in recorded}
    for processing in graph.processings:
        same = by_span.pop((nodes.get(processing.event), processing.trace_id, processing.span_id), None)
        if same is not None:
            nodes[processing.id] = same
    told = set(nodes.values())
    for attempt in sorted(recorded, key=lambda item: item["attempt"]):
        if attempt["id"] not in told:
            by_group[attempt["event"], attempt["group"]].append(attempt["id"])
            by_service[attempt["event"], attempt["service"]].append(attempt["id"])
    beyond = set()
    for processing in sorted(graph.processings, key=lambda item: (item.started_at or 0, item.attempt)):
        if processing.id in nodes:
            continue
        event = nodes.get(processing.event, "")
        true = by_group[event, processing.group] if processing.group_known else by_service[event, processing.service]
        if true:
            nodes[processing.id] = true.pop(0)
        elif processing.outcome in ("ok", "unknown") and _only_arrived(processing):
            beyond.add(processing.id)
    return beyond


def _only_arrived(processing: Processing) -> bool:
    """Only a receive span is known of it: no span tells how long it took, alone or in a batch."""
    return processing.arrived_at is not None and processing.duration_ns is None and processing.batch_ns is None


def _outcomes(graph: Graph, truth: Mapping[str, Any], nodes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Pairs of outcomes, ours and the true one, where we claim to know it and are wrong."""
    true = {attempt["id"]: attempt["outcome"] for attempt in truth["processings"]}
    pairs = ((item.outcome, true[nodes[item.id]]) for item in graph.processings if item.id in nodes)
    return tuple(pair for pair in pairs if pair[0] != "unknown" and pair[0] != pair[1])


def _miscounted(
    graph: Graph, truth: Mapping[str, Any], nodes: Mapping[str, str], receive_only: set[str]
) -> tuple[tuple[str, int, int], ...]:
    """Deliveries with more or fewer attempts than left a span; arrivals that were never handled are not counted."""
    true = Counter((attempt["event"], attempt["service"]) for attempt in truth["processings"] if attempt["recorded"])
    told = Counter(
        (nodes.get(item.event, item.event), item.service) for item in graph.processings if item.id not in receive_only
    )
    wrong = ((f"{event}#{service}", told[event, service], true[event, service]) for event, service in {*told, *true})
    return tuple(sorted(delivery for delivery in wrong if delivery[1] != delivery[2]))
