"""Random event systems, simulated and reconstructed from whatever their instrumentations tell (see simulation/).

`SIMULATED_SYSTEMS=5000` tries so many more, and `SIMULATED_FROM=100000` begins with that seed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.flows.simulation import STYLES, Simulation, draw_system, exports, simulate, simulate_system
from tests.flows.simulation.soundness import violations
from tests.flows.stores import fill, graph_of
from tracer.flows import open_flows
from tracer.flows.model import Graph
from tracer.formats.otlp_protobuf import decode

TOGETHER = 25
"""So many systems, which have nothing to do with each other, are reconstructed in one."""

FIRST = int(os.environ.get("SIMULATED_FROM", "0"))
SYSTEMS = int(os.environ.get("SIMULATED_SYSTEMS", "200"))
STARTS = range(FIRST, FIRST + SYSTEMS, TOGETHER)

SURE = 0.9
"""What claims to be so sure is true. Where spans get lost one by one that holds of what is certain, 1.0."""


def systems(first: int, count: int = TOGETHER) -> dict[int, Simulation]:
    """Simulations by seed. Each has names of its own."""
    return {seed: simulate(seed, prefix=f"s{seed}-") for seed in range(first, first + count)}


def requests_of_all(simulations: Mapping[int, Simulation]) -> list[bytes]:
    return [request for simulation in simulations.values() for request in simulation.requests]


def reconstructed(requests: list[bytes]) -> Graph:
    return graph_of(decode(requests, [1] * len(requests)).spans)


def wrongs(simulation: Simulation, graph: Graph, sure: float = SURE) -> list[object]:
    """Everything that a graph must not tell of a simulated system, or must tell and does not."""
    verdict = simulation.judge(graph)
    return [*violations(graph), *verdict.invented(sure), *verdict.missing(), *verdict.accused]


@pytest.mark.parametrize("first", STARTS)
def test_of_simulated_systems_what_the_spans_prove_is_found_and_nothing_sure_is_invented(first: int) -> None:
    simulations = systems(first)
    whole = reconstructed(requests_of_all(simulations))
    wrong = {seed: wrongs(simulations[seed], _part(whole, f"s{seed}-")) for seed in simulations}
    assert {seed: found for seed, found in wrong.items() if found} == {}


@pytest.mark.parametrize("first", STARTS[::4])
def test_what_is_left_when_spans_get_lost_one_by_one_is_no_reason_to_invent(first: int) -> None:
    random = Random(first)
    simulations = {seed: simulation.lossy(random, 0.3) for seed, simulation in systems(first).items()}
    whole = reconstructed(requests_of_all(simulations))
    wrong = {seed: wrongs(simulations[seed], _part(whole, f"s{seed}-"), 1.0) for seed in simulations}
    assert {seed: found for seed, found in wrong.items() if found} == {}


@settings(max_examples=SYSTEMS // 16, deadline=None, derandomize="SIMULATED_SYSTEMS" not in os.environ)
@given(st.randoms(use_true_random=False))
def test_a_drawn_system_is_reconstructed_without_wrongs(random: Random) -> None:
    simulation = simulate_system(draw_system(random, STYLES))
    assert wrongs(simulation, reconstructed(list(simulation.requests))) == []


@pytest.mark.parametrize("first", STARTS[::4])
def test_any_order_of_spans_in_any_requests_with_repetitions_gives_the_same_graph(first: int) -> None:
    simulations = systems(first, 10)
    spans = [made for simulation in simulations.values() for made in simulation.exported]
    assert reconstructed(exports(spans, Random(first))) == reconstructed(requests_of_all(simulations))


@pytest.mark.parametrize("seed", [seed for seed in range(FIRST, FIRST + 10) if len(simulate(seed).clusters) == 1][:3])
def test_a_store_filled_by_any_batches_holds_the_same_graph(seed: int, tmp_path: Path) -> None:
    simulation = simulate(seed)
    requests = exports(simulation.exported, Random(seed))
    batches = [requests[n::3] for n in range(3)]
    with open_flows(fill(tmp_path, [batch for batch in batches if batch])) as flows:
        assert flows.graph() == reconstructed(list(simulation.requests))


@pytest.mark.parametrize("first", STARTS[::4])
def test_spans_of_unrelated_systems_change_nothing(first: int) -> None:
    # in one cluster, else what tells no cluster is less sure, and ids name the cluster that is not the store's home
    simulations = {seed: each for seed, each in systems(first, 10).items() if each.clusters <= {"c-one", None}}
    together = reconstructed(requests_of_all(simulations))
    for seed in list(simulations)[:3]:
        alone = reconstructed(list(simulations[seed].requests))
        assert _part(together, f"s{seed}-") == alone, f"seed {seed}"


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
