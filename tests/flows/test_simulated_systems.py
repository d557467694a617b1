"""Random event systems, simulated and reconstructed from whatever their instrumentations tell (see simulation/)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.flows.simulation import STYLES, simulate
from tests.flows.stores import graph_of
from tracer.flows.model import Graph
from tracer.formats.otlp_protobuf import decode

SURE = [name for name in STYLES if name != "confluent-consume"]

TOGETHER = 25
"""So many systems, which have nothing to do with each other, are reconstructed in one."""


@pytest.mark.parametrize("first", range(0, 100, TOGETHER))
def test_of_simulated_systems_what_the_spans_prove_is_found_and_no_sure_edge_is_invented(first: int) -> None:
    simulations = {seed: simulate(seed, prefix=f"s{seed}-", styles=SURE) for seed in range(first, first + TOGETHER)}
    requests = [request for simulation in simulations.values() for request in simulation.requests]
    whole = graph_of(decode(requests, [1] * len(requests)).spans)
    for seed, simulation in simulations.items():
        verdict = simulation.judge(_part(whole, f"s{seed}-"))
        assert verdict.invented(1.0) == [], f"seed {seed}"
        assert verdict.missing() == [], f"seed {seed}"


def _part(graph: Graph, prefix: str) -> Graph:
    """What the graph tells of the system whose names begin so, edges that lead astray included."""
    events = {event.id for event in graph.events if (event.topic or event.service or "").startswith(prefix)}
    processings = tuple(item for item in graph.processings if item.event in events)
    nodes = events | {item.id for item in processings}
    return replace(
        graph,
        events=tuple(event for event in graph.events if event.id in events),
        processings=processings,
        edges=tuple(edge for edge in graph.edges if edge.source in nodes or edge.target in nodes),
    )
