"""Where the time of one delivery went: in queue and its parts, the wait for another attempt, the handling. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.flows.gates import finished_at
from tracer.flows.model import Event, Graph, Processing


@dataclass(frozen=True, slots=True)
class DeliveryTime:
    """The times of one attempt, in nanoseconds; None where no span tells.

    `queue_ns` counts from produced to the start of the attempt; negative is clock skew. Its parts, where they are told
    and lie in that order: `sending_ns` from produced until acknowledged, `broker_ns` from acknowledged (else produced)
    until fetched, `prefetched_ns` from fetched until handled. `backoff_ns` counts from the end of the attempt before to
    the start of this one, `through_retry_topic` where the attempt before sent the event on to a retry topic. Negative,
    this attempt began before that ended. `processing_ns` is the duration of the attempt, `batch_ns` that of the batch
    which it shares with others.
    """

    queue_ns: int | None = None
    sending_ns: int | None = None
    broker_ns: int | None = None
    prefetched_ns: int | None = None
    backoff_ns: int | None = None
    through_retry_topic: bool = False
    processing_ns: int | None = None
    batch_ns: int | None = None


def delivery_time(event: Event, attempt: Processing, retried: Processing | None = None) -> DeliveryTime:
    """The times of an attempt to handle `event`; `retried` is the attempt that sent the event to its retry topic."""
    sending, broker, prefetched = _parts(event, attempt)
    backoff, through = attempt.backoff_ns, False
    if backoff is None and retried is not None and attempt.started_at is not None:
        ended = finished_at(retried)
        backoff, through = (None, False) if ended is None else (attempt.started_at - ended, True)
    return DeliveryTime(
        attempt.queue_ns, sending, broker, prefetched, backoff, through, attempt.duration_ns, attempt.batch_ns
    )


def delivery_times(graph: Graph) -> dict[str, DeliveryTime]:
    """The times of every attempt of a graph, by the id of the processing."""
    events = {event.id: event for event in graph.events}
    processings = {attempt.id: attempt for attempt in graph.processings}
    retried = {edge.target: processings.get(edge.source) for edge in graph.edges if edge.kind == "retried"}
    return {
        attempt.id: delivery_time(
            events[attempt.event], attempt, retried.get(attempt.event) if attempt.attempt == 1 else None
        )
        for attempt in graph.processings
        if attempt.event in events
    }


def _parts(event: Event, attempt: Processing) -> tuple[int | None, int | None, int | None]:
    """Sending, broker, prefetched. A moment that does not lie between those beside it splits nothing: a message may be
    fetched before its producer hears that it is stored, and a poll may begin before the message is there.
    """
    produced, started = event.produced_at, attempt.started_at
    if produced is None or started is None or produced > started:
        return None, None, None
    fetched = attempt.arrived_at
    if fetched is not None and not produced <= fetched <= started:
        fetched = None
    stored = event.acknowledged_at
    if stored is not None and not produced <= stored <= (started if fetched is None else fetched):
        stored = None
    sending = None if stored is None else stored - produced
    if fetched is None:
        return sending, None, None
    return sending, fetched - (produced if stored is None else stored), started - fetched
