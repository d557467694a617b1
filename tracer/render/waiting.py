"""How the times of a delivery, and clocks that differ, are told to people. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracer.flows.clocks import skews
from tracer.flows.model import Event, Flow, Processing, Skew
from tracer.flows.waiting import DeliveryTime
from tracer.render.cells import clean
from tracer.render.words import duration


def queue_parts(time: DeliveryTime) -> list[tuple[str, int]]:
    """The parts of the time in queue that spans tell, in the order of time."""
    named = (("sending", time.sending_ns), ("broker", time.broker_ns), ("prefetched", time.prefetched_ns))
    return [(name, part) for name, part in named if part is not None]


def queue_parts_text(time: DeliveryTime) -> str:
    """`sending 2.0ms, broker 30ms, prefetched 8.0ms`; empty where nothing is told."""
    return ", ".join(f"{name} {duration(part)}" for name, part in queue_parts(time))


def backoff_text(time: DeliveryTime) -> str:
    """`25ms`, and what kind of wait that was where it was not just the wait for another attempt; empty without one."""
    if time.backoff_ns is None:
        return ""
    if time.backoff_ns < 0:
        return f"{duration(time.backoff_ns)}: began before the attempt before it ended"
    return duration(time.backoff_ns) + (" through a retry topic" if time.through_retry_topic else "")


def skew_text(skew: Skew) -> str:
    """`mail-1 is at least 3.1ms behind shop-1`."""
    return f"{clean(skew.behind)} is at least {duration(skew.by_ns)} behind {clean(skew.ahead)}"


def skew_texts(flow: Flow, events: Mapping[str, Event], attempts: Sequence[Processing]) -> list[str]:
    """What is proven of the clocks that the times in queue of some attempts were taken from, each once."""
    handed = ((events[attempt.event], attempt) for attempt in attempts if attempt.event in events)
    return list(dict.fromkeys(skew_text(skew) for event, one in handed for skew in skews(flow.clocks, event, one)))
