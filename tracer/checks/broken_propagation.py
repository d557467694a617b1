"""Broken propagation: the context of a message that was there is dropped, stale, or not read."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted

_MEND = {
    "stale": "to mend it, drop `traceparent` and `tracestate` from the headers that {sender} copies",
    "dropped": "to mend it, let {sender} write its context into the headers it sends (propagate.inject), and keep them",
    "unread": "to mend it, let {group} read `traceparent` from the headers as the other groups do (propagate.extract)",
}


def _message(found: Found) -> str:
    events = f"{counted(found['count'], 'event')} of {found['topic']} from {found['sender']}"
    since = f"since {clock(found['first_ns'])}"
    groups = ", ".join(found["groups"])
    said = {
        "stale": f"{groups} took that of {found['from_topic']} for that of {events}: a stale header came first",
        "dropped": f"no group ({groups}) finds the context of {events}, though they find those of others",
        "unread": f"group {found['group']} does not find the context of {events}, though other groups do",
    }
    return f"{said[found['how']]}, {since}; {_MEND[found['how']].format(**found)}"


BROKEN_PROPAGATION = Check(
    "broken-propagation",
    "readers that find contexts elsewhere find none, or a stale one, on the events of a topic and sender",
    "broken_propagation",
    _message,
)
