"""Failing: a group that fails on a topic since some event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.checks.checking import check, verdicts
from tests.flows.spans import Story, Value
from tracer.flows.model import Problem, Unknown


def orders(errors: dict[int, str], count: int = 20) -> Story:
    """`count` orders; `billing` fails on some of them with an error of that type."""
    story = Story()
    for n in range(count):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "group": "billing", "error": errors.get(n)}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), parent=send, **told)
    return story


@pytest.mark.says("failing", "yes")
def test_the_first_broken_event_and_the_error_are_named() -> None:
    (found,) = check(orders(dict.fromkeys(range(12, 20), "TimeoutError")), "failing")
    assert found.message == (
        "broken: group billing, first event kafka://orders/0/12, no field is named "
        "(TimeoutError: TimeoutError happened); since then 8 of 8 events of orders failed, "
        "from 2026-09-21 14:13:20 UTC on"
    )
    assert (found.count, found.evidence[0]) == (8, "kafka://orders/0/12#billing@1")


@pytest.mark.says("failing", "yes")
def test_it_may_have_failed_now_and_then_before_if_most_fail_since() -> None:
    errors = dict.fromkeys([2, *range(10, 15), *range(16, 20)], "ValueError")
    (found,) = check(orders(errors), "failing")
    assert found.message.startswith("broken: group billing, first event kafka://orders/0/10, ")
    assert "since then 9 of 10 events" in found.message


@pytest.mark.says("failing", "no")
def test_two_failures_are_too_few() -> None:
    assert verdicts(orders({18: "ValueError", 19: "ValueError"}), "failing") == []


@pytest.mark.says("failing", "no")
def test_failures_here_and_there_are_no_break() -> None:
    assert verdicts(orders(dict.fromkeys([1, 6, 11, 15, 19], "ValueError")), "failing") == []


@pytest.mark.says("failing", "no")
def test_a_group_that_mended_itself_is_not_broken() -> None:
    assert verdicts(orders(dict.fromkeys(range(5, 9), "ValueError")), "failing") == []


@pytest.mark.says("failing", "no")
def test_retries_that_went_well_in_the_end_are_no_failures() -> None:
    story = orders(dict.fromkeys(range(20), "ValueError"))
    for n in range(20):
        told = {"partition": 0, "offset": n, "group": "billing"}
        story.process("orders", "billing", (n * 20 + 12, n * 20 + 14), **told)
    assert verdicts(story, "failing") == []


def batches(*failed: tuple[bool, bool]) -> Story:
    """Batches of four orders: whether each failed, and whether a span under it did."""
    story = Story()
    for n, (itself, below) in enumerate(failed):
        sends = [story.send("orders", "shop", n * 100 + i, key=f"k-{n}-{i}") for i in range(4)]
        error = "ValueError" if itself else None
        at = (n * 100 + 10, n * 100 + 50)
        batch = story.process("orders", "billing", at, links=sends, group="billing", error=error)
        if below:
            story.span("work", "billing", (n * 100 + 12, n * 100 + 20), parent=batch, error="ValueError")
    return story


@pytest.mark.says("failing", "yes", "no")
def test_events_of_one_batch_failed_at_once() -> None:
    good, bad = (False, False), (True, True)
    assert verdicts(batches(good, good, bad, bad), "failing") == []
    assert verdicts(batches(good, good, bad, bad, bad), "failing") == [("yes", "orders", "billing", 12)]


@pytest.mark.says("failing", "unknown")
def test_where_it_is_unknown_what_became_of_as_many_others_it_is_open_whether_most_fail() -> None:
    bad, unclear = (True, True), (False, True)
    (found,) = check(batches(bad, unclear, bad, unclear, bad, unclear), "failing")
    assert "what became of 12 others since is unknown" in found.message
    assert isinstance(found, Unknown)


def released(*, at: int, versions: tuple[str | None, str | None] = ("1.4", "2.0"), broken: int = 12) -> Story:
    """20 orders; `shop` goes from one version to the other with order `at`, `billing` fails from order `broken` on."""
    story = Story()
    for n in range(20):
        version = versions[n >= at]
        resource = {"service.version": version} if version else {}
        send = story.send("orders", "shop", n * 20, partition=0, offset=n, resource=resource)
        told = {"partition": 0, "offset": n, "group": "billing", "error": "KeyError" if n >= broken else None}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), parent=send, **told)
    return story


def change(story: Story) -> str:
    """What the line of the one failing group says after its times."""
    (found,) = check(story, "failing")
    return found.message.partition(" failed, from ")[2].partition("; ")[2]


@pytest.mark.says("failing", "yes")
def test_a_release_of_the_producer_that_begins_with_the_first_broken_event_is_named() -> None:
    assert change(released(at=12)) == "it is the first of shop with version 2.0, before 1.4"


@pytest.mark.says("failing", "yes")
def test_a_release_that_the_group_handled_at_first_is_not_named() -> None:
    assert change(released(at=9)) == ""


@pytest.mark.says("failing", "yes")
def test_a_release_after_the_first_broken_event_is_not_named() -> None:
    assert change(released(at=14)) == ""


@pytest.mark.says("failing", "yes")
def test_where_no_span_tells_the_version_before_none_is_named() -> None:
    assert change(released(at=12, versions=(None, "2.0"))) == ""


def orders_of(told: Callable[[int], dict[str, Any]]) -> Story:
    """20 orders of which `billing` fails on the last 8, each sent as `told` says."""
    story = Story()
    for n in range(20):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n, **told(n))
        handled = {"partition": 0, "offset": n, "group": "billing", "error": "KeyError" if n >= 12 else None}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), parent=send, **handled)
    return story


@pytest.mark.says("failing", "yes")
def test_a_captured_header_that_tells_the_schema_is_named_before_another_instance() -> None:
    story = orders_of(
        lambda n: {"headers": {"schema-version": "2" if n >= 12 else "1"}, "instance": "b" if n >= 12 else "a"}
    )
    assert change(story) == "it is the first of shop with header schema-version 2, before 1"


@pytest.mark.says("failing", "yes")
def test_another_instance_is_named_where_nothing_tells_more() -> None:
    story = orders_of(lambda n: {"instance": "b" if n >= 12 else "a"})
    assert change(story) == "it is the first of shop with instance b, before a"


@pytest.mark.says("failing", "yes")
def test_instances_that_take_turns_are_no_change() -> None:
    assert change(orders_of(lambda n: {"instance": "ab"[n % 2]})) == ""


@pytest.mark.says("failing", "yes")
def test_payloads_of_another_size_are_named() -> None:
    story = orders_of(lambda n: {"attributes": {"messaging.message.body.size": 100 + n % 3 + (20 if n >= 12 else 0)}})
    assert change(story) == "from there on payloads of shop have 120 to 122 bytes, before 100 to 102"
    story = orders_of(lambda n: {"attributes": {"messaging.message.body.size": 100 + n % 3}})
    assert change(story) == ""


@pytest.mark.says("failing", "yes")
def test_a_release_of_the_group_itself_is_named() -> None:
    story = Story()
    for n in range(20):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "group": "billing", "error": "KeyError" if n >= 12 else None}
        resource = {"service.version": "7" if n >= 12 else "6"}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), parent=send, resource=resource, **told)
    assert change(story) == "billing itself has version 7 since, before 6"


def sampled(story: Story, state: str, *, but: int = 0) -> Story:
    """The same with a trace state on all spans but for the last few."""
    for span in story.spans[: len(story.spans) - but]:
        span.otlp.trace_state = state
    return story


EIGHT_FAIL = dict.fromkeys(range(12, 20), "TimeoutError")


@pytest.mark.says("failing", "unknown")
def test_where_a_sampler_may_know_what_failed_the_share_is_unknown() -> None:
    (found,) = check(sampled(orders(EIGHT_FAIL), "ot=th:8", but=1), "failing")
    assert "those that fail may be kept more often than the others" in found.message
    assert isinstance(found, Unknown)


def kept(story: Story, keeps: Callable[[int, bool], bool]) -> Story:
    """Only the traces that a sampler keeps, by their number and whether they failed; nothing tells of it."""
    traces = [story.spans[at : at + 2] for at in range(0, len(story.spans), 2)]
    story.spans[:] = [
        span
        for n, trace in enumerate(traces)
        if keeps(n, any(span.otlp.status.code == 2 for span in trace))
        for span in trace
    ]
    return story


@pytest.mark.says("failing", "unknown")
def test_where_offsets_are_told_of_no_event_more_may_have_gone_well() -> None:
    one_in_five = dict.fromkeys(range(2, 200, 5), "TimeoutError")
    (found,) = check(kept(orders(one_in_five, 200), lambda n, failed: failed or n % 10 == 0), "failing")
    assert isinstance(found, Unknown)
    assert "offsets that it passed since are told of no event" in found.message


@pytest.mark.says("failing", "yes")
def test_where_as_many_as_before_would_be_told_of_it_is_broken_all_the_same() -> None:
    all_later = dict.fromkeys(range(100, 200), "TimeoutError")
    few = kept(orders(all_later, 200), lambda n, _failed: n % 5 == 0)
    assert verdicts(few, "failing") == [("yes", "orders", "billing", 20)]


@pytest.mark.says("failing", "unknown")
@pytest.mark.parametrize("told", [{"SampleRate": 4}, {"_dd.agent_psr": "0.2"}])
def test_rates_of_a_proxy_or_an_agent_leave_it_unknown(told: dict[str, Value]) -> None:
    story = orders(EIGHT_FAIL)
    story.span("tick", "billing", (900, 905), attributes=told)
    assert verdicts(story, "failing") == [("unknown", "orders", "billing", 8)]


@pytest.mark.says("failing", "yes")
def test_a_sampler_that_decides_where_traces_begin_keeps_the_share() -> None:
    (found,) = check(sampled(orders(EIGHT_FAIL), "ot=th:8"), "failing")
    assert isinstance(found, Problem)
    assert "first sampled event kafka://orders/0/12," in found.message
    assert "since then 8 of 8 sampled events of orders failed" in found.message
    story = orders(EIGHT_FAIL)
    story.span("tick", "billing", (900, 905), attributes={"sampler.type": "probabilistic", "sampler.param": "0.1"})
    assert verdicts(story, "failing") == [("yes", "orders", "billing", 8)]


@pytest.mark.says("failing", "yes", "unknown")
def test_of_few_sampled_events_it_is_unknown_whether_more_than_half_fail() -> None:
    some = dict.fromkeys([15, 16, 18, 19], "TimeoutError")
    assert verdicts(orders(some), "failing") == [("yes", "orders", "billing", 4)]
    (found,) = check(sampled(orders(some), "ot=th:8"), "failing")
    assert "too few to tell whether more than half of all fail" in found.message


def reader_of(errors: dict[str, str], *, apart: int = 0, mended: int = 0) -> Story:
    """A reader of several topics, which fails on the last 8 of 20 events of each with the error of that topic, but for
    so many at the end.
    """
    story = Story()
    for turn, (topic, error) in enumerate(errors.items()):
        for n in range(20):
            at = n * 20 + turn * apart
            send = story.send(topic, "shop", at, partition=0, offset=n)
            told = {"partition": 0, "offset": n, "group": "billing", "error": error if 12 <= n < 20 - mended else None}
            story.process(topic, "billing", (at + 5, at + 10), parent=send, **told)
    return story


@pytest.mark.says("failing", "yes")
def test_one_broken_reader_of_several_topics_is_one_problem() -> None:
    story = reader_of({"orders": "ValueError", "refunds": "ValueError", "mails": "ValueError"}, apart=1)
    (found,) = check(story, "failing")
    assert (found.topic, found.group, found.count) == ("orders", "billing", 24)
    assert found.evidence[0] == "kafka://orders/0/12#billing@1"
    assert "since then 24 of 24 events of orders, refunds, mails failed" in found.message


@pytest.mark.says("failing", "yes")
def test_other_errors_and_other_times_are_other_problems() -> None:
    assert len(check(reader_of({"orders": "ValueError", "refunds": "TimeoutError"}), "failing")) == 2
    one_error = {"orders": "ValueError", "refunds": "ValueError"}
    assert len(check(reader_of(one_error, apart=5_000), "failing")) == 1  # nothing went well in between
    assert len(check(reader_of(one_error, apart=5_000, mended=1), "failing")) == 2
