"""The time bar beside a line: when an event was produced, how long it waited, how long it was handled. Pure.

Told apart by pattern as well as colour: `◆` produced, `░` in queue, `▒` in a retry topic, `·` waiting for the next
attempt, `█` handled, `▓` handled in a batch whose share for this event is not known, `▏` handled for an unknown time,
`‹` a start before the event was produced, which is clock skew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tracer.flows.model import Event, Processing
from tracer.render.cells import Part
from tracer.render.tree import FlowTree

_EMPTY: Part = (" ", "")


@dataclass(frozen=True, slots=True)
class Scale:
    """Moments (nanoseconds) onto the cells 0 to width - 1."""

    start: int
    end: int
    width: int

    def cell(self, moment: int) -> int:
        """The cell of a moment; those outside fall on the edges."""
        return max(0, min(self.width - 1, (moment - self.start) * self.width // max(1, self.end - self.start)))


def scale(events: Iterable[Event], processings: Iterable[Processing], width: int) -> Scale:
    """From the first to the last moment of what is drawn."""
    moments = [event.produced_at for event in events if event.produced_at is not None]
    for processing in processings:
        if processing.started_at is not None:
            took = processing.duration_ns or processing.batch_ns or 0
            moments += [processing.started_at, processing.started_at + took]
    return Scale(min(moments, default=0), max(moments, default=0), width)


def produced_bar(event: Event, on: Scale) -> list[Part]:
    """A mark where the event was produced, in exactly `on.width` cells."""
    line = [_EMPTY] * on.width
    if event.produced_at is not None:
        line[on.cell(event.produced_at)] = ("◆", "event")
    return _joined(line)


def attempts_bar(tree: FlowTree, attempts: Sequence[Processing], on: Scale) -> list[Part]:
    """Waiting and handling of one or more attempts in order, in exactly `on.width` cells."""
    line = [_EMPTY] * on.width
    for attempt in attempts:
        event = tree.events[attempt.event]
        sign = ("▒", "retried") if event.id in tree.retried else ("░", "queue")
        _wait(line, on, attempt, event.produced_at, sign)
        _work(line, on, attempt)
    return _joined(line)


def _wait(line: list[Part], on: Scale, attempt: Processing, since: int | None, sign: Part) -> None:
    start = attempt.started_at
    if start is not None and attempt.attempt > 1 and attempt.backoff_ns is not None:
        sign, since = ("·", "dim"), start - attempt.backoff_ns
    if start is None or since is None:
        return
    if since > start:
        line[on.cell(start)] = ("‹", "warning")
    for cell in range(on.cell(since), on.cell(start)):
        if line[cell] == _EMPTY:
            line[cell] = sign


def _work(line: list[Part], on: Scale, attempt: Processing) -> None:
    """One cell at least, so that the shortest work is seen."""
    if attempt.started_at is None:
        return
    first = on.cell(attempt.started_at)
    if line[first][0] == "‹":
        first = min(first + 1, on.width - 1)
    took, sign = attempt.duration_ns, "█"
    if took is None:
        took, sign = attempt.batch_ns, "▓"
    if took is None:
        line[first] = ("▏", attempt.outcome)
        return
    for cell in range(first, max(first, on.cell(attempt.started_at + took)) + 1):
        line[cell] = (sign, attempt.outcome)


def _joined(line: list[Part]) -> list[Part]:
    runs = groupby(line, key=lambda part: part[1])
    return [("".join(text for text, _ in run), style) for style, run in runs]
