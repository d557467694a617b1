"""Stuck: a partition that a group does not come past while it is busy otherwise."""

from __future__ import annotations

import pytest

from tests.checks.checking import check, thinned, verdicts
from tests.flows.spans import Story

SECOND = 1_000


def read(story: Story, partition: int, offsets: range, *, until: int, failing: str | None = None) -> None:
    """An order every 2 s; `billing` handles those below `until`, and fails on that at once and every 10 s where it is
    `failing`."""
    for offset in offsets:
        at = offset * 2 * SECOND
        send = story.send("orders", "shop", at, partition=partition, offset=offset)
        told = {"partition": partition, "offset": offset, "group": "billing"}
        if offset < until:
            story.process("orders", "billing", (at + 5, at + 9), parent=send, **told)
        if offset == until and failing:
            for late in range(0, 120, 10):
                begin = at + 5 + late * SECOND
                story.process("orders", "billing", (begin, begin + 4), parent=send, error=failing, **told)


@pytest.mark.says("not-consumed", "no")
@pytest.mark.says("stuck", "yes")
def test_a_partition_that_stands_still_while_the_group_goes_on_elsewhere_is_stuck() -> None:
    story = Story()
    read(story, 0, range(60), until=60)
    read(story, 1, range(60), until=20)
    (found,) = check(story, "stuck")
    assert found.message.startswith("partition 1 of orders stands still for group billing: since ")
    assert (found.topic, found.group, found.evidence[0]) == ("orders", "billing", "kafka://orders/1/19")
    assert verdicts(story, "not-consumed") == []


@pytest.mark.says("stuck", "yes")
def test_a_group_that_tries_one_event_for_ever_is_stuck_on_it() -> None:
    story = Story()
    read(story, 0, range(60), until=20, failing="ValueError")
    (found,) = check(story, "stuck")
    assert "which it tried 12 times: ValueError" in found.message
    assert found.evidence[:2] == ("kafka://orders/0/20", "kafka://orders/0/21")


@pytest.mark.says("stuck", "no")
def test_partitions_that_all_move_or_all_stand_still_are_not_stuck() -> None:
    for until in (60, 20):
        story = Story()
        read(story, 0, range(60), until=until)
        read(story, 1, range(60), until=until)
        assert verdicts(story, "stuck") == []


@pytest.mark.says("stuck", "unknown")
def test_where_the_group_skips_others_too_it_is_unknown() -> None:
    story = Story()
    read(story, 0, range(30), until=30)
    for offset in (30, 32, 34, 36, 38):
        story.send("orders", "shop", offset * 2 * SECOND, partition=0, offset=offset)
        read(story, 0, range(offset + 1, offset + 2), until=60)
    read(story, 0, range(40, 60), until=60)
    read(story, 1, range(60), until=20)
    assert [one[0] for one in verdicts(story, "stuck")] == ["unknown"]


@pytest.mark.says("stuck", "unknown")
def test_of_sampled_spans_it_is_unknown_whether_a_partition_stands_still() -> None:
    story = Story()
    read(story, 0, range(60), until=60)
    read(story, 1, range(60), until=20)
    (found,) = check(thinned(story), "stuck")
    assert "spans of its service tell of sampling" in found.message
    assert [one[0] for one in verdicts(story, "stuck")] == ["unknown"]
