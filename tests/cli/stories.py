"""A small story in OTLP JSON: two users sign up, one group fails on the second and writes a dead letter.

kafka://user-created/0/7 (key u-1) is handled by `email-senders`, which sends kafka://email-sent/0/3. kafka://user-created/0/8
(key u-1 too) is handled by `email-senders`, and by `crm-sync`, which fails and sends kafka://user-created.crm.dlq/0/0.
"""

from __future__ import annotations

import json
from typing import Any

MS = 1_000_000
T0 = 1_795_500_661_123_456_789
TRACE_7, TRACE_8 = "7" * 32, "8" * 32
SEND_8 = "8000000000000001"


Place = tuple[str, int, str]
"""Topic, offset, key; the partition is 0."""


def span(trace: str, number: int, parent: int | None, *, at: int, took: int, **fields: Any) -> dict[str, Any]:
    made = {
        "traceId": trace,
        "spanId": f"{trace[0]}{number:015x}",
        "startTimeUnixNano": str(T0 + at * MS),
        "endTimeUnixNano": str(T0 + (at + took) * MS),
        **fields,
    }
    return made if parent is None else {**made, "parentSpanId": f"{trace[0]}{parent:015x}"}


def messaging(operation: str, topic: str, offset: int, key: str, group: str | None = None) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "messaging.system": {"stringValue": "kafka"},
        "messaging.operation.type": {"stringValue": operation},
        "messaging.operation.name": {"stringValue": operation},
        "messaging.destination.name": {"stringValue": topic},
        "messaging.destination.partition.id": {"stringValue": "0"},
        "messaging.kafka.offset": {"intValue": str(offset)},
        "messaging.kafka.message.key": {"stringValue": key},
    }
    if group:
        values["messaging.consumer.group.name"] = {"stringValue": group}
    return [{"key": name, "value": value} for name, value in values.items()]


def _send(trace: str, number: int, parent: int | None, at: int, place: Place, *, service: str) -> dict[str, Any]:
    fields = {"name": f"send {place[0]}", "kind": 4, "attributes": messaging("send", *place)}
    return span(trace, number, parent, at=at, took=1, service=service, **fields)


def _process(trace: str, number: int, at: int, place: Place, group: str, **fields: Any) -> dict[str, Any]:
    fields |= {"name": f"process {place[0]}", "kind": 5, "attributes": messaging("process", *place, group)}
    return span(trace, number, 1, at=at, took=20, service=group.split("-", maxsplit=1)[0], **fields)


def spans() -> list[dict[str, Any]]:
    """All spans; `service` beside the fields of OTLP."""
    healthy, broken = ("user-created", 7, "u-1"), ("user-created", 8, "u-1")
    failure = {
        "status": {"code": 2, "message": "KeyError: 'address'"},
        "events": [
            {
                "name": "exception",
                "timeUnixNano": str(T0 + 120 * MS),
                "attributes": [
                    {"key": "exception.type", "value": {"stringValue": "KeyError"}},
                    {"key": "exception.message", "value": {"stringValue": "'address'"}},
                ],
            }
        ],
    }
    return [
        _send(TRACE_7, 1, None, 0, healthy, service="signup"),
        _process(TRACE_7, 2, 10, healthy, "email-senders"),
        _send(TRACE_7, 3, 2, 25, ("email-sent", 3, "u-1"), service="email"),
        _send(TRACE_8, 1, None, 100, broken, service="signup"),
        _process(TRACE_8, 2, 105, broken, "email-senders"),
        _process(TRACE_8, 3, 110, broken, "crm-sync", **failure),
        _send(TRACE_8, 4, 3, 125, ("user-created.crm.dlq", 0, "u-1"), service="crm"),
    ]


def otlp_json() -> bytes:
    """The story as one OTLP/JSON request."""
    resource_spans = []
    for made in spans():
        service = made.pop("service")
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]}
        resource_spans.append({"resource": resource, "scopeSpans": [{"scope": {"name": "story"}, "spans": [made]}]})
    return json.dumps({"resourceSpans": resource_spans}).encode()
