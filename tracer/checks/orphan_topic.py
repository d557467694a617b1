"""Orphan topics: a group used to read one and none reads it now."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted

_SILENT = "; no span of their services came since: they are down, or their telemetry is cut off"


def _message(found: Found) -> str:
    groups = ", ".join(found["groups"])
    events = counted(found["count"], "event")
    return (
        f"nobody reads {found['topic']} any more: {events} came since {clock(found['first_ns'])}, when the last of its "
        f"groups ({groups}) had read from it{_SILENT if found['silent'] else ''}"
    )


ORPHAN_TOPIC = Check(
    "orphan-topic",
    "a topic that some group read, and that nobody reads now while events go on coming",
    "orphan_topic",
    _message,
)
