"""Flows written by hand: what reconstruction would make of small stories."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from tracer.flows.model import (
    Edge,
    EdgeKind,
    Event,
    Flow,
    Graph,
    Guarantee,
    MapEdge,
    MapNode,
    Outcome,
    Processing,
    ServiceMap,
)

T0 = 1_795_500_661_123_456_789
MS = 1_000_000


def event(topic: str, offset: int = 0, at: int = 0, partition: int = 0, **fields: Any) -> Event:
    values: dict[str, Any] = {
        "id": f"kafka://{topic}/{partition}/{offset}",
        "system": "kafka",
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "key": "u-17",
        "message_id": None,
        "produced_at": T0 + at * MS,
        "service": "signup",
        "trace_id": "5b8efff798038103d269b633813fc60c",
        "span_id": f"{crc32(f'{topic}/{offset}'.encode()):016x}",
    }
    return Event(**{**values, **fields})


def handled(
    of: Event, group: str, start: int, took: int | None, outcome: Outcome = "ok", *, attempt: int = 1, **fields: Any
) -> Processing:
    produced = T0 if of.produced_at is None else of.produced_at
    values: dict[str, Any] = {
        "id": f"{of.id}#{group}@{attempt}",
        "event": of.id,
        "group": group,
        "group_known": True,
        "attempt": attempt,
        "service": group.split("-", maxsplit=1)[0],
        "outcome": outcome,
        "error": None,
        "started_at": T0 + start * MS,
        "queue_ns": T0 + start * MS - produced,
        "backoff_ns": None,
        "duration_ns": None if took is None else took * MS,
        "trace_id": of.trace_id,
        "span_id": "00f067aa0ba902b7",
    }
    return Processing(**{**values, **fields})


def delivered(processing: Processing, confidence: float = 1.0, method: Any = "parent") -> Edge:
    return Edge(processing.event, processing.id, "delivered", method, confidence)


def caused(
    by: Processing, what: Event, kind: EdgeKind = "caused", confidence: float = 1.0, method: Any = "parent"
) -> Edge:
    return Edge(by.id, what.id, kind, method, confidence)


def flow(asked: str, events: list[Event], processings: list[Processing], edges: list[Edge], left_out: int = 0) -> Flow:
    deliveries = [delivered(processing) for processing in processings]
    told = {edge.target for edge in edges if edge.kind == "delivered"}
    edges = [*(edge for edge in deliveries if edge.target not in told), *edges]
    return Flow(asked, Graph(tuple(events), tuple(processings), tuple(edges)), left_out)


def registration() -> Flow:
    """A broken event: five groups, a second hop, one group that fails three times and writes a dead letter."""
    created = event("user-created", 17, partition=2)
    provisioned = event("resource-provisioned", 4, at=90, service="provisioning")
    sent = event("email-sent", 9, at=160, service="email")
    dead = event("user-created.crm.dlq", 3, at=1290, service="crm")
    error = "KeyError: 'address'"
    crm = [
        handled(created, "crm-sync", 12, 8, "error", attempt=1, error=error),
        handled(created, "crm-sync", 520, 7, "error", attempt=2, error=error, backoff_ns=500 * MS),
        handled(created, "crm-sync", 1280, 14, "dead-lettered", attempt=3, error=error, backoff_ns=753 * MS),
    ]
    provisioning = handled(created, "provisioning-workers", 40, 55)
    email = handled(provisioned, "email-senders", 130, 41)
    processings = [
        handled(created, "email-senders", 9, 2),
        handled(created, "analytics-loaders", 11, 3),
        handled(created, "audit", 14, 1),
        provisioning,
        email,
        *crm,
    ]
    edges = [caused(provisioning, provisioned), caused(email, sent), caused(crm[2], dead, "dead-lettered")]
    return flow(created.id, [created, provisioned, sent, dead], processings, edges)


def registration_map() -> ServiceMap:
    """The map of the same application."""
    groups = {
        "analytics": "analytics-loaders",
        "audit": "audit",
        "crm": "crm-sync",
        "email": "email-senders",
        "provisioning": "provisioning-workers",
    }
    return ServiceMap(
        nodes=(
            *(MapNode(name, "service") for name in ("signup", *groups)),
            MapNode("email-sent", "topic", 200, unconsumed=200),
            MapNode("resource-provisioned", "topic", 200),
            MapNode("user-created", "topic", 200),
            MapNode("user-created.crm.dlq", "topic", 100, dead_letter=True, unconsumed=100),
        ),
        edges=(
            MapEdge("signup", "user-created", "produces", None, 200, 0, 0, None, None),
            MapEdge("provisioning", "resource-provisioned", "produces", None, 200, 0, 0, None, None),
            MapEdge("email", "email-sent", "produces", None, 200, 0, 0, None, None),
            MapEdge("crm", "user-created.crm.dlq", "produces", None, 100, 0, 0, None, None),
            *(
                MapEdge(
                    "user-created",
                    service,
                    "consumes",
                    group,
                    200,
                    100 if service == "crm" else 0,
                    100 if service == "crm" else 0,
                    4_200_000,
                    12 * MS,
                )
                for service, group in groups.items()
            ),
            MapEdge("resource-provisioned", "email", "consumes", "email-senders", 200, 0, 0, 3 * MS, 9 * MS),
        ),
    )


DELIVERED = (
    Guarantee("user-created", "crm-sync", "at-least-once", 200, 0, 3, None, None),
    Guarantee("user-created", "audit", "effectively-once", 200, 0, 0, 0.015, None),
)
"""What the same application's deliveries show."""
