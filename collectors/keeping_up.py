"""When the writer brings events, processings and edges up to date beside the batches that it stores."""

from __future__ import annotations

import sys
import time

from tracer.errors import SurroundingsError
from tracer.flows.upkeep import CHUNK, Upkeep
from tracer.store import LakeWriter

REST = 4
"""A step is followed by so many times of rest. Where little comes at a time, of the CPU time that it took: some tenths
of a second however few spans it takes in, and a fifth of a core is what that may cost at most; a busy machine's waiting
costs nobody anything. Where a burst goes on, of its duration, so that four fifths of the time are left to store
it: what is stored late is refused in the end, what is joined late is only told late."""

BEHIND = 2_000_000
"""While spans wait in the journal these alone have the time, until so many are in the lake that nobody can ask for."""

BURST_SECONDS = 1.0
"""So long after a full batch more are awaited: a step would keep a burst waiting, and its sender's cores busy."""

RETRY_SECONDS = 10

FINISH_SECONDS = 10.0
"""So long a writer that is told to stop goes on to bring up to date what waits; then the next one does."""

SHORTEST_STEP_SECONDS = 0.5

PACE_SPANS = 5_000
"""A step of so many spans tells how many go into a second; of fewer its own cost is the larger part."""

FIRST_PACE = 10_000.0
"""Spans a second, while no step has told."""


class KeepingUp:
    """Takes turns with the storing of batches, on the same thread."""

    def __init__(self, lake: LakeWriter) -> None:
        self._upkeep = Upkeep(lake)
        self._waiting = self._upkeep.waiting()
        self._rested = self._failed_until = self._burst_until = 0.0
        self._pace = FIRST_PACE

    def came(self, spans: int) -> None:
        """So many spans more are in the lake."""
        self._waiting += spans

    def turn(self, *, backlog: bool) -> bool:
        """Do a step where it is time; whether one was done. `backlog`: a batch is ready to be stored."""
        now = time.monotonic()
        if backlog:
            self._burst_until = now + BURST_SECONDS
        if now < self._burst_until:
            due = self._waiting >= BEHIND and now >= self._rested
        else:
            due = self._waiting >= CHUNK or (self._waiting > 0 and now >= self._rested)
        return due and now >= self._failed_until and self._try()

    def finish(self, within: float | None = None) -> int:
        """Take in what waits, for about so many seconds at most: steps as large as fit into what is left of them. How
        many spans wait then. SurroundingsError when the lake cannot be written.
        """
        began = time.monotonic()
        while True:
            left = None if within is None else within - (time.monotonic() - began)
            if left is not None and left <= SHORTEST_STEP_SECONDS:
                break
            if not self._step(CHUNK if left is None else min(CHUNK, int(left * self._pace))):
                break
        return self._waiting

    def _try(self) -> bool:
        """A step whose failure keeps nobody from storing spans: the lake may have room again later."""
        try:
            return self._step()
        except SurroundingsError as error:
            print(f"events are not up to date: {error}; tried again in {RETRY_SECONDS} s", file=sys.stderr, flush=True)
            self._failed_until = time.monotonic() + RETRY_SECONDS
            return False

    def _step(self, spans: int = CHUNK) -> bool:
        began, worked, waiting = time.monotonic(), time.thread_time(), self._waiting
        done = self._upkeep.step(spans)
        self._waiting = self._upkeep.waiting()
        ended = time.monotonic()
        busy = began < self._burst_until
        self._rested = ended + REST * (ended - began if busy else time.thread_time() - worked)
        if waiting - self._waiting >= PACE_SPANS:
            self._pace = (waiting - self._waiting) / (ended - began)
        return done
