"""Simulated systems with crashes, sampling, batches and any instrumentation: what the checks report of them is true."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.checks.checking import report_of
from tests.flows.simulation import Simulation, simulate
from tests.flows.simulation.run import Attempt, Message
from tracer.flows.model import Problem
from tracer.formats.otlp_protobuf import decode

TOGETHER = 25


class _Happened:
    """What truly happened in a run, asked by the names that problems use."""

    def __init__(self, simulation: Simulation) -> None:
        self._messages = {message.id: message for message in simulation.run.messages}
        self._messages |= {message.message_id: message for message in simulation.run.messages}
        self._sent = {made.context.span_id.hex(): made.sent for made in simulation.tracing.made if made.sent}
        self._attempts: dict[tuple[Message, str], list[Attempt]] = defaultdict(list)
        for attempt in simulation.run.attempts:
            for name in {attempt.process.service.group, attempt.process.service.name}:
                self._attempts[attempt.message, name].append(attempt)

    def denies(self, problem: Problem) -> list[str]:
        """Evidence of a problem that is not true. Of a group that fails most must be: where a handler's spans are not
        under its arrival, which attempt an error belongs to is a guess.
        """
        wrong = [evidence for evidence in problem.evidence if not self._holds(problem, evidence)]
        if problem.check == "failing" and len(wrong) * 2 < len(problem.evidence):
            return []
        return [f"{problem.check} {evidence}: {problem.message}" for evidence in wrong]

    def _holds(self, problem: Problem, evidence: str) -> bool:
        message = self._message(evidence.partition("#")[0])
        return message is not None and self._true(problem.check, message, problem.group or "")

    def _true(self, check: str, message: Message, group: str) -> bool:
        attempts = self._attempts.get((message, group), [])
        if check == "lost":
            return not attempts
        if check == "redelivered":
            return any(attempt.outcome == "ok" for attempt in attempts[:-1])
        if check == "out-of-order":
            return any(
                other.key == message.key and other.offset > message.offset and theirs[0].began < attempts[0].began
                for (other, reader), theirs in self._attempts.items()
                if reader == group and (other.topic, other.partition) == (message.topic, message.partition)
            )
        if check == "dead-letters":
            return message.kind == "dead-lettered"
        if check == "failing":
            return any(attempt.failed for attempt in attempts)
        # the others (produced twice, not consumed, storms, orphans, hot partitions) never happen in these systems
        return check == "poison" and bool(attempts) and all(attempt.failed for attempt in attempts)

    def _message(self, name: str) -> Message | None:
        if name.startswith("span://"):
            return self._sent.get(name.split("/")[3])
        place = name if "@" not in name else "kafka://" + name.partition("@")[2]
        return self._messages.get(place) or self._messages.get(name.rpartition("/")[2])


@pytest.mark.parametrize("first", range(0, 75, TOGETHER))
def test_no_problem_of_a_simulated_system_is_false(first: int) -> None:
    simulations = {seed: simulate(seed, prefix=f"s{seed}-") for seed in range(first, first + TOGETHER)}
    requests = [request for simulation in simulations.values() for request in simulation.requests]
    report = report_of(decode(requests, [1] * len(requests)).spans)
    happened = {seed: _Happened(simulation) for seed, simulation in simulations.items()}
    seeds = [int((problem.topic or problem.subject)[1:].split("-")[0]) for problem in report.problems]
    wrong = [
        line for problem, seed in zip(report.problems, seeds, strict=True) for line in happened[seed].denies(problem)
    ]
    assert report.problems
    assert wrong == []
