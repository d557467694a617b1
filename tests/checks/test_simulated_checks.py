"""Simulated systems with crashes, sampling, late data and any instrumentation: what the checks report is true."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from tests.checks.checking import report_of
from tests.checks.happened import Happened
from tests.flows.simulation import STYLES, Simulation, draw_system, simulate, simulate_system
from tests.flows.simulation.system import Failing, Output, Sampling, Service, System, Topic
from tracer.checks.model import Report
from tracer.formats.otlp_protobuf import decode

TOGETHER = 25


def checked(simulations: dict[int, Simulation]) -> tuple[Report, list[str]]:
    """What the checks say of systems, and what of it is not true. Names in that of seed n begin with `sn-`."""
    requests = [request for simulation in simulations.values() for request in simulation.requests]
    report = report_of(decode(requests, [1] * len(requests)).spans)
    happened = {seed: Happened(simulation) for seed, simulation in simulations.items()}
    seeds = [int((problem.topic or problem.subject)[1:].split("-")[0]) for problem in report.problems]
    return report, [
        line for problem, seed in zip(report.problems, seeds, strict=True) for line in happened[seed].denies(problem)
    ]


def dying(seed: int) -> Simulation:
    """A system in which one consuming service dies at a tenth of its messages."""
    random = Random(seed)
    system = draw_system(random, STYLES, f"s{seed}-")
    services = list(system.services)
    chosen = random.choice([n for n, service in enumerate(services) if service.inputs])
    services[chosen] = replace(services[chosen], crashes=0.1, threads=1)
    return simulate_system(replace(system, services=tuple(services)))


def late(seed: int) -> Simulation:
    """A system of which the spans of one service are held back from some moment on."""
    simulation, random = simulate(seed, prefix=f"s{seed}-"), Random(seed)
    service = random.choice(simulation.run.system.services)
    ends = sorted(made.otlp.end_time_unix_nano for made in simulation.exported)
    since = random.choice(ends) if ends else 0
    there = (m for m in simulation.exported if m.process.service is not service or m.otlp.end_time_unix_nano < since)
    return replace(simulation, exported=tuple(there))


@pytest.mark.parametrize("first", range(0, 75, TOGETHER))
def test_no_problem_of_a_simulated_system_is_false(first: int) -> None:
    report, wrong = checked({seed: simulate(seed, prefix=f"s{seed}-") for seed in range(first, first + TOGETHER)})
    assert report.problems
    assert wrong == []


@pytest.mark.parametrize("make", [dying, late])
def test_no_problem_is_false_after_a_crash_or_with_late_data(make: Callable[[int], Simulation]) -> None:
    report, wrong = checked({seed: make(seed) for seed in range(12)})
    assert report.problems
    assert wrong == []


WHOLE = Sampling(1.0, True)


def injected(sampling: Sampling = WHOLE, **faults: object) -> Simulation:
    """200 orders that `s0-svc` handles, with full attributes, and a fault."""
    orders, bills = Topic("s0-orders", 2, "c-one"), Topic("s0-bills", 1, "c-one")
    entry = Service("s0-api", "ours", (0,), outputs=(Output(orders),))
    reader = replace(Service("s0-svc", "ours", (0,), (orders,), group="s0-svc", outputs=(Output(bills),)), **faults)
    return simulate_system(System((entry, reader), requests=200, sampling=sampling, seed=8))


POISON = Failing(0.1, 0.0, "seek", 3, Topic("s0-orders.retry", 1, "c-one"), Topic("s0-orders.dlq", 1, "c-one"), True)
FAULTS = {
    "lost": {"skipped": 0.02},
    "redelivered": {"redelivered": 0.05},
    "out-of-order": {"threads": 3, "batch": 10, "style": "java-new"},
    "poison": {"failing": POISON},
}


@pytest.mark.parametrize("check", FAULTS)
def test_every_injected_fault_is_found_where_spans_are_whole(check: str) -> None:
    simulation = injected(**FAULTS[check])
    report, wrong = checked({0: simulation})
    found = {
        evidence.partition("#")[0]
        for problem in report.problems
        if problem.check == check
        for evidence in problem.evidence
    }
    assert wrong == []
    assert found == {f"kafka://{place}" for place in Happened(simulation).suffering(check, "s0-svc")}
    assert found


@pytest.mark.parametrize("check", FAULTS)
@pytest.mark.parametrize("respected", [True, False])
def test_of_a_sampled_system_nothing_false_is_said(check: str, respected: bool) -> None:
    _, wrong = checked({0: injected(Sampling(0.5, respected), **FAULTS[check])})
    assert wrong == []
