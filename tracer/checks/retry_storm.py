"""Retry storm: a group tries far more often than it succeeds, and far more than it usually does."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during


def _message(found: Found) -> str:
    of = f"{counted(found['attempts'], 'attempt')} at {counted(found['count'], 'event')} of {found['topic']}"
    since = during(found["first_ns"], found["last_ns"])
    rate = f"{found['attempts'] / max(found['well'], 1):,.1f} for each that went well, {found['usual']:.1f} are usual"
    return f"group {found['group']} made {of} in {counted(found['minutes'], 'minute')}, {since}: {rate}"


RETRY_STORM = Check(
    "retry-storm",
    "attempts per success over minutes are more than 3 times the group's median, and more than 10 a minute",
    "retry_storm",
    _message,
)
