"""Which events a list shows."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.flows.model import Outcome


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What an event must be to be listed; None lets everything through. Times are nanoseconds since 1970, UTC.

    `text`: each of its words is found, whatever the case, in the id, topic, key, producing service, a consumer group or
    an error, or a trace or span id of the event or its attempts begins with it (six characters or more). `outcome` and
    `group` look at deliveries: an event matches when one delivery does.
    """

    text: str | None = None
    topic: str | None = None
    group: str | None = None
    outcome: Outcome | None = None
    key: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    limit: int = 50
