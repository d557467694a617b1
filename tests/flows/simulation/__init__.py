"""Random event systems, simulated: what truly happens, and the spans that any mix of instrumentations makes of it.

`simulate(seed)` runs one. `Simulation.requests` are its spans as OTLP export requests, `Simulation.truth()` what
happened, in the shape of the truth files of the recordings. Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

from tests.flows.simulation.judge import Verdict, judge
from tests.flows.simulation.run import Run, run
from tests.flows.simulation.structures import STYLES, trace
from tests.flows.simulation.system import System, draw_system
from tests.flows.simulation.told import truth
from tests.flows.simulation.tracing import Made, Tracing, exports, requests
from tracer.flows.model import Graph

__all__ = ["STYLES", "Simulation", "System", "draw_system", "exports", "simulate", "simulate_system"]


@dataclass(frozen=True)
class Simulation:
    """A run of a system, what its instrumentations made of it, and the spans that were exported."""

    run: Run
    tracing: Tracing
    exported: tuple[Made, ...]

    @cached_property
    def requests(self) -> tuple[bytes, ...]:
        """One OTLP export request for each span, in the order in which they began."""
        return tuple(requests(self.exported))

    def truth(self) -> dict[str, Any]:
        """What happened, in the shape of the truth files of the recordings."""
        return truth(self.run, self.tracing, self.exported)

    def judge(self, graph: Graph) -> Verdict:
        """A graph of these spans against what happened."""
        return judge(graph, self.run, self.tracing, self.exported)

    def lossy(self, random: Random, lost: float) -> Simulation:
        """The same run where a share of the spans got lost on the way, each by itself."""
        return replace(self, exported=tuple(made for made in self.exported if random.random() >= lost))

    @property
    def clusters(self) -> frozenset[str | None]:
        """The clusters of its topics; None for brokers that have none."""
        return frozenset(message.topic.cluster for message in self.run.messages)


def simulate(seed: int, *, styles: Sequence[str] = tuple(STYLES), prefix: str = "") -> Simulation:
    """A random system and its run, both made from `seed`; its services are of these styles of instrumentation.

    Names of services, topics and groups begin with `prefix`: with different prefixes systems have nothing in common
    but, maybe, their clusters.
    """
    return simulate_system(draw_system(Random(seed), {name: STYLES[name] for name in styles}, prefix))


def simulate_system(system: System) -> Simulation:
    """The run of a system that is already drawn."""
    happened = run(system)
    tracing = trace(happened)
    return Simulation(happened, tracing, tuple(tracing.exported()))
