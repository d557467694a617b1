"""Simulated systems with crashes, sampling, skewed clocks, any instrumentation: what the doctor says is true."""

from __future__ import annotations

from functools import cache

from tests.doctor.examined import services_of
from tests.flows.simulation import Simulation, simulate
from tracer.doctor.model import Finding
from tracer.formats.otlp_protobuf import decode

SEEDS = range(100, 130)


@cache
def examined() -> list[tuple[Simulation, str, Finding]]:
    """Every finding with its system and its service."""
    systems = {f"s{seed}": simulate(seed, prefix=f"s{seed}-") for seed in SEEDS}
    requests = [request for system in systems.values() for request in system.requests]
    found = services_of(decode(requests, [1] * len(requests)).spans)
    return [
        (systems[service.name.partition("-")[0]], service.name, finding)
        for service in found
        for finding in service.findings
    ]


def test_clocks_are_said_to_differ_only_where_they_do() -> None:
    said = [system for system, _, finding in examined() if finding.symptom == "clock-skew"]
    assert said
    assert all(len({skew for each in system.run.system.services for skew in each.skews}) > 1 for system in said)


def test_sends_are_said_to_be_missing_only_where_spans_were_sampled_or_lost() -> None:
    said = [system for system, _, finding in examined() if finding.symptom in ("sends-missing", "sender-unseen")]
    assert said
    assert all(len(system.exported) < len(system.tracing.made) for system in said)


def test_services_that_we_instrument_tell_their_groups_offsets_and_handlers() -> None:
    ours = {each.name for system, *_ in examined() for each in system.run.system.services if each.style == "ours"}
    of_attributes = {"group", "offset-received", "handler-scope", "batch"}
    assert ours
    assert [
        (name, each.symptom) for _, name, each in examined() if name in ours and each.symptom in of_attributes
    ] == []
