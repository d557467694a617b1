"""Produced twice: one message that stands on its topic twice."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during


def _message(found: Found) -> str:
    messages = counted(found["count"], "message")
    who = f" by {found['service']}" if found["service"] else ""
    when = during(found["first_ns"], found["last_ns"])
    return f"{messages} of {found['topic']} stand there more than once with the same {found['mark']}, sent{who} {when}"


PRODUCED_TWICE = Check(
    "produced-twice",
    "two events of one topic with the same message id, neither a retry nor a dead letter of the other",
    "produced_twice",
    _message,
)
