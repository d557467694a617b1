"""Where the screens get their data: a small protocol, and a pool of readers for the worker threads.

A reader is used by one thread at a time. A screen borrows one for each request, so that two requests never share one,
and the store's cache in a reader is kept from one request to the next.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from tracer.checks.model import Report
from tracer.errors import NotFoundError, TracerError
from tracer.flows import EventFilter
from tracer.flows.critical_path import CriticalPath
from tracer.flows.model import EventSummary, Flow, FlowProblems, SpanDetail

READERS = 3
"""Readers at work at the same time: the list, the flow, and one that a newer request has overtaken."""


class Source(Protocol):
    """What the screens ask; `StoreSource` answers it. Each call may raise TracerError."""

    def events(self, wanted: EventFilter, /) -> list[EventSummary]:
        """The events that match, newest first."""
        ...

    def flow(self, event_id: str, /, *, whole: bool = False) -> Flow:
        """Everything that one event caused and the chain of what caused it; `whole`: with all that that caused."""
        ...

    def critical_path(self, flow: Flow, group: str | None = None, event: str | None = None, /) -> CriticalPath:
        """What the end of all that an event of the flow caused waited for, or of what a group handled of it."""
        ...

    def problems(self, flow: Flow, /) -> FlowProblems:
        """What the checks say of a flow's events and attempts, and in which time they looked."""
        ...

    def report(self) -> Report:
        """What the checks say of the whole store; takes seconds where it is large."""
        ...

    def span(self, trace_id: str, span_id: str, /) -> SpanDetail:
        """One span with all that it carries."""
        ...

    def version(self) -> int:
        """A number that changes when the store has changed; cheap."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class SourcePool:
    """Readers of one store, opened when needed, lent to one thread at a time.

    The reader that was opened first is lent first, so that what it keeps of the store is built once and not in each.
    """

    def __init__(self, open_source: Callable[[], Source]) -> None:
        self._open = open_source
        self._slots = threading.Semaphore(READERS)
        self._lock = threading.Lock()
        self._idle: list[tuple[int, Source]] = []
        self._opened = 0
        self._generation = 0

    @contextmanager
    def borrow(self) -> Iterator[Source]:
        """A reader for the time of one request. One that failed is closed, so that the next request opens anew."""
        with self._slots:
            generation, number, source = self._take()
            keep = False
            try:
                yield source
                keep = True
            except NotFoundError:
                keep = True
                raise
            finally:
                self._give_back(generation, number, source, keep)

    def forget(self) -> None:
        """Close every reader: the store was replaced. Those at work are closed when they come back."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, []
        for _, source in idle:
            source.close()

    def _take(self) -> tuple[int, int, Source]:
        with self._lock:
            if self._idle:
                return (self._generation, *self._idle.pop(0))
            self._opened += 1
            generation, number = self._generation, self._opened
        return generation, number, self._open()

    def _give_back(self, generation: int, number: int, source: Source, keep: bool) -> None:
        with self._lock:
            keep = keep and generation == self._generation
            if keep:
                self._idle.append((number, source))
                self._idle.sort(key=lambda idle: idle[0])
        if not keep:
            source.close()


def one_line(error: Exception) -> str:
    """What a person reads of an error: our own words where we have them, else its kind and its first line."""
    if isinstance(error, TracerError):
        return str(error)
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
