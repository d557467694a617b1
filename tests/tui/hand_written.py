"""Hand-written results for the screens: a registration whose `crm` group fails, and a source that serves them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tracer.checks.model import Report
from tracer.errors import NotFoundError
from tracer.flows import EventFilter
from tracer.flows.critical_path import CriticalPath, critical_path, waited_for
from tracer.flows.model import (
    Edge,
    Event,
    EventSummary,
    Flow,
    FlowProblems,
    Graph,
    Guarantee,
    NotLookedFor,
    Outcome,
    Problem,
    Processing,
    SpanDetail,
    Unknown,
)
from tracer.flows.span_tree import TreeSpan

MS = 1_000_000
T0 = 1_780_000_000_000_000_000
TRACE = "0af7651916cd43dd8448eb211c80319c"


def event(number: int, topic: str = "user-created", service: str = "signup", **changes: object) -> Event:
    """The event at an offset, produced `number` x 50 ms after T0."""
    made = Event(
        id=f"kafka://{topic}/{number % 3}/{number}",
        system="kafka",
        topic=topic,
        partition=number % 3,
        offset=number,
        key=f"user-{number:04}",
        message_id=None,
        produced_at=T0 + number * 50 * MS,
        service=service,
        trace_id=TRACE,
        span_id=f"{number:016x}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def summary(number: int, broken: bool = False, **changes: object) -> EventSummary:
    """An event that five groups handled, one of them in vain when it is broken."""
    outcomes: dict[Outcome, int] = {"ok": 4, "dead-lettered": 1} if broken else {"ok": 5}
    made = event(number, **changes)
    return EventSummary(made, 5, 7 if broken else 5, outcomes, "dead-lettered" if broken else "ok", 4 * MS)


def registrations(count: int, broken_from: int | None = None) -> list[EventSummary]:
    """So many registrations, newest first."""
    broken = count if broken_from is None else broken_from
    return [summary(number, number >= broken) for number in reversed(range(count))]


def processing(
    of: Event, group: str, after_ms: int, took_ms: int, *, outcome: Outcome = "ok", attempt: int = 1, **changes: object
) -> Processing:
    """An attempt that began so many ms after the event was produced."""
    assert of.produced_at is not None
    made = Processing(
        id=f"{of.id}#{group}@{attempt}",
        event=of.id,
        group=group,
        group_known=True,
        attempt=attempt,
        service=group.partition("-")[0],
        outcome=outcome,
        error="KeyError: 'email'" if outcome in {"error", "dead-lettered"} else None,
        started_at=of.produced_at + after_ms * MS,
        queue_ns=after_ms * MS,
        backoff_ns=10 * MS if attempt > 1 else None,
        duration_ns=took_ms * MS,
        trace_id=TRACE,
        span_id=f"{sum(group.encode()) * 16 + attempt:016x}",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def delivered(of: Processing, confidence: float = 1.0) -> Edge:
    """The edge from the event to an attempt."""
    return Edge(of.event, of.id, "delivered", "link" if confidence == 1.0 else "adjacency", confidence)


def broken_flow(number: int = 9) -> Flow:
    """user-created -> five groups; provisioning goes on for two more hops; crm fails three times, then gives up."""
    created = event(number)
    provisioned = event(
        number, "resource-provisioned", "provisioning", produced_at=_later(created, 40), span_id="00000000000000d2"
    )
    sent = event(number, "email-sent", "email", produced_at=_later(created, 70), span_id="00000000000000d3")
    dead = event(number, "user-created.crm.dlq", "crm", produced_at=_later(created, 62), span_id="00000000000000d1")
    attempts = [
        processing(created, "crm-sync", 6, 6, outcome="error", attempt=1, span_id="00000000000000c1"),
        processing(created, "crm-sync", 22, 8, outcome="error", attempt=2, span_id="00000000000000c2"),
        processing(created, "crm-sync", 44, 20, outcome="dead-lettered", attempt=3, span_id="00000000000000c3"),
    ]
    provision = processing(created, "provisioners", 4, 40, span_id="00000000000000b1")
    mail = processing(provisioned, "email-senders", 5, 28, service="email", span_id="00000000000000b2")
    others = [
        processing(created, "email-senders", 3, 2, service="email", span_id="00000000000000a1"),
        processing(created, "usage-analytics", 5, 3, service="analytics", span_id="00000000000000a2"),
        processing(created, "audit", 12, 1, group_known=False, span_id="00000000000000a3"),
    ]
    edges = [delivered(one) for one in [*attempts, provision, mail, *others[:2]]]
    edges += [
        delivered(others[2], 0.4),
        Edge(attempts[2].id, dead.id, "dead-lettered", "parent", 1.0),
        Edge(provision.id, provisioned.id, "caused", "parent", 1.0),
        Edge(mail.id, sent.id, "caused", "parent", 1.0),
    ]
    graph = Graph((created, provisioned, sent, dead), (*attempts, provision, mail, *others), tuple(edges))
    return Flow(created.id, graph)


def fan_out(groups: int, failed: int = 1) -> Flow:
    """One event and so many groups, the last ones of which failed."""
    source = event(1)
    made = [
        processing(source, f"group-{n:05}", n % 50, 1, outcome="error" if n >= groups - failed else "ok")
        for n in range(groups)
    ]
    return Flow(source.id, Graph((source,), tuple(made), tuple(delivered(one) for one in made)))


def tree_spans(flow: Flow) -> list[TreeSpan]:
    """The spans of a flow: each attempt's, and each send's under the attempt that caused it."""
    spans = {}
    for one in flow.graph.processings:
        if one.started_at is not None and one.span_id is not None:
            end = one.started_at + (one.duration_ns or 0)
            name = f"process {one.group}"
            spans[one.id] = TreeSpan(TRACE, one.span_id, None, name, one.service, one.started_at, end, consumes=True)
    causes = {edge.target: edge.source for edge in flow.graph.edges if edge.kind != "delivered"}
    for sent in flow.graph.events:
        if sent.produced_at is not None and sent.span_id is not None:
            parent = spans[causes[sent.id]].span_id if sent.id in causes else None
            at = sent.produced_at
            name = f"send {sent.topic}"
            spans[sent.id] = TreeSpan(
                TRACE, sent.span_id, parent, name, sent.service, at, at + MS, calls=True, sends=True
            )
    return list(spans.values())


def _later(of: Event, ms: int) -> int:
    assert of.produced_at is not None
    return of.produced_at + ms * MS


def span(trace_id: str, span_id: str) -> SpanDetail:
    """The process span of a handler that failed."""
    return SpanDetail(
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id="00000000000000aa",
        name="process user-created",
        kind="consumer",
        service="crm",
        started_at=T0 + 456 * MS,
        ended_at=T0 + 462 * MS,
        status="error",
        status_message="KeyError: 'email'",
        attributes={
            "messaging.system": "kafka",
            "messaging.kafka.offset": 9,
            "messaging.destination.name": "user-created",
            "app.ratio": 0.5,
            "app.retried": True,
            "app.tags": ["a", "b"],
        },
        resource_attributes={"service.name": "crm", "process.pid": 4711},
        events=(
            {
                "time_ns": T0 + 460 * MS,
                "name": "exception",
                "attributes": {
                    "exception.type": "KeyError",
                    "exception.message": "'email'",
                    "exception.stacktrace": "Traceback (most recent call last):\n"
                    '  File "crm.py", line 12, in handle\n'
                    '    address = user["email"]\n'
                    "KeyError: 'email'\n",
                },
            },
        ),
        links=({"trace_id": TRACE, "span_id": "0000000000000009", "attributes": None},),
    )


SHOWN_BY = (
    "kafka://user-created/0/9#crm-sync@2",
    "kafka://user-created/0/9#crm-sync@3",
    "kafka://user-created/1/10#crm-sync@3",
)
CRM_BROKEN = Problem(
    "failing", "crm-sync", "user-created", "crm-sync", 7, T0, T0, "broken: group crm-sync, and so on", SHOWN_BY, 0.7
)
AUDIT_OPEN = Unknown(
    "lost", "audit", "user-created", "audit", 2, T0, T0, "passed 2 events", ("kafka://user-created/0/9",), "sampled"
)
REPORT = Report(
    (CRM_BROKEN,),
    (AUDIT_OPEN,),
    (NotLookedFor("business-duplicate", "no span tells a hash"),),
    (Guarantee("user-created", "audit", "effectively-once", 100, 0, 0, 0.03, None),),
)
"""What the checks say of these registrations: one line of each kind."""


@dataclass
class Served:
    """What a store holds at this moment; a test changes it under the app."""

    summaries: list[EventSummary] = field(default_factory=list)
    flows: dict[str, Flow] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    number: int = 1
    trouble: Exception | None = None
    asked: list[EventFilter] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    hold: threading.Event | None = None
    hold_checks: threading.Event | None = None
    closed: int = 0

    def change(self, summaries: list[EventSummary]) -> None:
        """Other events, a new version."""
        self.summaries = summaries
        self.number += 1

    def open(self) -> ServedSource:
        """One reader."""
        return ServedSource(self)

    @property
    def opener(self) -> Callable[[], ServedSource]:
        """What the app opens readers with."""
        return self.open


class ServedSource:
    """A reader of what is served; matches as `tracer.flows` says."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def events(self, wanted: EventFilter, /) -> list[EventSummary]:
        """Those that match, newest first."""
        self._meet()
        self._served.asked.append(wanted)
        found = [summary for summary in self._served.summaries if _matches(summary, wanted)]
        return found[: wanted.limit]

    def flow(self, event_id: str, /, *, whole: bool = False) -> Flow:
        """The flow kept under an id; the whole of it under `whole ID`, where there is one."""
        self._meet()
        if whole and f"whole {event_id}" in self._served.flows:
            return self._served.flows[f"whole {event_id}"]
        if event_id not in self._served.flows:
            raise NotFoundError(f"no event {event_id}", "look at tracer events")
        return self._served.flows[event_id]

    def critical_path(self, flow: Flow, group: str | None = None, event: str | None = None, /) -> CriticalPath:
        """Worked out, as a store does it."""
        self._meet()
        nodes = flow.found if event is None else [event]
        return critical_path(waited_for(flow.graph, nodes, group), tree_spans(flow))

    def problems(self, flow: Flow, /) -> FlowProblems:
        """Those that are kept in the flow's graph; undecided is what is so in the report."""
        self._meet()
        if self._served.hold_checks is not None:
            self._served.hold_checks.wait(10)
        return FlowProblems(flow.graph.problems, unknown=self._served.report.unknown)

    def report(self) -> Report:
        """The one that a test set."""
        self._meet()
        return self._served.report

    def span(self, trace_id: str, span_id: str, /) -> SpanDetail:
        """Always the span of the failed handler."""
        self._meet()
        return span(trace_id, span_id)

    def version(self) -> int:
        """The number a test counts up."""
        self._meet(wait=False)
        return self._served.number

    def close(self) -> None:
        """Counted."""
        self._served.closed += 1

    def _meet(self, wait: bool = True) -> None:
        self._served.threads.add(threading.get_ident())
        if self._served.trouble is not None:
            raise self._served.trouble
        if wait and self._served.hold is not None:
            self._served.hold.wait(10)


def _matches(found: EventSummary, wanted: EventFilter) -> bool:
    one = found.event
    texts = [text.lower() for text in (one.id, one.topic, one.key, one.service) if text]
    words = (wanted.text or "").lower().split()
    return (
        all(any(word in text for text in texts) for word in words)
        and wanted.topic in {None, one.topic}
        and wanted.key in {None, one.key}
        and (wanted.outcome is None or wanted.outcome in found.outcomes)
    )
