"""What checks report of a part of the time is what they report of it when they look at all, and costs that part."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pytest

from tests.flows.recordings import DIRECTORY, NAMES
from tests.flows.simulation import simulate
from tests.flows.stores import relations_of, requests_of
from tracer.checks.ground import lay
from tracer.checks.model import Report, Scope
from tracer.checks.registry import CHECKS
from tracer.checks.running import run_checks
from tracer.formats.otlp_protobuf import decode

BY_EVENT = {
    "lost",
    "dead-letters",
    "stuck",
    "not-consumed",
    "redelivered",
    "produced-twice",
    "out-of-order",
    "broken-propagation",
    "retry-storm",
}
"""Checks that judge each event or attempt; the others judge a stretch of time, which may be cut."""


def recorded(name: str) -> pa.Table:
    """The spans of a recording."""
    requests = list(requests_of(gzip.decompress((DIRECTORY / f"{name}.pb.gz").read_bytes())))
    return decode(requests, [1] * len(requests)).spans


def simulated(seeds: Iterable[int]) -> pa.Table:
    """The spans of simulated systems, each with names of its own."""
    requests = [request for seed in seeds for request in simulate(seed, prefix=f"s{seed}-").requests]
    return decode(requests, [1] * len(requests)).spans


def times_of(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """When each event and attempt was."""
    rows = connection.execute(
        "SELECT id, at_ns FROM flow_event UNION ALL SELECT id, at_ns FROM flow_processing"
    ).fetchall()
    return dict(rows)


def shown(report: Report, *, unknown: bool) -> set[tuple[str, str | None, str]]:
    """Check, group and id of all evidence."""
    found = (*report.problems, *report.unknown) if unknown else report.problems
    return {(each.check, each.group, node) for each in found for node in each.evidence}


def holds(spans: pa.Table) -> int:
    """Hold three parts of the time against the whole; how many pieces of evidence lay in them."""
    seen = 0
    with relations_of(spans) as connection:
        now, times = time.time_ns(), times_of(connection)
        whole = run_checks(connection, CHECKS, Scope(now))
        first, last = min(times.values()), max(times.values())
        for since, until in ((0.3, None), (0.8, None), (0.2, 0.7)):
            begin = first + int((last - first) * since)
            end = None if until is None else first + int((last - first) * until)
            part = run_checks(connection, CHECKS, Scope(now, begin, end))
            told = shown(part, unknown=True)
            inside = {
                each
                for each in shown(whole, unknown=False)
                if each[0] in BY_EVENT and begin <= times.get(each[2], 0) and (end is None or times[each[2]] <= end)
            }
            # attempts and events that a storm or a head of a partition began before are evidence of what is inside
            missing = {
                each for each in inside - told if each[0] not in {"stuck", "retry-storm"} or times[each[2]] > begin
            }
            assert missing == set()
            invented = {each for each in shown(part, unknown=False) if each[0] in BY_EVENT} - shown(whole, unknown=True)
            assert invented == set()
            seen += len(inside)
    return seen


@pytest.mark.parametrize("name", NAMES[::3])
def test_what_is_reported_of_a_part_of_a_recording_is_what_the_whole_check_reports_of_it(name: str) -> None:
    holds(recorded(name))


@pytest.mark.parametrize("first", [0, 10])
def test_what_is_reported_of_a_part_of_simulated_systems_is_what_the_whole_check_reports_of_it(first: int) -> None:
    assert holds(simulated(range(first, first + 10))) > 0


def test_only_the_time_around_what_is_asked_for_is_read() -> None:
    with relations_of(recorded("mixed-all")) as connection:
        times = sorted(times_of(connection).values())
        since, until = times[len(times) // 3], times[len(times) // 2]
        scope = Scope(time.time_ns(), since, until, around=10**9)
        # as run_checks does before it lays the ground
        run_checks(connection, (), scope)
        lay(connection, ["check_attempt", "check_span", "check_effect"], scope, set())
        for table, column, kept in (
            ("check_event", "coalesce(produced_ns, $since)", "flow_event"),
            ("check_attempt", "started_ns", "flow_processing"),
        ):
            row = connection.execute(
                f"SELECT count(*), min({column}), max({column}) FROM {table}", {"since": since} if "$" in column else {}
            ).fetchone()
            assert row is not None
            assert 0 < row[0] < len(connection.table(kept))
            assert since - 10**9 <= row[1] <= row[2] <= until + 10**9
