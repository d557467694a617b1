"""Critical paths of random event systems, whatever their instrumentations tell."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.paths import path_of, tree_spans
from tests.flows.simulation import System, simulate, simulate_system
from tests.flows.stores import graph_of
from tracer.flows.model import Graph
from tracer.flows.span_tree import TreeSpan
from tracer.formats.otlp_protobuf import decode


def systems(seeds: range) -> list[System]:
    """Systems that have nothing to do with each other."""
    return [simulate(seed, prefix=f"s{seed}-").run.system for seed in seeds]


def without_skew(system: System) -> System:
    """The same with clocks that all tell the same."""
    services = tuple(replace(one, skews=(0,) * len(one.skews)) for one in system.services)
    return replace(system, services=services)


def reconstructed(all_of_them: list[System]) -> tuple[Graph, list[TreeSpan]]:
    requests = [request for system in all_of_them for request in simulate_system(system).requests]
    return graph_of(decode(requests, [1] * len(requests)).spans), tree_spans(requests)


def test_every_critical_path_tiles_and_without_skew_only_guesses_lead_back_in_time() -> None:
    graph, spans = reconstructed([without_skew(system) for system in systems(range(30))])
    for event in graph.events:
        if event.produced_at is not None:
            found = path_of(graph, spans, [event.id])
            unsure = any(segment.doubt for segment in found.segments)
            assert unsure or all(segment.duration_ns > 0 for segment in found.segments), found


def test_with_skew_every_critical_path_still_tiles() -> None:
    graph, spans = reconstructed(systems(range(30, 60)))
    everything = [event.id for event in graph.events]
    paths = [path_of(graph, spans, everything, group) for group in {item.group for item in graph.processings}]
    assert paths
    for event in graph.events:
        if event.produced_at is not None:
            path_of(graph, spans, [event.id])
