"""How the writer shares its time between storing spans and joining them, by a clock of the test."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import pytest

from collectors import keeping_up
from collectors.keeping_up import BEHIND, BURST_SECONDS, REST, KeepingUp
from tracer.errors import SurroundingsError
from tracer.flows.upkeep import CHUNK
from tracer.store import LakeWriter


class Clock:
    """Time that passes when somebody says so."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.worked = 0.0

    def monotonic(self) -> float:
        return self.now

    def thread_time(self) -> float:
        return self.worked


class SlowUpkeep:
    """Joins up to `spans` spans a step: `seconds` on the clock, half of them at work; as one on a busy machine."""

    seconds = 1.0
    fails = False

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.left = 0
        self.began: list[float] = []

    def waiting(self) -> int:
        return self.left

    def step(self, spans: int = CHUNK) -> bool:
        if not self.left:
            return False
        self.began.append(self.clock.now)
        self.clock.now += self.seconds
        self.clock.worked += self.seconds / 2
        if self.fails:
            raise SurroundingsError("cannot write to the store", "the disk is full")
        self.left = max(self.left - spans, 0)
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(keeping_up, "time", clock)
    return clock


@pytest.fixture
def upkeep(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> SlowUpkeep:
    upkeep = SlowUpkeep(clock)
    monkeypatch.setattr(keeping_up, "Upkeep", lambda _lake: upkeep)
    return upkeep


@pytest.fixture
def keeping(upkeep: SlowUpkeep) -> KeepingUp:
    return KeepingUp(cast(LakeWriter, None))


def come(keeping: KeepingUp, upkeep: SlowUpkeep, spans: int) -> None:
    upkeep.left += spans
    keeping.came(spans)


def test_what_comes_after_a_rest_is_joined_at_once(keeping: KeepingUp, upkeep: SlowUpkeep) -> None:
    come(keeping, upkeep, 20)
    assert keeping.turn(backlog=False)
    assert upkeep.left == 0
    assert not keeping.turn(backlog=False)


def test_of_a_trickle_a_fifth_of_a_core_is_taken(keeping: KeepingUp, upkeep: SlowUpkeep, clock: Clock) -> None:
    began = clock.now
    while clock.now < began + 100:
        come(keeping, upkeep, 5)
        keeping.turn(backlog=False)
        clock.now += 0.1
    assert clock.worked / 100 == pytest.approx(1 / (1 + REST), rel=0.3)
    between = [later - earlier for earlier, later in pairwise(upkeep.began)]
    assert max(between) < 1 + REST * 0.5 + 0.2  # the half second that it worked counts, not the second that passed


def test_a_burst_is_stored_first(keeping: KeepingUp, upkeep: SlowUpkeep, clock: Clock) -> None:
    for _ in range(20):
        come(keeping, upkeep, 50_000)
        assert not keeping.turn(backlog=True)
        clock.now += 0.5
    clock.now += BURST_SECONDS
    assert keeping.turn(backlog=False)


def test_a_burst_keeps_four_fifths_of_the_time_however_much_waits(
    keeping: KeepingUp, upkeep: SlowUpkeep, clock: Clock
) -> None:
    come(keeping, upkeep, BEHIND + 50 * CHUNK)
    began = clock.now
    while clock.now < began + 200:
        keeping.turn(backlog=True)
        come(keeping, upkeep, 10_000)
        clock.now += 0.1
    share = upkeep.seconds * len(upkeep.began) / (clock.now - began)
    assert 0.15 < share <= 1 / (1 + REST)


def test_when_a_burst_has_ended_what_waits_is_joined_without_rest(
    keeping: KeepingUp, upkeep: SlowUpkeep, clock: Clock
) -> None:
    come(keeping, upkeep, 4 * CHUNK)
    keeping.turn(backlog=True)
    clock.now += BURST_SECONDS
    while upkeep.left >= CHUNK:
        assert keeping.turn(backlog=False)
    assert len(upkeep.began) == 4


def test_a_failure_is_said_and_tried_again_later(
    keeping: KeepingUp, upkeep: SlowUpkeep, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    come(keeping, upkeep, 20)
    upkeep.fails = True
    assert not keeping.turn(backlog=False)
    assert "events are not up to date: cannot write to the store" in capsys.readouterr().err
    upkeep.fails = False
    assert not keeping.turn(backlog=False)
    clock.now += keeping_up.RETRY_SECONDS
    assert keeping.turn(backlog=False)


def test_at_the_end_steps_are_as_large_as_fit_into_what_is_left(
    keeping: KeepingUp, upkeep: SlowUpkeep, clock: Clock
) -> None:
    come(keeping, upkeep, 50 * CHUNK)
    began = clock.now
    assert keeping.finish(10.0) == upkeep.left > 0
    assert clock.now - began <= 10.0
    assert keeping.finish() == 0
