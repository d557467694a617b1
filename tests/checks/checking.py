"""Checks asked of spans: of hand-made stories and of recordings, reconstructed without a store."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pyarrow as pa

from tests.flows.spans import Story
from tracer.checks.model import Report, Scope
from tracer.checks.running import chosen, run_checks
from tracer.flows import views
from tracer.flows.model import Problem, Unknown
from tracer.flows.reconstruction import reconstruct
from tracer.formats.otlp_protobuf import decode
from tracer.store.ducklake import statement


def report_of(spans: pa.Table, *names: str, since: int | None = None, until: int | None = None) -> Report:
    """What the named checks, or all, say of a table of spans."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE SCHEMA lake")
        connection.register("flow_store", spans)
        connection.execute("CREATE TEMP VIEW flow_source AS FROM flow_store")
        reconstruct(connection)
        connection.execute("CREATE TABLE lake.spans AS FROM flow_store")
        connection.execute(statement("view_spans"))
        connection.execute(Path(views.__file__).with_suffix(".sql").read_text(encoding="utf-8"))
        return run_checks(connection, chosen(names), Scope(time.time_ns(), since, until))


def check(story: Story, name: str) -> tuple[Problem | Unknown, ...]:
    """What one check says of a story: problems, then what it could not decide."""
    requests = story.requests()
    report = report_of(decode(requests, [1] * len(requests)).spans, name)
    return (*report.problems, *report.unknown)


def verdicts(story: Story, name: str) -> list[tuple[str, str | None, str | None, int]]:
    """`yes` or `unknown`, topic, group and count of all that one check says of a story; nothing means no."""
    return [
        ("yes" if isinstance(found, Problem) else "unknown", found.topic, found.group, found.count)
        for found in check(story, name)
    ]
