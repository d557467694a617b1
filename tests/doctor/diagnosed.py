"""What the doctor says of the recordings, and the table of it that docs/recordings.md shows."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from functools import cache
from typing import Any

from tests.doctor.examined import services_of
from tests.flows.recordings import DIRECTORY, NAMES
from tests.flows.stores import requests_of
from tracer.doctor.model import Finding, Instrumentation, Service
from tracer.formats.otlp_protobuf import decode

UNSEEN = "no span of messages"


@cache
def diagnosed(name: str) -> tuple[Service, ...]:
    """The services of a recording by its name, examined once."""
    requests = list(requests_of(gzip.decompress((DIRECTORY / f"{name}.pb.gz").read_bytes())))
    return services_of(decode(requests, [1] * len(requests)).spans)


@cache
def truth(name: str) -> Any:
    """What truly happened in a recording."""
    return json.loads(gzip.decompress((DIRECTORY / f"{name}.truth.json.gz").read_bytes()))


def telemetry_table() -> str:
    """One row for each recording and instrumentation, as Markdown: what is said of how many of its services."""
    lines = [
        "| recording | instrumentation | services | lacking (of how many attempts, sends or traces) |",
        "| --- | --- | ---: | --- |",
    ]
    for name in NAMES:
        said: dict[str, list[list[Finding]]] = defaultdict(list)
        for service in diagnosed(name):
            for by in service.instrumentations or (None,):
                scope = by.scope if by is not None else None
                said[_named(by)].append([each for each in service.findings if each.instrumentation.scope == scope])
        for instrumentation, services in sorted(said.items()):
            lines.append(f"| {name} | {instrumentation} | {len(services)} | {_lacking(services)} |")
    return "\n".join(lines) + "\n"


def _named(by: Instrumentation | None) -> str:
    if by is None:
        return UNSEEN
    return f"{by.client or by.scope} ({by.version})" if by.version else str(by.client or by.scope)


def _lacking(services: list[list[Finding]]) -> str:
    counts: dict[str, list[int]] = {}
    for finding in (finding for findings in services for finding in findings):
        count = counts.setdefault(finding.symptom, [0, 0])
        count[0] += finding.count
        count[1] += finding.total
    return ", ".join(f"{symptom} ({count} of {total})" for symptom, (count, total) in counts.items()) or "–"
