"""Checks asked of spans: of hand-made stories and of recordings, reconstructed without a store."""

from __future__ import annotations

import time

import pyarrow as pa

from tests.flows.spans import Story
from tests.flows.stores import relations_of
from tracer.checks.model import Report, Scope
from tracer.checks.running import chosen, run_checks
from tracer.flows.model import Problem, Unknown
from tracer.formats.otlp_protobuf import decode


def report_of(spans: pa.Table, *names: str, since: int | None = None, until: int | None = None) -> Report:
    """What the named checks, or all, say of a table of spans."""
    with relations_of(spans) as connection:
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
