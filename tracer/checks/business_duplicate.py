"""Business duplicates, suspected: the same payload for the same key sent again, as a message of its own."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during


def _message(found: Found) -> str:
    who = f" by {found['service']}" if found["service"] else ""
    when = during(found["first_ns"], found["last_ns"])
    events = counted(found["count"], "event")
    return f"suspected: {events} of {found['topic']}, sent{who} {when}, repeat key and payload of one that came before"


BUSINESS_DUPLICATE = Check(
    "business-duplicate",
    "two events of one topic with the same key and payload within ten minutes, sent as different messages",
    "business_duplicate",
    _message,
    stands_on=("body_sample", "body"),
    without="no send span that was looked at carries messaging.message.body.hash",
)
