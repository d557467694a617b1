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
    return (
        f"broken: group {found['group']}, first event {found['first']}, {what} ({told}); {since}{gone}{_change(found)}"
    )


def _change(found: Found) -> str:
    """What changed just then: at the event's producer, or in the group's own service."""
    if found["what"] is None:
        return ""
    what, now, before = found["what"], shortened(found["now"], 60), shortened(found["before"], 60)
    if what == "size":
        return f"; from there on payloads of {found['who']} have {now} bytes, before {before}"
    if found["side"] == "producer":
        return f"; it is the first of {found['who']} with {what} {now}, before {before}"
    return f"; {found['who']} itself has {what} {now} since, before {before}"


FAILING = Check(
    "failing",
    "since some event a group fails on a topic with one kind of error: at least 3 events and more than half",
    "failing",
    _message,
)
