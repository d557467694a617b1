"""Poison: events that one group tries again and again in vain, while others go well."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted, shortened


def _message(found: Found) -> str:
    events, attempts = counted(found["count"], "event"), counted(found["attempts"], "attempt")
    why = f": {shortened(found['error'])}" if found["error"] else "; no span tells why"
    since = f"since {clock(found['first_ns'])}, {counted(found['well'], 'other')} went well"
    return f"group {found['group']} failed on {events} of {found['topic']} in {attempts}, all of them, {since}{why}"


POISON = Check(
    "poison",
    "three or more attempts of a group at one event, retry topics included, all failed alike, while others go well",
    "poison",
    _message,
)
