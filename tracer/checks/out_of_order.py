"""Out of order: a group handled events of one partition in another order than they stand in."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during


def _message(found: Found) -> str:
    events = counted(found["count"], "event")
    when = during(found["first_ns"], found["last_ns"])
    other = "one of the same key" if found["keyed"] else "one"
    return f"group {found['group']} began {events} of {found['topic']} after {other} that stands behind it, {when}"


OUT_OF_ORDER = Check(
    "out-of-order",
    "a group handled an event for the first time after a later one of the same key or partition",
    "out_of_order",
    _message,
)
