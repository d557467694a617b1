"""A reconstructed graph held against what truly happened in a simulated system.

Every node of the graph is about a message or an attempt of the run: an event by its coordinates, else by the span that
it is named after; a processing by its event and its span, which say exactly what they are about. What an edge says is
then true or not, whatever the graph has numbered or merged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tests.flows.simulation.run import Attempt, Message, Run
from tests.flows.simulation.structures import STYLES
from tests.flows.simulation.tracing import Context, Made, Tracing
from tracer.flows.model import Edge, Event, Graph, Processing


@dataclass(frozen=True)
class Polled:
    """A message that a span names and that was not handled then: its poll broke off. Spans alone cannot always tell."""

    message: Message
    span_id: str

    @property
    def id(self) -> str:
        """The message's and the span's."""
        return f"{self.message.id}?{self.span_id}"


Node = Message | Attempt | Polled
Step = tuple[Node, Node, str]
"""From, to, kind."""


@dataclass(frozen=True)
class Verdict:
    """`told`: edges between nodes that are known, the strongest for each step. `astray`: edges of nodes that are about
    nothing that happened. `true`: every step that happened; `proven`: those that the exported spans prove, and how.
    `accused`: processings said to have failed that did not.
    """

    true: frozenset[Step]
    proven: Mapping[Step, str]
    told: Mapping[Step, Edge]
    astray: tuple[Edge, ...]
    accused: tuple[Processing, ...]

    def invented(self, sure: float) -> list[Edge]:
        """Edges that are not true, and claim to be this sure."""
        wrong = [edge for step, edge in self.told.items() if step not in self.true and not _fetched(step)]
        return [edge for edge in (*wrong, *self.astray) if edge.confidence >= sure]

    def missing(self) -> list[tuple[Step, str]]:
        """Steps that the spans prove, and that were not told."""
        return [(step, proof) for step, proof in self.proven.items() if step not in self.told]


def _may_have(attempt: Attempt | Polled | None, outcome: str) -> bool:
    """Whether an attempt may be said to have this outcome: `error` only if it failed, or died. That a handler failed is
    often hidden, and whether it sent its message on is told by edges. Where handlers make roots it is guessed.
    """
    if outcome != "error" or not isinstance(attempt, Attempt):
        return True
    service = attempt.process.service
    style = STYLES[service.style]
    guessed = style.inside == "nothing" or (service.threads > 1 and not style.pool)
    return guessed or attempt.failed or attempt.ended is None


def _fetched(step: Step) -> bool:
    source, target, _ = step
    return isinstance(target, Polled) and target.message is source


def judge(graph: Graph, run: Run, tracing: Tracing, exported: Collection[Made]) -> Verdict:
    """Match the nodes, then the edges."""
    known = _Known(run, tracing.made)
    events = {event.id: known.message(event) for event in graph.events}
    nodes: dict[str, Node | None] = dict(events)
    accused = []
    for processing in graph.processings:
        message = events[processing.event]
        attempt = known.attempt(message, processing.trace_id, processing.span_id) if message else None
        nodes[processing.id] = attempt
        if not _may_have(attempt, processing.outcome):
            accused.append(processing)
    told: dict[Step, Edge] = {}
    astray = []
    for edge in graph.edges:
        source, target = nodes[edge.source], nodes[edge.target]
        if source is None or target is None:
            astray.append(edge)
            continue
        step = (source, target, edge.kind)
        if step not in told or told[step].confidence < edge.confidence:
            told[step] = edge
    return Verdict(frozenset(run.steps()), proofs(tracing, exported), told, tuple(astray), tuple(accused))


class _Known:
    """What ids and spans are about."""

    def __init__(self, run: Run, made: Iterable[Made]) -> None:
        self._at = {(m.topic.name, m.partition, m.offset): m for m in run.messages}
        self._named = {m.message_id: m for m in run.messages}
        self._sent: dict[tuple[str, str], Message] = {}
        self._read: dict[tuple[str, str], Made] = {}
        for each in made:
            ids = each.context.trace_id.hex(), each.context.span_id.hex()
            if each.sent:
                self._sent[ids] = each.sent
            elif each.arrived:
                self._read[ids] = each

    def message(self, event: Event) -> Message | None:
        """The message that an event is."""
        if event.offset is not None:
            return self._at.get((event.topic or "", event.partition or 0, event.offset))
        if event.message_id in self._named:
            return self._named[event.message_id]
        if (sent := self._sent.get((event.trace_id or "", event.span_id or ""))) is not None:
            return sent
        trace_id, span_id, *_ = event.id.removeprefix("span://").split("/")
        read = self._read.get((trace_id, span_id))
        return read.arrived[0] if read and len(read.arrived) == 1 else None

    def attempt(self, message: Message, trace_id: str | None, span_id: str | None) -> Attempt | Polled | None:
        """The attempt at a message that a span is about."""
        read = self._read.get((trace_id or "", span_id or ""))
        if read is None:
            return None
        polled = Polled(message, span_id or "") if message in read.arrived else None
        return next((attempt for attempt in read.handled if attempt.message is message), polled)


def proofs(tracing: Tracing, exported: Collection[Made]) -> dict[Step, str]:
    """The steps that the exported spans prove.

    A delivery by the context or the coordinates that the span of its handling names, an effect by the nearest consumer
    span above its send, if that is about one message only. The context of a message that was sent on is no proof where
    its send is not there: it may be an old one that was carried along.
    """
    proofs: dict[Step, str] = {}
    sent = {made.sent for made in exported}
    by_span = {made.context.span_id: made for made in exported}
    for made in exported:
        for attempt in made.handled if made.own else ():
            how = _names(made, attempt.message, tracing.headers[attempt.message][-1])
            if how == "coordinates" or (how and (attempt.message in sent or attempt.message.kind == "caused")):
                proofs.setdefault((attempt.message, attempt, "delivered"), how)
        if made.sent and made.sent.causes:
            cause = made.sent.causes[-1]
            above = _above(made, by_span)
            if above and above.handled == (cause,):
                proofs[cause, made.sent, made.sent.kind] = "parent"
    return proofs


def _names(made: Made, message: Message, sent: Context) -> str | None:
    if made.parent and made.parent.span_id == sent.span_id:
        return "parent"
    if any(link.span_id == sent.span_id for link in made.otlp.links):
        return "link"
    told = {pair.key: pair.value for pair in made.otlp.attributes}
    if len(made.arrived) == 1 and any(name.endswith((".offset", "message.id")) for name in told):
        return "coordinates"
    return None


def _above(made: Made, by_span: Mapping[bytes, Made]) -> Made | None:
    above = by_span.get(made.parent.span_id) if made.parent else None
    while above is not None and not above.arrived:
        above = by_span.get(above.parent.span_id) if above.parent else None
    return above
