"""The words of the product as data: events, processings, edges, and graphs of them.

Everything here is frozen and knows no database. Times are nanoseconds since 1970 UTC, durations nanoseconds; what
is not known is None, never a made-up value. Ids are those of the design page: `kafka://TOPIC/PARTITION/OFFSET`,
`span://TRACE_ID/SPAN_ID[/n]`, and `EVENT#GROUP@ATTEMPT` for a processing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

EdgeKind = Literal["delivered", "caused", "retried", "dead-lettered"]
Method = Literal["parent", "link", "record", "coordinates", "message-id", "headers", "adjacency"]
Outcome = Literal["ok", "error", "retried", "dead-lettered", "unknown"]


@dataclass(frozen=True, slots=True)
class Event:
    """One message on a broker, and the send span that produced it where one is known.

    `produced_at` is the start of that span, `acknowledged_at` its end; `instance` and `host` are the producer's.
    `disputed`: spans contradict each other about which message this is.
    """

    id: str
    system: str | None
    topic: str | None
    partition: int | None
    offset: int | None
    key: str | None
    message_id: str | None
    produced_at: int | None
    service: str | None
    trace_id: str | None
    span_id: str | None
    cluster: str | None = None
    acknowledged_at: int | None = None
    instance: str | None = None
    host: str | None = None
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Processing:
    """One attempt to handle one delivery. `queue_ns` counts from produced to the start of this attempt.

    `duration_ns` is None where the spans do not tell it for this message alone: only a receive span is known, or
    `batch_size` messages share one handling, and the duration is the batch's: `batch_ns`. `attempt` counts the
    deliveries that are known; `attempt_told` is the number that the telemetry claims (a retry header, a delivery
    count). `arrived_at` is when the message was fetched, `dropped_links` how many links its span lost to a limit.
    `outcome_confidence` is how sure it is of a failed attempt that it failed and how, above 0 up to 1; None of others.
    """

    id: str
    event: str
    group: str
    group_known: bool
    attempt: int
    service: str | None
    outcome: Outcome
    error: str | None
    started_at: int | None
    queue_ns: int | None
    backoff_ns: int | None
    duration_ns: int | None
    trace_id: str | None
    span_id: str | None
    instance: str | None = None
    batch_size: int | None = None
    host: str | None = None
    thread: str | None = None
    attempt_told: int | None = None
    arrived_at: int | None = None
    batch_ns: int | None = None
    dropped_links: int = 0
    outcome_confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe an edge: a method, how sure it is, and the span that tells it.

    `detail` says in a few words what the span tells where the method alone does not: a header's name, how many
    candidates a guess had, what contradicts it.
    """

    method: Method
    confidence: float
    trace_id: str | None = None
    span_id: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One causal step, how it is known, and how sure that is (above 0, up to 1.0).

    `method` and `confidence` are those of the strongest evidence, the first of `evidence`.
    """

    source: str
    target: str
    kind: EdgeKind
    method: Method
    confidence: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause of trouble with its evidence, as a check found it."""

    check: str
    subject: str
    topic: str | None
    group: str | None
    count: int
    first_at: int | None
    last_at: int | None
    message: str
    evidence: tuple[str, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a check could not decide: what it saw as in a `Problem`, and the reason why that is no verdict."""

    check: str
    subject: str
    topic: str | None
    group: str | None
    count: int
    first_at: int | None
    last_at: int | None
    message: str
    evidence: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Under which guarantee a group reads a topic, as its `events` deliveries show it: None where that is open, with
    the `reason`.

    `none`: some were lost and others redelivered. `bound`: where neither happened, at most this share of the events is
    lost or redelivered, with 95 % confidence. Not `group_known`: no span tells the group, it is called by its service.
    """

    topic: str
    group: str
    observed: Literal["at-most-once", "at-least-once", "effectively-once", "none"] | None
    events: int
    lost: int
    redelivered: int
    bound: float | None
    reason: str | None
    group_known: bool = True


@dataclass(frozen=True, slots=True)
class NotLookedFor:
    """A check that could not look at all, and what it would need."""

    check: str
    reason: str


@dataclass(frozen=True, slots=True)
class FlowProblems:
    """The problems that a flow shows, from when to when they were looked for (None: no bound), what is undecided."""

    problems: tuple[Problem, ...] = ()
    since_ns: int | None = None
    until_ns: int | None = None
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Events, processings and the edges between them: a whole store's, or one flow's."""

    events: tuple[Event, ...] = ()
    processings: tuple[Processing, ...] = ()
    edges: tuple[Edge, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the way that led to the asked event, and is counted instead of shown.

    `count` deliveries of the event `node` whose last attempt had this outcome, or, where there is no outcome, `count`
    other events that the processing `node` caused.
    """

    node: str
    outcome: Outcome | None
    count: int


@dataclass(frozen=True, slots=True)
class Skew:
    """The clock of the host `behind` is at least `by_ns` nanoseconds behind that of the host `ahead`."""

    behind: str
    ahead: str
    by_ns: int


@dataclass(frozen=True, slots=True)
class ClockBounds:
    """How far the clock of host `b` is ahead of that of host `a`, in nanoseconds, in the window that begins at `since`:
    `at_least` <= b - a <= `at_most`, by so many messages. None where no message went that way.
    """

    since: int
    a: str
    b: str
    at_least: int | None
    at_most: int | None
    messages: int

    @property
    def proven(self) -> tuple[Skew, ...]:
        """What 0 outside of the bounds proves: one host behind the other; both, where a clock was set meanwhile."""
        found = []
        if self.at_most is not None and self.at_most < 0:
            found.append(Skew(self.b, self.a, -self.at_most))
        if self.at_least is not None and self.at_least > 0:
            found.append(Skew(self.a, self.b, self.at_least))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Flow:
    """Everything that one event caused and everything that caused it.

    `asked` is the node that was asked for by its present id (an old id, a key or a span id is resolved), or the id
    as it was given where it stands for several nodes (a trace). `found` are the nodes it stands for, `left_out`
    counts the nodes beyond the limit. `clocks` are bounds between the hosts that its messages went between.
    """

    asked: str
    graph: Graph
    left_out: int = 0
    found: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()
    clocks: tuple[ClockBounds, ...] = ()


@dataclass(frozen=True, slots=True)
class EventSummary:
    """An event as a list shows it: with its deliveries counted by the outcome of their last attempt.

    `dead_letter` says that the event is one itself: some attempt that failed sent it to a dead-letter topic.
    """

    event: Event
    deliveries: int
    attempts: int
    outcomes: dict[Outcome, int] = field(default_factory=dict)
    worst: Outcome | None = None
    last_queue_ns: int | None = None
    dead_letter: bool = False


@dataclass(frozen=True, slots=True)
class SpanDetail:
    """One span as the detail pane shows it. Attribute values keep their types."""

    trace_id: str
    span_id: str
    parent_span_id: str | None
    name: str
    kind: str
    service: str | None
    started_at: int
    ended_at: int
    status: str
    status_message: str | None
    attributes: dict[str, object]
    resource_attributes: dict[str, object]
    events: tuple[dict[str, object], ...] = ()
    links: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class MapNode:
    """A service or a topic on the map, with the events that it produced or holds.

    Of a topic's events `unproduced` have no known send span and `unconsumed` no known delivery: nobody sent or took
    them, or nobody told. `first_at` and `last_at` are the first and the last.
    """

    name: str
    type: Literal["service", "topic"]
    events: int = 0
    dead_letter: bool = False
    unproduced: int = 0
    unconsumed: int = 0
    first_at: int | None = None
    last_at: int | None = None

    @property
    def untraced(self) -> tuple[Literal["producer", "consumer"], ...]:
        """Which sides of a topic no span tells of for any of its events."""
        if self.type == "service" or not self.events:
            return ()
        sides: tuple[tuple[Literal["producer", "consumer"], int], ...] = (
            ("producer", self.unproduced),
            ("consumer", self.unconsumed),
        )
        return tuple(side for side, missing in sides if missing == self.events)

    @property
    def rate(self) -> float | None:
        """Events a second of a topic, from the first to the last; None for fewer than two."""
        return _rate(self.events, self.first_at, self.last_at)


@dataclass(frozen=True, slots=True)
class MapEdge:
    """A service that produces to a topic (`group` None), or a group of a service that consumes it.

    `count` events or deliveries, from `first_at` to `last_at`; of the deliveries `errors` failed at their last attempt,
    `dead_lettered` of them into a dead-letter topic, and `retried` took more than one of the `attempts`.
    """

    source: str
    target: str
    type: Literal["produces", "consumes"]
    group: str | None
    count: int
    errors: int
    dead_lettered: int
    queue_p50_ns: int | None
    queue_p95_ns: int | None
    attempts: int = 0
    retried: int = 0
    first_at: int | None = None
    last_at: int | None = None

    @property
    def rate(self) -> float | None:
        """Events or deliveries a second, from the first to the last; None for fewer than two."""
        return _rate(self.count, self.first_at, self.last_at)


def _rate(count: int, first_at: int | None, last_at: int | None) -> float | None:
    if first_at is None or last_at is None or last_at <= first_at or count < 2:
        return None
    return (count - 1) * 1e9 / (last_at - first_at)


@dataclass(frozen=True, slots=True)
class ServiceMap:
    """Services and topics, who produces and who consumes what."""

    nodes: tuple[MapNode, ...]
    edges: tuple[MapEdge, ...]
