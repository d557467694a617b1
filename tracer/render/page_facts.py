"""What the page of a flow shows of a line when it is asked: how its step is known, ids and times to copy. Pure."""

from __future__ import annotations

from typing import Any

from tracer.flows.model import Event, Processing
from tracer.flows.waiting import delivery_time
from tracer.render.cells import clean
from tracer.render.outline import Node
from tracer.render.tree import FlowTree
from tracer.render.waiting import queue_parts_text
from tracer.render.words import rfc3339


def facts_of(tree: FlowTree, node: Node) -> Any:
    """What is known of a line: the kind of its step, every reason to believe that, and what can be copied."""
    edge = node.edge
    reasons = [
        [one.method, f"{one.confidence:.2f}", one.span_id, one.trace_id, clean(one.detail or "")]
        for one in (edge.evidence if edge is not None else ())
    ]
    if edge is not None and not reasons:
        reasons = [[edge.method, f"{edge.confidence:.2f}", None, None, ""]]
    more = _event_facts(node.event) if node.kind == "event" else _attempt_facts(tree, node.attempts[-1])
    return [edge.kind if edge is not None else "", reasons, [fact for fact in more if fact[1] is not None]]


def _event_facts(event: Event) -> list[tuple[str, str | None]]:
    return [
        ("id", event.id),
        ("key", event.key),
        ("message id", event.message_id),
        ("produced", _time(event.produced_at)),
        ("service", event.service),
        ("trace", event.trace_id),
        ("span", event.span_id),
    ]


def _attempt_facts(tree: FlowTree, attempt: Processing) -> list[tuple[str, str | None]]:
    return [
        ("id", attempt.id),
        ("service", attempt.service),
        ("instance", attempt.instance),
        ("arrived", _time(attempt.arrived_at)),
        ("started", _time(attempt.started_at)),
        ("in queue", queue_parts_text(delivery_time(tree.events[attempt.event], attempt)) or None),
        ("error", attempt.error),
        ("trace", attempt.trace_id),
        ("span", attempt.span_id),
    ]


def _time(nanoseconds: int | None) -> str | None:
    return None if nanoseconds is None else rfc3339(nanoseconds)
