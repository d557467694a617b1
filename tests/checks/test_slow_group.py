"""Slow group: events wait far longer than they used to, and what holds the group up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.checks.checking import check, thinned, verdicts
from tests.flows.spans import Story
from tracer.flows.model import Problem, Unknown

SECOND = 1_000


def orders(
    wait: Callable[[int], int], *, count: int = 200, took: int = 20, seen: bool = True, error: str | None = None
) -> Story:
    """An order a second, which `billing` begins to handle so many ms later."""
    story = Story()
    for n in range(count):
        at = n * SECOND
        send = story.send("orders", "shop", at, partition=n % 2, offset=n // 2)
        told = {"partition": n % 2, "offset": n // 2, "group": "billing", "parent": send}
        if seen:
            story.process("orders", "billing", (at + wait(n), at + wait(n) + took), error=error, **told)
        else:
            story.receive("orders", "billing", at + wait(n), **told)
    return story


def rising(n: int) -> int:
    """Half of the time nothing, then half a second more with each event."""
    return 5 + max(0, n - 100) * 500


def one(story: Story) -> Problem | Unknown:
    (found,) = check(story, "slow-group")
    return found


@pytest.mark.says("slow-group", "yes")
def test_a_group_whose_handling_takes_longer_than_events_come_is_slow_by_processing_time() -> None:
    found = one(orders(rising, took=1_450))
    assert (found.topic, found.group) == ("orders", "billing")
    assert "; processing time: 1 worker busy for " in found.message


@pytest.mark.says("slow-group", "yes")
def test_a_group_that_tries_in_vain_is_slow_by_retries() -> None:
    assert "; retries: 1 worker busy for " in one(orders(rising, took=1_450, error="ValueError")).message


@pytest.mark.says("slow-group", "yes")
def test_where_the_workers_are_idle_it_is_not_the_handling() -> None:
    assert "not its handling: 1 worker busy for " in one(orders(rising)).message


@pytest.mark.says("slow-group", "yes")
def test_where_no_span_shows_the_handling_the_cause_is_not_known() -> None:
    assert "no span shows how long its handling takes" in one(orders(rising, seen=False)).message


@pytest.mark.says("slow-group", "yes")
def test_a_pause_after_which_the_group_catches_up_at_once_counts_the_events_that_waited() -> None:
    found = one(orders(lambda n: 5 + max(0, 160 - n) * SECOND if n >= 100 else 5))
    assert isinstance(found, Problem)
    assert found.count == 55  # the last of them waited for less than 5 s
    assert "; a pause: it handled nothing for " in found.message


@pytest.mark.says("slow-group", "no")
def test_what_was_sent_before_the_group_began_to_read_did_not_wait_for_it() -> None:
    assert verdicts(orders(lambda n: 5 + max(0, 100 - n) * SECOND), "slow-group") == []


@pytest.mark.says("slow-group", "yes")
def test_a_pause_is_told_with_its_length() -> None:
    def paused(n: int) -> int:
        """Nobody handles from 100 s to 160 s; then it catches up at two a second."""
        return max(5, (60 - (n - 100) // 2) * SECOND) if n >= 100 else 5

    assert "a pause: it handled nothing for 60" in one(orders(paused)).message


@pytest.mark.says("slow-group", "yes")
def test_a_pause_after_which_another_instance_goes_on_is_a_restart_or_a_rebalance() -> None:
    story = Story()
    for n in range(200):
        wait = max(5, (60 - (n - 100) // 2) * SECOND) if n >= 100 else 5
        at = n * SECOND + wait
        told = {"partition": 0, "offset": n, "parent": story.send("orders", "shop", n * SECOND, partition=0, offset=n)}
        instance = f"billing-{1 if n < 100 else 2}"
        story.process("orders", "billing", (at, at + 20), instance=instance, group="billing", **told)
    assert "s, another instance went on then: a restart or a rebalance" in one(story).message


@pytest.mark.says("slow-group", "yes")
def test_where_one_partition_waits_it_is_uneven() -> None:
    found = one(orders(lambda n: rising(n) if n % 2 else 5, count=300))
    assert "uneven partitions: only 1 of the 2 that have events wait" in found.message


@pytest.mark.says("slow-group", "no")
def test_a_group_that_is_as_slow_as_ever_is_not_slow() -> None:
    assert verdicts(orders(lambda _: 60 * SECOND), "slow-group") == []
    assert verdicts(orders(lambda _: 5), "slow-group") == []


@pytest.mark.says("slow-group", "no")
def test_clocks_that_are_apart_are_no_waiting() -> None:
    story = Story()
    for n in range(200):
        send = story.send("orders", "shop", n * SECOND, partition=0, offset=n)
        late = 60 * SECOND if n >= 100 else 0
        told = {"partition": 0, "offset": n, "group": "billing", "instance": f"billing-{n // 100}"}
        story.process("orders", "billing", (n * SECOND + late + 5, n * SECOND + late + 9), parent=send, **told)
    assert verdicts(story, "slow-group") == []


@pytest.mark.says("slow-group", "unknown")
def test_of_a_group_that_is_known_for_a_short_time_it_is_unknown() -> None:
    story = orders(lambda n: 5 if n < 8 else 8_000 + n * 300, count=34)
    assert [each[0] for each in verdicts(story, "slow-group")] == ["unknown"]


@pytest.mark.says("slow-group", "unknown")
def test_where_what_waits_may_be_sampled_more_often_it_is_unknown() -> None:
    found = one(thinned(orders(rising, took=1_450)))
    assert isinstance(found, Unknown)
    assert "events that waited long may be kept more often" in found.message


@pytest.mark.says("slow-group", "yes")
def test_of_evenly_sampled_spans_the_waiting_is_told_and_not_why() -> None:
    story = orders(rising, took=1_450)
    story.span("tick", "billing", (0, 1), attributes={"sampler.type": "probabilistic", "sampler.param": "0.1"})
    assert one(story).message.endswith("; its spans are sampled, therefore not why")
