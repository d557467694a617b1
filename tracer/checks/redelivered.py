"""Redelivery: an event was handed to a group again after an attempt that had gone well."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during


def _message(found: Found) -> str:
    events = counted(found["count"], "event")
    when = during(found["first_ns"], found["last_ns"])
    why = ""
    if found["changed"]:
        why = "; another instance took over in between: handled, but not committed before the end of the first"
    return f"group {found['group']} handled {events} of {found['topic']} again that had gone well, {when}{why}"


REDELIVERED = Check(
    "redelivered",
    "more than one attempt of a group at an event, though an earlier one ended well and no retry was asked for",
    "redelivered",
    _message,
)
