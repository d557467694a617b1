"""The checks held against the faults that the truth files of the recordings list, and the table of it in the docs.

A fault is found when the check that is about it names its group or the dead-letter topic, missed when it does not, and
to be seen when the recording has no span that could show it. A problem is false when the truth does not bear it out.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.checks.checking import report_of
from tests.flows.recordings import DIRECTORY, NAMES
from tests.flows.stores import requests_of
from tracer.checks.model import Report
from tracer.flows.model import Problem, Unknown
from tracer.formats.otlp_protobuf import decode

FAILED = ("error", "retried", "dead-lettered")


@dataclass(frozen=True)
class Fault:
    """A fault that was made on purpose: the check that is about it, its group and the service
    that stands in for it, and why spans cannot show it, if they cannot."""

    name: str
    check: str
    groups: tuple[str, ...]
    topic: str | None
    hidden: str | None


@dataclass(frozen=True)
class Judged:
    """A recording's faults, what the checks said, and which of that is false."""

    name: str
    faults: tuple[Fault, ...]
    report: Report
    false: tuple[Problem, ...]

    def found(self) -> list[Fault]:
        """Faults that a problem names."""
        return [fault for fault in self.faults if any(_names(problem, fault) for problem in self.report.problems)]

    def open(self) -> list[Fault]:
        """Faults that no problem names, and that the checks leave undecided with a reason."""
        found = self.found()
        return [
            fault
            for fault in self.faults
            if fault not in found and any(_names(unknown, fault) for unknown in self.report.unknown)
        ]

    def missed(self) -> list[Fault]:
        """Faults that spans could show and that the checks do not mention."""
        told = [*self.found(), *self.open()]
        return [fault for fault in self.faults if fault not in told and fault.hidden is None]


@cache
def judged(name: str) -> Judged:
    """A recording by its name, checked once."""
    requests = list(requests_of(gzip.decompress((DIRECTORY / f"{name}.pb.gz").read_bytes())))
    truth = json.loads(gzip.decompress((DIRECTORY / f"{name}.truth.json.gz").read_bytes()))
    report = report_of(decode(requests, [1] * len(requests)).spans)
    facts = _Facts(truth)
    false = tuple(problem for problem in report.problems if not facts.bear_out(problem))
    return Judged(name, tuple(_faults(truth)), report, false)


def faults_table() -> str:
    """One row a recording, as Markdown: faults found, missed, not to be seen with the reason, and false problems."""
    lines = [
        "| recording | found | undecided | missed | false | all undecided | spans cannot show |",
        "| --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    for name in NAMES:
        each = judged(name)
        hidden = [
            f"{fault.name}: {fault.hidden}" for fault in each.faults if fault.hidden and fault not in each.found()
        ]
        cells = (
            name,
            _listed(each.found()),
            _listed(each.open()),
            _listed(each.missed()),
            len(each.false),
            len(each.report.unknown),
        )
        lines.append("| " + " | ".join(map(str, (*cells, "; ".join(dict.fromkeys(hidden)) or "–"))) + " |")
    return "\n".join(lines) + "\n"


def _listed(faults: list[Fault]) -> str:
    return ", ".join(f"{fault.name} ({fault.check})" for fault in faults) or "–"


def _names(problem: Problem | Unknown, fault: Fault) -> bool:
    same_topic = fault.topic is not None and problem.topic == fault.topic
    return problem.check == fault.check and (problem.group in fault.groups or same_topic)


def _faults(truth: Mapping[str, Any]) -> Iterator[Fault]:
    services = {item["group"]: item["service"] for item in truth["processings"]}
    for fault in truth["faults"]:
        kind, group = fault["fault"], fault["group"]
        names = tuple(name for name in (group, services.get(group)) if name)
        if kind == "reader":
            yield Fault(kind, "failing", names, None, None)
        elif kind == "crash":
            again = [item for item in truth["processings"] if item["group"] == group and item["attempt"] > 1]
            recorded = {item["id"] for item in truth["processings"] if item["recorded"]}
            both = any({item["id"], _first(item)} <= recorded for item in again)
            yield Fault(kind, "redelivered", names, None, None if both else "the first attempts left no span")
        elif kind == "loss":
            clear = any(not item["handlingRecorded"] for item in truth["lost"] if item["group"] == group)
            yield Fault(
                kind, "lost", names, None, None if clear else "the arrival is told, and no span tells of handling"
            )
        elif kind in ("aborted", "compacted"):
            yield Fault(kind, "lost", names, None, "no span tells what the broker did not hand out")
        elif kind == "headers" and (match := re.search(r"copies the headers of \S+ to ([^\s,]+)", fault["text"])):
            yield Fault(kind, "broken-propagation", names, match[1], None)
        elif kind == "failing" and (match := re.search(r"\(always\).*dead letters to ([^\s,]+)", fault["text"])):
            recorded_any = any(item["recorded"] for item in truth["processings"] if item["group"] == group)
            yield Fault(kind, "dead-letters", names, match[1], None)
            yield Fault(kind, "poison", names, None, None if recorded_any else "no attempt of the group left a span")


def _first(item: Mapping[str, Any]) -> str:
    return f"{item['event']}#{item['group']}@{item['attempt'] - 1}"


class _Facts:
    """What truly happened, asked by the names that problems use."""

    def __init__(self, truth: Mapping[str, Any]) -> None:
        self._by_span = {(item["traceId"], item["spanId"]): item["id"] for item in truth["events"]}
        self._contexts = {item["id"]: item["contexts"] for item in truth["events"]}
        self._lost = {(item["event"], item["group"]) for item in truth["lost"]}
        self._attempts: dict[tuple[str, str], list[str]] = {}
        self._groups: dict[str, set[str]] = {}
        for item in sorted(truth["processings"], key=lambda item: item["attempt"]):
            self._attempts.setdefault((item["event"], item["group"]), []).append(item["outcome"])
            for name in (item["group"], item["service"]):
                self._groups.setdefault(name, set()).add(item["group"])
        self._dead = {item["to"] for item in truth["edges"] if item["kind"] == "dead-lettered"}

    def bear_out(self, problem: Problem) -> bool:
        """Whether all evidence of a problem is true."""
        return all(self._true(problem, evidence) for evidence in problem.evidence)

    def _true(self, problem: Problem, evidence: str) -> bool:
        event = self._event(evidence.partition("#")[0])
        groups = self._groups.get(problem.group or "", set())
        attempts = [self._attempts.get((event, group), []) for group in groups]
        if problem.check == "lost":
            return any((event, group) in self._lost for group in groups)
        if problem.check == "redelivered":
            return any("ok" in outcomes[:-1] for outcomes in attempts)
        if problem.check == "broken-propagation":
            return self._contexts[event] > 1
        if problem.check == "dead-letters":
            return event in self._dead
        if problem.check in ("failing", "poison"):
            return any(outcomes and all(outcome in FAILED for outcome in outcomes) for outcomes in attempts)
        return False

    def _event(self, name: str) -> str:
        if name.startswith("span://"):
            trace_id, span_id, *_ = name.removeprefix("span://").split("/")
            return self._by_span.get((trace_id, span_id), name)
        return name
