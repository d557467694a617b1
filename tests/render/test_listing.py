"""What is told of events that are too many to be shown one by one."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.render.sample_flows import caused, event, flow, handled
from tests.render.test_flow_picture import fan_out
from tracer.render.listing import listed, ranges
from tracer.render.tree import flow_tree


def test_events_are_told_as_ranges_and_what_failed_by_name() -> None:
    tree = flow_tree(fan_out(1_000))
    parts = [event for event in tree.events.values() if event.topic == "parts" and event.offset != 500]
    assert list(listed(tree, parts)) == [
        "parts/0: 0–499, 501–999",
        "led to failures: parts/0: 999",
        "packer: 1 error, 998 ok",
    ]


def test_what_has_no_offset_is_named() -> None:
    first = event("orders")
    by = handled(first, "split", 5, 10)
    made = replace(event("parts"), id="span://a/b", partition=None, offset=None, span_id="00f067aa0ba902b7")
    tree = flow_tree(flow(first.id, [first, made], [by], [caused(by, made)]))
    assert list(listed(tree, [made, made])) == ["parts (span 00f067aa0ba902b7)"]


@given(st.sets(st.integers(0, 60)))
def test_ranges_hold_the_numbers_and_no_other(numbers: set[int]) -> None:
    ends = [part.split("–") for part in ranges(numbers).split(", ") if part]
    assert [number for end in ends for number in range(int(end[0]), int(end[-1]) + 1)] == sorted(numbers)
