"""How messages of checks tell times."""

from tracer.checks.words import clock, during

SECOND = 1_000_000_000
NOON = 1_790_000_000 * SECOND  # 2026-09-21 14:13:20


def test_a_time_says_that_it_is_utc() -> None:
    assert clock(NOON + 7) == "2026-09-21 14:13:20 UTC"
    assert clock(None) == "an unknown time"


def test_a_stretch_within_one_second_is_one_time() -> None:
    assert during(NOON, NOON + SECOND - 1) == "at 2026-09-21 14:13:20 UTC"


def test_a_stretch_names_its_day_once() -> None:
    assert during(NOON, NOON + 75 * SECOND) == "between 2026-09-21 14:13:20 and 14:14:35 UTC"
    assert during(NOON, NOON + 86_400 * SECOND) == "between 2026-09-21 14:13:20 and 2026-09-22 14:13:20 UTC"


def test_a_stretch_of_which_one_end_is_unknown_tells_the_other() -> None:
    assert during(None, NOON) == during(NOON, None) == "at 2026-09-21 14:13:20 UTC"
    assert during(None, None) == "at an unknown time"
