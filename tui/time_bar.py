"""The bar beside a flow's line: when it was produced, how long it waited, how long it was handled. Pure.

Told apart by pattern as well as colour: `◆` produced, `░` in queue, `·` waiting for the next attempt, `█` handled,
`‹` a start before the event was produced, which is clock skew.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from tracer.flows.model import Processing
from tui.flow_tree import Node

Part = tuple[str, str]
"""Text and the name of its style."""

EMPTY: Part = (" ", "plain")


@dataclass(frozen=True, slots=True)
class Scale:
    """Moments (ns) onto the cells 0 to width - 1."""

    start: int
    end: int
    width: int

    def cell(self, moment: int) -> int:
        """The cell of a moment; those outside fall on the edges."""
        length = max(1, self.end - self.start)
        return max(0, min(self.width - 1, (moment - self.start) * self.width // length))


def bar(node: Node, scale: Scale) -> list[Part]:
    """The bar of a node, exactly `scale.width` cells as few parts."""
    if scale.width <= 0:
        return []
    cells = [EMPTY] * scale.width
    if node.attempts:
        waited_from = node.event.produced_at
        for number, processing in enumerate(node.attempts):
            _wait(cells, scale, processing, waited_from, first=number == 0 and processing.attempt == 1)
            _work(cells, scale, processing)
            waited_from = _end(processing)
    elif node.event.produced_at is not None:
        cells[scale.cell(node.event.produced_at)] = ("◆", "event")
    return [("".join(text for text, _ in run), style) for style, run in _runs(cells)]


def _runs(cells: list[Part]) -> list[tuple[str, list[Part]]]:
    return [(style, list(run)) for style, run in groupby(cells, key=lambda cell: cell[1])]


def _wait(cells: list[Part], scale: Scale, processing: Processing, since: int | None, first: bool) -> None:
    """What passed before an attempt began: in the queue before the first, waiting to try again before the others."""
    start = processing.started_at
    if start is None:
        return
    if processing.attempt > 1 and processing.backoff_ns is not None:
        since = start - processing.backoff_ns
    if since is None:
        return
    if since > start:
        cells[scale.cell(start)] = ("‹", "warning")
        return
    sign = ("░", "queue") if first else ("·", "dim")
    for cell in range(scale.cell(since), scale.cell(start)):
        if cells[cell] == EMPTY:
            cells[cell] = sign


def _work(cells: list[Part], scale: Scale, processing: Processing) -> None:
    """One cell at least; an attempt whose end is not known is a thin mark where it began."""
    if processing.started_at is None:
        return
    failed = processing.outcome in {"error", "dead-lettered"}
    style = "error" if failed else "retried" if processing.outcome == "retried" else "processing"
    end = _end(processing)
    first = scale.cell(processing.started_at)
    if cells[first][0] == "‹":
        first = min(first + 1, scale.width - 1)
    if end is None:
        cells[first] = ("▏", style)
        return
    for cell in range(first, max(first, scale.cell(end)) + 1):
        cells[cell] = ("█", style)


def _end(processing: Processing) -> int | None:
    if processing.started_at is None or processing.duration_ns is None:
        return None
    return processing.started_at + processing.duration_ns
