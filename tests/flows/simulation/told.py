"""What happened in a simulated run, in the shape of the truth files of the recordings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tests.flows.simulation.judge import Step, proofs
from tests.flows.simulation.run import Attempt, Message, Run
from tests.flows.simulation.tracing import Made, Tracing


def truth(run: Run, tracing: Tracing, exported: Iterable[Made]) -> dict[str, list[dict[str, Any]]]:
    """`events`, `processings` and `edges`. `provable` is `parent`, `link` or `coordinates`, else `none`: guesses and
    headers are not looked at. Ids are those of a store whose home is the message's cluster.
    """
    seen = list(exported)
    proven = proofs(tracing, seen)
    recorded = {attempt: made for made in seen for attempt in made.handled}
    sent = {made.sent: made for made in tracing.made if made.sent}
    exported_sends = {made.sent for made in seen if made.sent}
    return {
        "events": [_event(message, sent[message], message in exported_sends) for message in run.messages],
        "processings": [_processing(attempt, recorded.get(attempt)) for attempt in run.attempts],
        "edges": [_edge(step, proven) for step in run.steps()],
    }


def _event(message: Message, made: Made, exported: bool) -> dict[str, Any]:
    return {
        "id": message.id,
        "topic": message.topic.name,
        "partition": message.partition,
        "offset": message.offset,
        "key": message.key,
        "service": message.sender.service.name,
        "instance": message.sender.instance,
        "traceId": made.context.trace_id.hex(),
        "spanId": made.context.span_id.hex(),
        "sendRecorded": exported,
    }


def _processing(attempt: Attempt, made: Made | None) -> dict[str, Any]:
    return {
        "id": attempt.id,
        "event": attempt.message.id,
        "group": attempt.process.service.group,
        "service": attempt.process.service.name,
        "instance": attempt.process.instance,
        "attempt": attempt.number,
        "outcome": attempt.outcome,
        "recorded": made is not None,
        "traceId": made.context.trace_id.hex() if made else None,
        "spanId": made.context.span_id.hex() if made else None,
    }


def _edge(step: Step, proven: Mapping[Step, str]) -> dict[str, Any]:
    source, target, kind = step
    return {"from": source.id, "to": target.id, "kind": kind, "provable": proven.get(step, "none")}
