"""First broken: a group whose attempts at a topic fail with one kind of error since some event."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted, field_of, kind_of, shortened


def _message(found: Found) -> str:
    field, kind = field_of(found["error"]), kind_of(found["error"])
    what = f"field {field}" if field else "no field is named"
    told = kind if field else shortened(found["error"]) if found["error"] else "no span tells the error"
    of = f"{counted(found['since'], 'event')} of {found['topic']}"
    since = f"since then {found['count']:,} of {of} failed, from {clock(found['first_ns'])} on"
    gone = f", dead letters in {', '.join(found['dead_letters'])}" if found["dead_letters"] else ""
    before = f"; {found['change']}" if found["change"] else ""
    return f"broken: group {found['group']}, first event {found['first']}, {what} ({told}); {since}{gone}{before}"


FAILING = Check(
    "failing",
    "since some event a group fails on a topic with one kind of error: at least 3 events and more than half",
    "failing",
    _message,
)
