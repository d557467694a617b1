"""Lists of events that do not pay for a big store: those of a key out of its traces, the newest ones out of the newest
spans. What happened to an event lies after it was produced: the spans since then tell all of it.
"""

from __future__ import annotations

from dataclasses import replace

from tracer.flows import reading
from tracer.flows.filter import EventFilter
from tracer.flows.model import EventSummary
from tracer.flows.neighbourhood import Neighbourhood

WINDOWS = (4_000, 32_000, 160_000)
"""So many of the newest spans are tried, one after the other, before the whole store is reconstructed."""

TRACES_OF_KEY = 5_000
"""A key of more traces is looked for in the windows."""


def newest_events(neighbourhood: Neighbourhood, wanted: EventFilter) -> list[EventSummary] | None:
    """The events that match, newest first; None when only the whole store can tell."""
    if wanted.key is not None and neighbourhood.load_key(wanted.key, TRACES_OF_KEY):
        return reading.summaries(neighbourhood.connection, wanted)
    for spans in WINDOWS:
        since = neighbourhood.load_newest(spans)
        if since is None:
            return reading.summaries(neighbourhood.connection, wanted)
        inside = since if wanted.since_ns is None else max(since, wanted.since_ns)
        found = reading.summaries(neighbourhood.connection, replace(wanted, since_ns=inside))
        if len(found) >= wanted.limit or inside > since:
            return found
    return None
