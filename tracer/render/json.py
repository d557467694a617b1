"""Graphs, flows and events as JSON values, in the shapes that programs outside the project rely on.

Keys are camelCase, times RFC 3339 with nanoseconds in UTC, durations nanoseconds; what is not known is null.
"""

from __future__ import annotations

from typing import Any

from tracer.flows.critical_path import CriticalPath, Segment
from tracer.flows.model import (
    ClockBounds,
    Edge,
    Event,
    Evidence,
    Graph,
    Guarantee,
    MapEdge,
    MapNode,
    NotLookedFor,
    Problem,
    Processing,
    ServiceMap,
    Unknown,
)
from tracer.render.words import rfc3339

Json = dict[str, Any]


def graph(value: Graph, *, evidence: bool = False) -> dict[str, list[Json]]:
    """The object of `tracer graph` and, for the graph of one flow, of `tracer show`; with `evidence` in each edge."""
    return {
        "events": [event(item) for item in value.events],
        "processings": [processing(item) for item in value.processings],
        "edges": [_edge_with_evidence(item) if evidence else edge(item) for item in value.edges],
        "problems": [problem(item) for item in value.problems],
    }


def event(value: Event) -> Json:
    """One event."""
    return {
        "id": value.id,
        "system": value.system,
        "topic": value.topic,
        "partition": value.partition,
        "offset": value.offset,
        "key": value.key,
        "messageId": value.message_id,
        "producedAt": _time(value.produced_at),
        "service": value.service,
        "traceId": value.trace_id,
        "spanId": value.span_id,
    }


def processing(value: Processing) -> Json:
    """One attempt to handle one delivery."""
    return {
        "id": value.id,
        "event": value.event,
        "group": value.group,
        "groupKnown": value.group_known,
        "attempt": value.attempt,
        "service": value.service,
        "outcome": value.outcome,
        "error": value.error,
        "startedAt": _time(value.started_at),
        "queueNs": value.queue_ns,
        "backoffNs": value.backoff_ns,
        "durationNs": value.duration_ns,
        "traceId": value.trace_id,
        "spanId": value.span_id,
    }


def edge(value: Edge) -> Json:
    """One causal step."""
    return {
        "from": value.source,
        "to": value.target,
        "kind": value.kind,
        "method": value.method,
        "confidence": value.confidence,
    }


def _edge_with_evidence(value: Edge) -> Json:
    return {**edge(value), "evidence": [_evidence(item) for item in value.evidence]}


def _evidence(value: Evidence) -> Json:
    return {
        "method": value.method,
        "confidence": value.confidence,
        "traceId": value.trace_id,
        "spanId": value.span_id,
        "detail": value.detail,
    }


def problem(value: Problem) -> Json:
    """One cause of trouble with its evidence."""
    return {**_cause(value), "confidence": value.confidence}


def unknown(value: Unknown) -> Json:
    """What a check could not decide: a problem's fields without a confidence, and the reason."""
    return {**_cause(value), "confidence": None, "reason": value.reason}


def _cause(value: Problem | Unknown) -> Json:
    return {
        "check": value.check,
        "subject": value.subject,
        "topic": value.topic,
        "group": value.group,
        "count": value.count,
        "firstAt": _time(value.first_at),
        "lastAt": _time(value.last_at),
        "message": value.message,
        "evidence": list(value.evidence),
    }


def guarantee(value: Guarantee) -> Json:
    """One element of `guarantees`: how a topic's events reach a group, as observed."""
    return {
        "topic": value.topic,
        "group": value.group,
        "observed": value.observed,
        "events": value.events,
        "lost": value.lost,
        "redelivered": value.redelivered,
        "bound": _rounded(value.bound),
        "reason": value.reason,
    }


def not_looked_for(value: NotLookedFor) -> Json:
    """One element of `notLookedFor`: a check that could not look, and what it would need."""
    return {"check": value.check, "reason": value.reason}


def critical_path(value: CriticalPath) -> Json:
    """The object `criticalPath`, which `tracer show --critical-path` adds to that of the flow."""
    return {
        "until": value.target.id,
        "endKnown": value.end_known,
        "startedAt": _time(value.started_at),
        "endedAt": _time(value.ended_at),
        "durationNs": value.duration_ns,
        "segments": [_segment(item, value) for item in value.segments],
    }


def clocks(value: ClockBounds) -> Json:
    """One element of `clocks`, which stands beside `criticalPath`: how far host b is ahead of host a."""
    return {
        "since": _time(value.since),
        "a": value.a,
        "b": value.b,
        "atLeastNs": value.at_least,
        "atMostNs": value.at_most,
        "messages": value.messages,
    }


def _segment(value: Segment, path: CriticalPath) -> Json:
    return {
        "kind": value.kind,
        "startedAt": _time(value.started_at),
        "durationNs": value.duration_ns,
        "share": path.share(value.duration_ns),
        "service": value.service,
        "name": value.name,
        "event": value.event,
        "processing": value.processing,
        "traceId": value.trace_id,
        "spanId": value.span_id,
        "confidence": min((edge.confidence for edge in value.edges), default=1.0),
    }


def service_map(value: ServiceMap) -> dict[str, list[Json]]:
    """The object of `tracer map`."""
    return {"nodes": [_map_node(item) for item in value.nodes], "edges": [_map_edge(item) for item in value.edges]}


def _map_node(value: MapNode) -> Json:
    told = {"name": value.name, "type": value.type, "events": value.events, "deadLetter": value.dead_letter}
    if value.type == "service":
        return told
    return {
        **told,
        "traced": not value.untraced,
        "untraced": list(value.untraced),
        "withoutProducer": value.unproduced,
        "withoutConsumer": value.unconsumed,
        "ratePerSecond": _rounded(value.rate),
        "firstAt": _time(value.first_at),
        "lastAt": _time(value.last_at),
    }


def _map_edge(value: MapEdge) -> Json:
    return {
        "from": value.source,
        "to": value.target,
        "type": value.type,
        "group": value.group,
        "count": value.count,
        "errors": value.errors,
        "deadLettered": value.dead_lettered,
        "queueP50Ns": value.queue_p50_ns,
        "queueP95Ns": value.queue_p95_ns,
        "attempts": value.attempts if value.type == "consumes" else None,
        "retried": value.retried if value.type == "consumes" else None,
        "ratePerSecond": _rounded(value.rate),
        "firstAt": _time(value.first_at),
        "lastAt": _time(value.last_at),
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.4g}")


def _time(nanoseconds: int | None) -> str | None:
    return None if nanoseconds is None else rfc3339(nanoseconds)
