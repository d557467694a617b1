"""The doctor asked of spans: of hand-made stories and of recordings, reconstructed without a store."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from tests.flows.spans import Story
from tracer.doctor.examining import examine_services
from tracer.doctor.model import Finding, Service
from tracer.flows import views
from tracer.flows.reconstruction import reconstruct
from tracer.formats.otlp_protobuf import decode
from tracer.store.ducklake import statement


def services_of(
    spans: pa.Table, *asked: str, since: int | None = None, until: int | None = None
) -> tuple[Service, ...]:
    """What the doctor says of a table of spans."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE SCHEMA lake")
        connection.register("flow_store", spans)
        connection.execute("CREATE TEMP VIEW flow_source AS FROM flow_store")
        reconstruct(connection)
        connection.execute("CREATE TABLE lake.spans AS FROM flow_store")
        for view in ("view_spans", "view_links"):
            connection.execute(statement(view))
        connection.execute(Path(views.__file__).with_suffix(".sql").read_text(encoding="utf-8"))
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
