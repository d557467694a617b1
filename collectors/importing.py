"""Bringing requests from files into the lake, by the journal, beside whatever else fills it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from collectors.collector import require_usable
from collectors.framing import Framing
from collectors.journal import Journal
from collectors.locks import use
from collectors.segments import Kind
from collectors.writer import write
from tracer.errors import TracerError
from tracer.store import Lake, Position
from tracer.store.location import JOURNAL, is_store

AHEAD_BYTES = 128 << 20
"""Bytes that go into the journal before the lake must follow: an import of any size needs little room of its own."""

IN_FLIGHT = 32  # requests that share a sync
_COUNT_RECEIVED = Path(__file__).with_name("count_received.sql")


@dataclass(frozen=True, slots=True)
class Imported:
    """Spans in the files, and those of them that the store did not have yet."""

    spans: int
    new: int


def import_requests(store: Path, requests: Iterable[bytes], progress: Callable[[int], None]) -> Imported:
    """Move protobuf trace requests into the lake of `store`; returns when all are there.

    `progress` is told the spans read so far, each time the lake is waited for. Raises TracerError, also what `requests`
    raises; what came before that is in the lake then.
    """
    coming = iter(requests)
    first = list(islice(coming, 1))  # a file that cannot be read makes no store
    require_usable(store)
    with closing(use(store)):
        importing = _Import(store, progress)
        try:
            for request in chain(first, coming):
                importing.take(request)
        except TracerError:
            importing.finish()
            raise
        importing.finish()
        return Imported(importing.spans, importing.new())


class _Import:
    """One import: what it appended and how far the lake is."""

    def __init__(self, store: Path, progress: Callable[[int], None]) -> None:
        self._store = store
        self._progress = progress
        self._journal = Journal(store / JOURNAL)
        self._framing = Framing()
        self._arrival_ns = time.time_ns()  # of all its records: by it its spans are counted
        self._pending: deque[Future[Position]] = deque()
        self._ahead = 0
        self.spans = 0

    def take(self, request: bytes) -> None:
        """Append one request; now and then wait for the lake to follow."""
        spans = self._framing.count_spans(request)
        if spans == 0:
            return
        self._pending.append(self._journal.submit(request, Kind.IMPORTED, spans, self._arrival_ns))
        self.spans += spans
        self._ahead += len(request)
        if len(self._pending) > IN_FLIGHT:
            self._pending.popleft().result()
        if self._ahead > AHEAD_BYTES:
            self._follow()

    def finish(self) -> None:
        """Wait until the lake has everything."""
        try:
            self._follow()
        finally:
            self._journal.close()

    def new(self) -> int:
        """How many of its spans the lake has gained."""
        connection = Lake.open(self._store).connect()
        try:
            row = connection.execute(_COUNT_RECEIVED.read_text(), {"received_ns": self._arrival_ns}).fetchone()
        finally:
            connection.close()
        return int(row[0]) if row else 0

    def _follow(self) -> None:
        positions = [pending.result() for pending in self._pending]
        self._pending.clear()
        self._ahead = 0
        if positions or not is_store(self._store):
            self._progress(self.spans)
            now = threading.Event()
            now.set()
            write(self._store, now, lambda *_: None, target=positions[-1] if positions else None)
