"""What checks report of a part of the time is what they report of it when they look at all, and costs that part."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterable

import duckdb
import pyarrow as pa
import pytest

from tests.checks.checking import check
from tests.flows.recordings import DIRECTORY, NAMES
from tests.flows.simulation import simulate
from tests.flows.spans import Story
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


def orders(errors: range) -> Story:
    """20 orders, one each 20 ms, on some of which `billing` fails."""
    story = Story()
    for n in range(20):
        told = {"partition": 0, "offset": n, "parent": story.send("orders", "shop", n * 20, partition=0, offset=n)}
        error = "ValueError" if n in errors else None
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), group="billing", error=error, **told)
    return story


def test_a_group_that_fails_on_is_told_with_the_first_broken_event_though_that_was_before() -> None:
    (whole,) = check(orders(range(12, 20)), "failing")
    assert "first event kafka://orders/0/12" in whole.message
    assert check(orders(range(12, 20)), "failing", since=300) == (whole,)
    assert check(orders(range(12, 20)), "failing", since=400) == ()


def test_whether_a_group_fails_is_judged_by_the_end_of_the_time_that_is_asked_for() -> None:
    mended = orders(range(8, 12))
    assert check(mended, "failing") == ()
    (found,) = check(mended, "failing", until=230)
    assert "first event kafka://orders/0/8" in found.message
    assert "since then 4 of 4 events" in found.message


def test_an_event_is_poison_in_the_time_of_its_last_attempt() -> None:
    story = Story()
    for n in range(12):
        told = {"partition": 0, "offset": n, "parent": story.send("orders", "shop", n * 100, partition=0, offset=n)}
        for attempt in range(3 if n in {5, 9} else 1):
            at = n * 100 + 10 + attempt * 10
            error = "ValueError" if n in {5, 9} else None
            story.process("orders", "billing", (at, at + 5), group="billing", error=error, **told)
    parts = [{}, {"since": 530}, {"since": 536}, {"until": 900}]
    told = [[each.evidence for each in check(story, "poison", **part)] for part in parts]
    five, nine = "kafka://orders/0/5", "kafka://orders/0/9"
    assert told == [[(five, nine)], [(five, nine)], [(nine,)], [(five,)]]


def test_a_business_duplicate_is_of_the_time_of_the_second() -> None:
    story = Story()
    for offset, (at, key) in enumerate([(0, "a"), (100, "b"), (200, "a"), (300, "c"), (400, "b"), (500, "d")]):
        hashed = {"messaging.message.body.hash": "1"}
        story.send("orders", "shop", at, partition=0, offset=offset, key=key, attributes=hashed)
    found = [
        check(story, "business-duplicate", **part) for part in ({}, {"since": 300}, {"until": 300}, {"since": 450})
    ]
    assert [[each.count for each in of] for of in found] == [[2], [1], [1], []]
    assert found[1][0].evidence == ("kafka://orders/0/1", "kafka://orders/0/4")


def test_a_group_is_slow_in_the_time_in_which_events_waited() -> None:
    story = Story()
    for n in range(200):
        at = n * 1_000
        told = {"partition": 0, "offset": n, "parent": story.send("orders", "shop", at, partition=0, offset=n)}
        at += 5 + max(0, n - 100) * 500
        story.process("orders", "billing", (at, at + 5), group="billing", **told)
    (whole,) = check(story, "slow-group")
    (part,) = check(story, "slow-group", since=200_000)
    assert set(part.evidence) < set(whole.evidence)
    assert check(story, "slow-group", until=110_000) == ()


def test_a_partition_is_hot_in_the_time_in_which_it_has_most_events() -> None:
    story = Story()
    for n in range(260):
        place = {"partition": 2 if n >= 100 else n % 3, "offset": n}
        send = story.send("orders", "shop", n * 10, **place)
        at = n * 10 + (5_000 if n >= 100 else 5)
        story.process("orders", "billing", (at, at + 2), parent=send, group="billing", **place)
        if n >= 100 and n % 16 < 2:
            place = {"partition": n % 16, "offset": n}
            send = story.send("orders", "shop", n * 10, **place)
            story.process("orders", "billing", (n * 10 + 5, n * 10 + 7), parent=send, group="billing", **place)
    assert check(story, "hot-partition", until=990) == ()
    (found,) = check(story, "hot-partition", since=1_000)
    assert found.message.startswith("partition 2 of orders has 160 of 180 events")


def test_a_topic_is_an_orphan_in_the_time_in_which_ten_events_came_that_nobody_read() -> None:
    minute, story = 60_000, Story()
    for n in range(40):
        send = story.send("orders", "shop", n * minute, partition=0, offset=n)
        if n < 20:
            at = n * minute + 5
            story.process("orders", "billing", (at, at + 5), parent=send, partition=0, offset=n, group="billing")
    found = [check(story, "orphan-topic", **part) for part in ({}, {"since": 30 * minute}, {"until": 28 * minute})]
    assert [[each.count for each in of] for of in found] == [[20], [10], []]
