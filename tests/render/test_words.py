"""How durations, times and sizes are written."""

from __future__ import annotations

import pytest

from tests.render.sample_flows import event
from tracer.render.words import duration, event_name, rfc3339, size, tally


@pytest.mark.parametrize(
    ("nanoseconds", "written"),
    [
        (None, "–"),
        (0, "0ns"),
        (999, "999ns"),
        (1_000, "1µs"),
        (1_400_000, "1.4ms"),
        (9_990_000, "9ms"),
        (12_345_678, "12ms"),
        (3_210_000_000, "3.2s"),
        (59_999_999_999, "59s"),
        (125 * 10**9, "2m05s"),
        (3_720 * 10**9, "1h02m"),
        (273_600 * 10**9, "3d04h"),
        (-3_100_000, "-3.1ms"),
    ],
)
def test_a_duration_is_short_and_its_unit_fits_its_size(nanoseconds: int | None, written: str) -> None:
    assert duration(nanoseconds) == written


def test_a_time_keeps_all_nine_digits_also_before_1970() -> None:
    assert rfc3339(1) == "1970-01-01T00:00:00.000000001Z"
    assert rfc3339(-1) == "1969-12-31T23:59:59.999999999Z"


def test_an_event_of_another_cluster_says_so_and_one_without_coordinates_names_its_span() -> None:
    far = event("orders", 7, id="kafka://eu@orders/0/7", cluster="eu")
    assert event_name(far) == "eu@orders/0/7"
    unplaced = event("orders", partition=None, offset=None, id="span://aa/bb", span_id="bb")
    assert event_name(unplaced) == "orders (span bb)"


def test_sizes_and_tallies() -> None:
    assert [size(count) for count in (0, 999, 1_400, 2_500_000, 7 * 10**12)] == [
        "0 B",
        "999 B",
        "1.4 kB",
        "2.5 MB",
        "7.0 TB",
    ]
    assert tally(["ok", "error", "ok"]) == "1 error, 2 ok"
