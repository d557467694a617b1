"""Redelivery: an event was handed to a group again after an attempt that had gone well."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during


def _message(found: Found) -> str:
    events = counted(found["count"], "event")
    when = during(found["first_ns"], found["last_ns"])
    why = ""
    if found["changed"]:
        why = "; another instance took over in between: the one before ended before it had committed them"
    if found["seen"]:
        return f"group {found['group']} handled {events} of {found['topic']} again that had gone well, {when}{why}"
    return (
        f"group {found['group']} received {events} of {found['topic']} again, of which no failure is told, {when}{why}"
    )


REDELIVERED = Check(
    "redelivered",
    "more than one attempt of a group at an event, though an earlier one ended well and no retry was asked for",
    "redelivered",
    _message,
)
