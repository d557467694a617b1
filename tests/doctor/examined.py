"""The doctor asked of spans: of hand-made stories and of recordings, reconstructed without a store."""

from __future__ import annotations

import pyarrow as pa

from tests.flows.spans import Story
from tests.flows.stores import relations_of
from tracer.doctor.examining import examine_services
from tracer.doctor.model import Finding, Service
from tracer.formats.otlp_protobuf import decode


def services_of(
    spans: pa.Table, *asked: str, since: int | None = None, until: int | None = None
) -> tuple[Service, ...]:
    """What the doctor says of a table of spans."""
    with relations_of(spans) as connection:
        return examine_services(connection, asked, since, until)


def findings(story: Story, service: str, symptom: str | None = None) -> list[Finding]:
    """What it says of one service of a story, of one symptom or of all."""
    requests = story.requests()
    (found,) = services_of(decode(requests, [1] * len(requests)).spans, service)
    return [finding for finding in found.findings if symptom in (None, finding.symptom)]


def suffers(story: Story, service: str, symptom: str) -> dict[str, tuple[int, int]]:
    """The answers that suffer for one symptom of one service; nothing where it does not show."""
    return {
        effect.answer: (effect.count, effect.total)
        for each in findings(story, service, symptom)
        for effect in each.effects
    }
