"""Checks asked of spans: of hand-made stories and of recordings, reconstructed without a store."""

from __future__ import annotations

import time
from functools import lru_cache

import pyarrow as pa

from tests.flows.spans import BEGAN_NS, MS, Story
from tests.flows.stores import relations_of
from tracer.checks.model import Report, Scope
from tracer.checks.running import chosen, run_checks
from tracer.flows.model import Problem, Unknown
from tracer.formats.otlp_protobuf import decode

SAID: set[tuple[str, str]] = set()
"""The checks that were asked by name in the test that runs, each with its answers. See conftest.py."""


def report_of(
    spans: pa.Table, *names: str, now: int | None = None, since: int | None = None, until: int | None = None
) -> Report:
    """What the named checks, or all, say of a table of spans."""
    with relations_of(spans) as connection:
        return run_checks(connection, chosen(names), Scope(time.time_ns() if now is None else now, since, until))


def check(
    story: Story, name: str, *, now: int | None = None, since: int | None = None, until: int | None = None
) -> tuple[Problem | Unknown, ...]:
    """What one check says of a story: problems, then what it could not decide.

    Times are in ms since the story began; without `now` it is long over.
    """
    report = _report(tuple(story.requests()), name, _ns(now), _ns(since), _ns(until))
    told = (*report.problems, *report.unknown)
    SAID.update((name, _answer(found)) for found in told)
    SAID.update([] if told else [(name, "no")])
    return told


def verdicts(story: Story, name: str) -> list[tuple[str, str | None, str | None, int]]:
    """`yes` or `unknown`, topic, group and count of all that one check says of a story; nothing means no."""
    return [(_answer(found), found.topic, found.group, found.count) for found in check(story, name)]


@lru_cache(4)
def _report(requests: tuple[bytes, ...], name: str, now: int | None, since: int | None, until: int | None) -> Report:
    """Made once where a test looks at it twice."""
    return report_of(decode(requests, [1] * len(requests)).spans, name, now=now, since=since, until=until)


def _ns(milliseconds: int | None) -> int | None:
    return None if milliseconds is None else BEGAN_NS + milliseconds * MS


def thinned(story: Story, service: str = "billing") -> Story:
    """The story as a proxy passed it on that leaves out traces of that service, maybe more of those that went well."""
    story.span("tick", service, (0, 1), attributes={"SampleRate": 8})
    return story


def _answer(found: Problem | Unknown) -> str:
    return "yes" if isinstance(found, Problem) else "unknown"
