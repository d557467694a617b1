"""Failing: a group that fails on a topic since some event."""

from __future__ import annotations

from tests.checks.checking import check, verdicts
from tests.flows.spans import Story


def orders(errors: dict[int, str], count: int = 20) -> Story:
    """`count` orders; `billing` fails on some of them with an error of that type."""
    story = Story()
    for n in range(count):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "group": "billing", "error": errors.get(n)}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), parent=send, **told)
    return story


def test_the_first_broken_event_and_the_error_are_named() -> None:
    (found,) = check(orders(dict.fromkeys(range(12, 20), "TimeoutError")), "failing")
    assert found.message == (
        "broken: group billing, first event kafka://orders/0/12, no field is named "
        "(TimeoutError: TimeoutError happened); since then 8 of 8 events of orders failed, "
        "from 2026-09-21 14:13:20 UTC on"
    )
    assert (found.count, found.evidence[0]) == (8, "kafka://orders/0/12#billing@1")


def test_it_may_have_failed_now_and_then_before_if_most_fail_since() -> None:
    errors = dict.fromkeys([2, *range(10, 15), *range(16, 20)], "ValueError")
    (found,) = check(orders(errors), "failing")
    assert found.message.startswith("broken: group billing, first event kafka://orders/0/10, ")
    assert "since then 9 of 10 events" in found.message


def test_two_failures_are_too_few() -> None:
    assert verdicts(orders({18: "ValueError", 19: "ValueError"}), "failing") == []


def test_failures_here_and_there_are_no_break() -> None:
    assert verdicts(orders(dict.fromkeys([1, 6, 11, 15, 19], "ValueError")), "failing") == []


def test_a_group_that_mended_itself_is_not_broken() -> None:
    assert verdicts(orders(dict.fromkeys(range(5, 9), "ValueError")), "failing") == []


def test_retries_that_went_well_in_the_end_are_no_failures() -> None:
    story = orders(dict.fromkeys(range(20), "ValueError"))
    for n in range(20):
        told = {"partition": 0, "offset": n, "group": "billing"}
        story.process("orders", "billing", (n * 20 + 12, n * 20 + 14), **told)
    assert verdicts(story, "failing") == []
