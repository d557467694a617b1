"""The span trees of some traces, and the walk backward in time through them. Pure.

Inside one tree the rule is that of CRISP (Zhang et al., USENIX ATC 2022) and of Jaeger's critical path, in the form of
the analysis page: of the children that began before a moment the one that ended last gates it, cut off at that moment.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SpanId = tuple[str, str]
"""Trace id and span id: a span is known by both."""


@dataclass(frozen=True, slots=True)
class TreeSpan:
    """A span as the walk needs it. `calls`: it waits for somebody else (kind client or producer), `consumes`: it takes
    a message in, `sends`: it hands one out. `end_ns` is never before `start_ns`.
    """

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    service: str | None
    start_ns: int
    end_ns: int
    calls: bool = False
    consumes: bool = False
    sends: bool = False

    @property
    def id(self) -> SpanId:
        """What it is known by."""
        return self.trace_id, self.span_id


@dataclass(frozen=True, slots=True)
class Move:
    """A step backward in time, from where the walk is to the moment `to`, in the own time of `span`.

    Not `running`: the span had ended, and only what began later under it tells that something went on. `to` lies after
    the moment where a child began before its parent, which is clock skew.
    """

    to: int
    span: TreeSpan
    running: bool


class SpanTrees:
    """Spans by id and by parent. A span that consumes a message hangs under its producer by name only: what the
    consumer does later is no part of the producer's work, and neither walks into the other.
    """

    def __init__(self, spans: Iterable[TreeSpan]) -> None:
        self._spans = {span.id: span for span in spans}
        self._children: dict[SpanId, list[TreeSpan]] = defaultdict(list)
        for span in self._spans.values():
            parent = self.parent(span)
            if parent is not None:
                self._children[parent.id].append(span)

    def get(self, trace_id: str | None, span_id: str | None) -> TreeSpan | None:
        """The span, where it is known."""
        return self._spans.get((trace_id or "", span_id or ""))

    def parent(self, span: TreeSpan) -> TreeSpan | None:
        """The span that this one is a part of; None for a root, and where a message lies between the two."""
        parent = self._spans.get((span.trace_id, span.parent_span_id or ""))
        if parent is None or parent is span:
            return None
        return None if span.consumes and (parent.sends or parent.service != span.service) else parent

    def inside(self, top: TreeSpan, moment: int, met: set[SpanId]) -> Iterator[Move]:
        """Backward from `moment` to the start of `top`, through it and the spans below it.

        `met` are spans that are not entered again; those that the walk enters are added to it.
        """
        met.add(top.id)
        path = [(top, _Children(self._children.get(top.id, ())))]
        at = moment
        while path:
            span, children = path[-1]
            child = children.before(at, met)
            if child is None:
                yield from _own(span, at, span.start_ns)
                at = span.start_ns
                path.pop()
                continue
            until = min(child.end_ns, at)
            yield from _own(span, at, until)
            at = until
            met.add(child.id)
            path.append((child, _Children(self._children.get(child.id, ()))))

    def upward(self, span: TreeSpan, met: set[SpanId]) -> Iterator[Move]:
        """Backward from the start of `span` to the start of the root above it, through what led to the span."""
        at = span.start_ns
        met.add(span.id)
        above = self.parent(span)
        while above is not None and above.id not in met:
            yield from self.inside(above, at, met)
            at = above.start_ns
            above = self.parent(above)


class _Children:
    """The children of one span, given out backward in time; each at most once, whatever the number of them."""

    def __init__(self, children: Iterable[TreeSpan]) -> None:
        self._by_end = [(-child.end_ns, -child.start_ns, child.span_id, child) for child in children]
        heapq.heapify(self._by_end)
        self._running: list[tuple[int, str, TreeSpan]] = []

    def before(self, moment: int, met: set[SpanId]) -> TreeSpan | None:
        """Of those that began before `moment` the one that ended last; of several still running the youngest."""
        while self._by_end and -self._by_end[0][0] >= moment:
            child = heapq.heappop(self._by_end)[-1]
            heapq.heappush(self._running, (-child.start_ns, child.span_id, child))
        while self._running:
            child = heapq.heappop(self._running)[-1]
            if child.start_ns < moment and child.id not in met:
                return child
        while self._by_end:
            child = heapq.heappop(self._by_end)[-1]
            if child.id not in met:
                return child
        return None


def _own(span: TreeSpan, moment: int, to: int) -> Iterator[Move]:
    """The span's own time between two moments; what lies after its end is nobody's."""
    if span.end_ns < moment and to < moment:
        rest = max(span.end_ns, to)
        yield Move(rest, span, running=False)
        moment = rest
    if to != moment:
        yield Move(to, span, running=True)
