"""What every receiver does with a request: look at its frame, journal it, count it. Nothing here knows a protocol."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

from collectors.framing import Framing
from collectors.journal import Journal
from collectors.segments import Kind
from tracer.errors import SurroundingsError, UsageError
from tracer.store.position import Position

MAX_REQUEST_SPANS = 250_000
"""A span of two bytes, which says nothing, takes 350 while it is decoded: without a bound, 64 MiB of them would take
10 GB. Senders make requests of some 512 to 8,192 spans."""


class TooManySpansError(UsageError):
    """A request of more spans than are taken at once; to be sent in smaller ones."""


@dataclass(frozen=True, slots=True)
class Count:
    """Spans since the collector began: acknowledged, and those of them that are not in the lake yet."""

    received: int
    waiting: int


class Intake:
    """Takes requests into the journal. Thread-safe."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._framing = Framing()
        self._lock = threading.Lock()
        self._received = 0
        self._waiting = 0
        self._pending: deque[tuple[Position, int]] = deque()
        self.refusal: SurroundingsError | None = None
        """Set while nothing more can be taken, because the lake is too far behind: the reason, for the sender."""

    def accept(self, request: bytes) -> None:
        """Returns when the protobuf trace request is durable.

        Raises UsageError when it is none, TooManySpansError beyond MAX_REQUEST_SPANS, SurroundingsError when it cannot
        be taken now; then it may be sent again.
        """
        if self.refusal is not None:
            raise self.refusal
        spans = self._framing.count_spans(request)
        if spans == 0:
            return
        if spans > MAX_REQUEST_SPANS:
            raise TooManySpansError(
                f"{spans:,} spans in a request, over the bound of {MAX_REQUEST_SPANS:,}", "send smaller batches"
            )
        position = self._journal.append(request, Kind.LIVE, spans)
        with self._lock:
            self._received += spans
            self._waiting += spans
            self._pending.append((position, spans))

    def written(self, position: Position) -> None:
        """Tell that the lake holds everything up to `position`."""
        with self._lock:
            while self._pending and self._pending[0][0] <= position:
                self._waiting -= self._pending.popleft()[1]

    def count(self) -> Count:
        """The counts now."""
        with self._lock:
            return Count(self._received, self._waiting)
