"""The newest events of a big store out of its newest spans, so that a list does not pay for the store.

What happened to an event lies after it was produced: the spans since then tell all of it.
"""

from __future__ import annotations

from dataclasses import replace

from tracer.flows import reading
from tracer.flows.filter import EventFilter
from tracer.flows.model import EventSummary
from tracer.flows.neighbourhood import Neighbourhood

WINDOWS = (4_000, 32_000, 160_000)
"""So many of the newest spans are tried, one after the other, before the whole store is reconstructed."""


def newest_events(neighbourhood: Neighbourhood, wanted: EventFilter) -> list[EventSummary] | None:
    """The events that match, newest first; None when the windows do not hold enough of them."""
    for spans in WINDOWS:
        since = neighbourhood.load_newest(spans)
        if since is None:
            return reading.summaries(neighbourhood.connection, wanted)
        inside = since if wanted.since_ns is None else max(since, wanted.since_ns)
        found = reading.summaries(neighbourhood.connection, replace(wanted, since_ns=inside))
        if len(found) >= wanted.limit or inside > since:
            return found
    return None
