"""Simulated systems with crashes, sampling, late data and any instrumentation: what the checks report is true."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from tests.checks.checking import report_of
from tests.checks.disturbed import Disturbed, false_problems, held_back
from tests.checks.happened import Happened
from tests.checks.injected import FAULTS, injected
from tests.flows.simulation import STYLES, Simulation, draw_system, simulate, simulate_system
from tests.flows.simulation.system import Sampling
from tracer.checks.model import Report
from tracer.checks.registry import CHECKS
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


@pytest.mark.parametrize("first", range(0, 75, TOGETHER))
def test_no_problem_of_a_simulated_system_is_false(first: int) -> None:
    report, wrong = checked({seed: simulate(seed, prefix=f"s{seed}-") for seed in range(first, first + TOGETHER)})
    assert report.problems
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "argument"),
    [
        ("crash", "0.1"),
        ("crash-all", "0.3/5"),
        ("dies", "0.1"),
        ("held", "0.3"),
        ("held", "0.8"),
        ("late", "0.3"),
        ("late", "0.8"),
        ("cut", "0.5"),
    ],
)
def test_no_problem_is_false_after_a_crash_or_with_late_data(kind: str, argument: str) -> None:
    report, wrong = checked({seed: Disturbed(kind, argument, seed).simulation() for seed in range(12)})
    assert report.problems
    assert wrong == []


EACH = ("lost", "redelivered", "poison", "out-of-order", "produced-twice", "business-duplicate")
"""Checks of which every single event must be found."""
WITH_IT = {
    "not-consumed": {"orphan-topic"},
    "orphan-topic": {"not-consumed"},
    "retry-storm": {"poison"},
}
"""What else is true of a system with a fault: nobody else reads that topic, and what failed so often is poison."""


def test_each_check_has_an_injected_fault() -> None:
    assert set(FAULTS) == {check.name for check in CHECKS}


@pytest.mark.parametrize("check", FAULTS)
def test_every_injected_fault_is_found_where_spans_are_whole(check: str) -> None:
    simulation = injected(check, "s0-")
    report, wrong = checked({0: simulation})
    found = [problem for problem in report.problems if problem.check == check]
    assert wrong == []
    assert [(problem.topic or "", problem.group) for problem in found] in (
        [(topic, group)] for topic in ("s0-orders", "s0-orders.dlq") for group in ("s0-svc", None)
    )
    assert {problem.check for problem in report.problems} - {check} <= WITH_IT.get(check, set())
    if check in EACH:
        told = {evidence.partition("#")[0] for evidence in found[0].evidence}
        assert told == {f"kafka://{place}" for place in Happened(simulation).suffering(check, "s0-svc")}


def test_where_nothing_was_injected_nothing_is_said() -> None:
    report, _ = checked({0: injected("none", "s0-")})
    assert (report.problems, report.unknown) == ((), ())


@pytest.mark.parametrize(
    "sampling", [Sampling(ratio, kept) for ratio in (0.1, 0.5, 0.9, 0.99) for kept in (True, False)]
)
def test_of_sampled_systems_with_faults_nothing_false_is_said(sampling: Sampling) -> None:
    _, wrong = checked({n: injected(fault, f"s{n}-", sampling) for n, fault in enumerate(FAULTS)})
    assert wrong == []


def test_of_systems_with_faults_of_which_a_service_is_late_nothing_false_is_said() -> None:
    _, wrong = checked(
        {n: held_back(injected(fault, f"s{n}-"), Random(n), f"{n / 15}") for n, fault in enumerate(FAULTS)}
    )
    assert wrong == []


@pytest.mark.parametrize(
    "one",
    [
        Disturbed("drawn", "", 4066),
        Disturbed("drawn", "", 9040),
        Disturbed("sampled", "0.99", 3021, 80),
        Disturbed("sampled", "0.99", 3119, 80),
        Disturbed("sampled", "0.99", 7102, 80),
        Disturbed("sampled", "0.99", 7117, 80),
        Disturbed("sampled", "0.99", 11023, 80),
        Disturbed("sampled", "0.99", 11049, 80),
        Disturbed("sampled", "0.99", 12074, 80),
        Disturbed("sampled", "0.9", 8018, 80),
        Disturbed("sampled", "0.9", 13071, 80),
        Disturbed("sampled", "0.5", 8010),
        Disturbed("traces", "0.5", 7098, 80),
        Disturbed("crash", "0.1", 1005, 80),
        Disturbed("crash", "0.1", 8007, 80),
        Disturbed("crash", "0.1", 8095, 80),
        Disturbed("crash-all", "0.1/5", 4094, 80),
        Disturbed("crash-all", "0.1/5", 7115, 80),
        Disturbed("crash-all", "0.1/5", 13070, 80),
        Disturbed("held", "0.6", 4054, 80),
        Disturbed("held", "0.6", 9043, 80),
        Disturbed("cut", "0.7", 4040, 80),
        Disturbed("held", "0.6", 12009, 80),
        Disturbed("cut", "0.7", 7117, 80),
        Disturbed("cut", "0.7", 12023, 80),
    ],
    ids=lambda one: f"{one.kind}-{one.seed}",
)
def test_what_was_false_of_a_system_once_is_not_said_again(one: Disturbed) -> None:
    assert false_problems(one.simulation()) == []


def test_where_only_the_moment_tells_whose_retry_it_was_it_is_unknown_what_is_poison() -> None:
    system = draw_system(
        Random(1005), STYLES, "s1005-"
    )  # three threads, whose retries tell nothing of where they come from
    report, wrong = checked({1005: simulate_system(replace(system, requests=45, sampling=Sampling(0.9, True)))})
    assert wrong == []
    assert any("whose retry it was is a guess" in unknown.reason for unknown in report.unknown)
