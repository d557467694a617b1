"""Delivery as observed: at most once, at least once, effectively once in n."""

from __future__ import annotations

import pytest

from tests.checks.answers import DELIVERY
from tests.checks.checking import SAID, report_of
from tests.flows.spans import BEGAN_NS, MS, Story
from tracer.checks.guarantees import NEEDS
from tracer.flows.model import Guarantee
from tracer.formats.otlp_protobuf import decode


def observed(
    *, missing: tuple[int, ...] = (), again: tuple[int, ...] = (), told: bool = True, count: int = 40, kept: int = 1
) -> Guarantee:
    """The guarantee under which `billing` reads `count` orders without the missing ones, some handled again.

    Of its traces one in so many was `kept`.
    """
    story = Story()
    story.span("tick", "billing", (0, 1), attributes={"SampleRate": kept})
    for n in range(count):
        send = story.send("orders", "shop", n * 20, partition=0 if told else None, offset=n if told else None)
        for at in [n * 20 + 5] * (n not in missing) + [n * 20 + 12] * (n in again):
            place = {"partition": 0, "offset": n} if told else {}
            story.process("orders", "billing", (at, at + 4), parent=send, group="billing", **place)
    requests = story.requests()
    (found,) = report_of(decode(requests, [1] * len(requests)).spans, *NEEDS).guarantees
    SAID.add((DELIVERY, found.observed or "unknown"))
    return found


@pytest.mark.says("delivery as observed", "effectively-once")
def test_where_nothing_was_lost_or_redelivered_it_is_effectively_once_with_a_bound() -> None:
    found = observed()
    assert (found.topic, found.group, found.observed, found.events) == ("orders", "billing", "effectively-once", 40)
    assert found.bound == pytest.approx(3 / 40)


@pytest.mark.says("delivery as observed", "at-least-once")
def test_some_redelivered_and_none_lost_is_at_least_once() -> None:
    found = observed(again=(7,))
    assert (found.observed, found.redelivered, found.bound) == ("at-least-once", 1, None)


@pytest.mark.says("delivery as observed", "at-most-once")
def test_some_lost_is_at_most_once() -> None:
    found = observed(missing=(17, 18), count=60)
    assert (found.observed, found.lost) == ("at-most-once", 2)


@pytest.mark.says("delivery as observed", "none")
def test_some_lost_and_some_redelivered_is_no_guarantee() -> None:
    assert observed(missing=(17, 18), again=(7,), count=60).observed == "none"


@pytest.mark.says("delivery as observed", "unknown")
def test_gaps_that_look_like_sampling_leave_it_unknown() -> None:
    found = observed(missing=(7, 12, 17, 23))
    assert found.observed is None
    assert "sampled" in (found.reason or "")


@pytest.mark.says("delivery as observed", "unknown")
def test_where_offsets_are_not_told_a_loss_would_not_be_seen() -> None:
    found = observed(told=False)
    assert (found.observed, found.reason) == (None, "no span tells which events it passed: offsets are missing")


@pytest.mark.says("delivery as observed", "unknown")
def test_few_events_tell_nothing() -> None:
    assert observed(count=3).reason == "too few to tell: 3"


def test_of_a_part_of_the_time_no_more_than_its_events_are_counted() -> None:
    story = Story()
    for n in range(40):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "group": "billing"}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 9), parent=send, **told)
    requests = story.requests()
    spans = decode(requests, [1] * len(requests)).spans
    (found,) = report_of(spans, *NEEDS, since=BEGAN_NS + 600 * MS).guarantees
    assert (found.observed, found.events) == ("effectively-once", 10)


@pytest.mark.says("delivery as observed", "unknown")
def test_of_sampled_spans_it_is_unknown() -> None:
    assert observed(kept=8).reason == "spans of its service tell of sampling"
