"""Not yet consumed: events that a group has not reached for longer than it should take."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted


def _message(found: Found) -> str:
    behind = f"group {found['group']} has not come to {counted(found['count'], 'event')} of {found['topic']} yet"
    waits = f"the oldest waits for {found['waits_ns'] / 1e9:,.0f} s"
    told = f"{behind}, {waits}; its last was at {clock(found['reached_ns'])}"
    if found["silent_ns"] is None or found["doubt"] is not None:
        return told
    silent = f"no span of its service came for {found['silent_ns'] / 1e9:,.0f} s while events went on coming"
    return f"{told}, and {silent}: it is down, or its telemetry is cut off"


NOT_CONSUMED = Check(
    "not-consumed",
    "an event behind the last that a group handled, sent longer ago than the grace and its usual time in queue",
    "not_consumed",
    _message,
)
