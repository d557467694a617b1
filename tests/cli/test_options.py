"""How the values of shared options are read."""

from __future__ import annotations

import argparse

import pytest

from tests.cli.conftest import Tracer
from tracer.cli.options import moment, positive

NOW = 1_795_500_661_123_456_789
SECOND = 10**9


@pytest.mark.parametrize(
    ("written", "nanoseconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01T00:00:01.000000001Z", SECOND + 1),
        ("1970-01-01 00:01", 60 * SECOND),
        ("1970-01-01 00:01:00 UTC", 60 * SECOND),
        ("1970-01-02", 86_400 * SECOND),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01t00:00:00z", 0),
        ("now", NOW),
        ("10m ago", NOW - 600 * SECOND),
        ("10m", NOW - 600 * SECOND),
        ("2h30m", NOW - 9_000 * SECOND),
        ("1.5 hours ago", NOW - 5_400 * SECOND),
        ("3d", NOW - 3 * 86_400 * SECOND),
        ("250ms ago", NOW - SECOND // 4),
    ],
)
def test_a_time_is_rfc_3339_or_how_long_ago(written: str, nanoseconds: int) -> None:
    assert moment(written, NOW) == nanoseconds


@pytest.mark.parametrize(
    "written", ["", "yesterday", "10", "10 parsecs", "2026-13-01", "2026-11-24T25:00:00Z", "5m later"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=r"no time|neither a time"):
        moment(written, NOW)


@pytest.mark.parametrize("written", ["0", "-1", "many", "1.5"])
def test_a_limit_is_a_whole_number_from_1_on(written: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="from 1 on"):
        positive(written)


def test_a_time_that_ends_before_it_begins_is_wrong_use(tracer: Tracer) -> None:
    answer = tracer("check", "--since", "10m", "--until", "20m")
    assert (answer.status, answer.out) == (2, "")
    assert "--since must be before --until" in answer.err


def test_a_wrong_option_is_wrong_use(tracer: Tracer) -> None:
    for words in (["events", "--since", "yesterday"], ["events", "--limit", "0"], ["events", "--format", "xml"]):
        answer = tracer(*words)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("tracer: argument --")
