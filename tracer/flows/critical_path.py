"""The critical path of a flow: what the end of a processing waited for, backward in time to the root of it all. Pure.

The definition is section 2 of the analysis page: inside a processing as `span_tree` says, from its start over the time
in queue to the send of its event, on in the tree of that send, and so on. Time that no span accounts for is `unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from tracer.errors import NotFoundError
from tracer.flows.gates import SURE, Gates, Link, finished_at
from tracer.flows.model import Edge, Event, Graph, Processing
from tracer.flows.span_tree import Move, SpanId, SpanTrees, TreeSpan

SegmentKind = Literal["work", "call", "queue", "retry", "unknown"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a critical path: nanoseconds since 1970 from `started_at` to `ended_at`, which is before it where
    clocks differ.

    `work` and `call` (a client's or a producer's span) tell the span. `queue` and `retry` (the wait for the next
    attempt, or in a retry topic) tell the event, and the attempt that waited. `edges` are the causal steps that lead
    over this segment. An `unknown` one tells the event and the attempt where these waited in it, but not when the event
    was produced, or which attempts came before.
    """

    kind: SegmentKind
    started_at: int
    ended_at: int
    service: str | None
    name: str | None
    trace_id: str | None = None
    span_id: str | None = None
    event: str | None = None
    processing: str | None = None
    edges: tuple[Edge, ...] = ()

    @property
    def duration_ns(self) -> int:
        """Negative where clocks differ."""
        return self.ended_at - self.started_at

    @property
    def doubt(self) -> Edge | None:
        """The least sure of the steps, where it is not sure."""
        weakest = min(self.edges, key=lambda edge: edge.confidence, default=None)
        return weakest if weakest is not None and weakest.confidence < SURE else None


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The segments in the order of time; they follow on one another, so their sum is `ended_at - started_at`.

    `target` is the processing until whose end it leads, or the event until which, where nobody handled that. Not
    `end_known`: no span tells when the target ended, and the path leads to its start.
    """

    target: Processing | Event
    started_at: int
    ended_at: int
    segments: tuple[Segment, ...]
    end_known: bool = True

    @property
    def duration_ns(self) -> int:
        """From the start of the root to the end of the target."""
        return self.ended_at - self.started_at

    def share(self, duration_ns: int) -> float | None:
        """A duration as a part of the whole, 0.25 for a quarter; None where the whole is not positive."""
        return duration_ns / self.duration_ns if self.duration_ns > 0 else None


def waited_for(graph: Graph, nodes: Iterable[str], group: str | None = None) -> list[Link]:
    """The chain behind what ended last of all that `nodes` caused, or of what `group` handled of it.

    NotFoundError when the group handled none of it, or no span tells when the last was.
    """
    gates = Gates(graph)
    target = gates.last_below(nodes, group)
    if _moment(target) is None:
        raise NotFoundError(f"no span tells when {target.id} was", "a critical path needs the time of its end")
    return gates.chain(target)


def traces_of(chain: Iterable[Link]) -> list[str]:
    """The traces whose spans the path along a chain may lead through."""
    return sorted({link.node.trace_id for link in chain if link.node.trace_id is not None})


def critical_path(chain: Sequence[Link], spans: Iterable[TreeSpan]) -> CriticalPath:
    """The critical path along a chain of `waited_for`. `spans` are those of the traces of its nodes."""
    target = chain[0].node
    moment = _moment(target)
    assert moment is not None, "waited_for gives no chain behind a target without a time"
    walk = _Walk(SpanTrees(spans), moment)
    walk.along(chain)
    end_known = isinstance(target, Event) or finished_at(target) is not None
    return CriticalPath(target, walk.at, moment, tuple(reversed(walk.segments)), end_known)


def _moment(target: Processing | Event) -> int | None:
    if isinstance(target, Event):
        return target.produced_at
    ended = finished_at(target)
    return target.started_at if ended is None else ended


class _Walk:
    """Backward in time. `at` is where the walk is; each segment leads from there to another, mostly earlier, moment."""

    def __init__(self, trees: SpanTrees, moment: int) -> None:
        self.at = moment
        self.segments: list[Segment] = []
        self._trees = trees
        self._met: set[SpanId] = set()
        self._edges: list[Edge] = []

    def along(self, chain: Sequence[Link]) -> None:
        """Through every node of the chain."""
        waiting: Processing | None = None
        for link, behind in zip(chain, [*chain[1:], None], strict=True):
            if isinstance(link.node, Event):
                self._event(link.node, waiting, link, behind)
                waiting = None
            else:
                if waiting is not None:
                    self._backoff(waiting, link.node, link.edge)
                self._handling(link.node)
                waiting = link.node

    def _backoff(self, waiting: Processing, before: Processing, edge: Edge | None) -> None:
        """From the start of an attempt to the end of the one before it, where that is known and earlier."""
        self._edges += [edge] if edge else []
        ended = finished_at(before)
        if ended is not None and ended < self.at:
            self._wait(ended, "retry", waiting)

    def _event(self, event: Event, waiting: Processing | None, link: Link, behind: Link | None) -> None:
        """From the start of an attempt to when its event was produced, and to the root of what produced it."""
        self._edges += [known.edge for known in (link, behind) if known is not None and known.edge is not None]
        cause = behind.node if behind is not None and isinstance(behind.node, Processing) else None
        if event.produced_at is None:
            sent_by = finished_at(cause) if cause is not None else None
            if waiting is not None and sent_by is not None and sent_by < self.at:
                self._wait(sent_by, "unknown", waiting)
            return
        if waiting is not None:
            through_topic = behind is not None and behind.edge is not None and behind.edge.kind == "retried"
            self._delivery(event.produced_at, waiting, through_topic)
        send = self._trees.get(event.trace_id, event.span_id)
        if send is not None:
            self._follow(self._trees.upward(send, self._met), cause)

    def _delivery(self, produced: int, waiting: Processing, through_topic: bool) -> None:
        """From the start of an attempt to when its event was produced. Before a later one whose attempt before is not
        in the flow only the backoff is known, where that is.
        """
        if waiting.attempt == 1:
            self._wait(produced, "retry" if through_topic else "queue", waiting)
            return
        before = self.at - max(0, waiting.backoff_ns or 0)
        if produced < before < self.at:
            self._wait(before, "retry", waiting)
        self._wait(produced, "unknown", waiting)

    def _handling(self, attempt: Processing) -> None:
        """From where the walk is to the start of the attempt, through the attempt's spans."""
        floor = attempt.started_at
        if floor is None:
            return
        span = self._trees.get(attempt.trace_id, attempt.span_id)
        if span is not None and span.id not in self._met and floor < self.at:
            self._follow(self._trees.inside(span, self.at, self._met), attempt)
        self._to(floor, "unknown", attempt.service, None, processing=attempt.id)

    def _follow(self, moves: Iterable[Move], attempt: Processing | None) -> None:
        """The moves, down to the start of the attempt that they are a part of."""
        floor, owner = (None, None) if attempt is None else (attempt.started_at, attempt.id)
        for move in moves:
            if floor is not None and self.at <= floor:
                return
            span = move.span
            kind: SegmentKind = "unknown" if not move.running else "call" if span.calls else "work"
            to = move.to if floor is None else max(move.to, floor)
            self._to(to, kind, span.service, span.name, span=span, processing=owner)

    def _wait(self, moment: int, kind: SegmentKind, waiting: Processing) -> None:
        """Until an attempt began."""
        self._to(moment, kind, waiting.service, waiting.group, event=waiting.event, processing=waiting.id)

    def _to(
        self,
        moment: int,
        kind: SegmentKind,
        service: str | None,
        name: str | None,
        *,
        span: TreeSpan | None = None,
        event: str | None = None,
        processing: str | None = None,
    ) -> None:
        """Go on to a moment."""
        if moment == self.at:
            return
        trace_id, span_id = span.id if span is not None else (None, None)
        edges, self._edges = tuple(self._edges), []
        segment = Segment(kind, moment, self.at, service, name, trace_id, span_id, event, processing, edges)
        self.segments.append(segment)
        self.at = moment
