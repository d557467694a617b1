"""First broken: a group whose attempts at a topic fail with one kind of error since some event."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted, field_of, kind_of, shortened


def _message(found: Found) -> str:
    field, kind = field_of(found["error"]), kind_of(found["error"])
    what = f"field {field}" if field else "no field is named"
    told = kind if field else shortened(found["error"]) if found["error"] else "no span tells the error"
    event = "sampled event" if found["sampled"] else "event"
    of = f"{counted(found['since'], event)} of {', '.join(found['topics'])}"
    since = f"since then {found['count']:,} of {of} failed, from {clock(found['first_ns'])} on"
    gone = f", dead letters in {', '.join(found['dead_letters'])}" if found["dead_letters"] else ""
    first = f"first {event} {found['first']}, {what} ({told})"
    return f"broken: group {found['group']}, {first}; {since}{gone}{_change(found)}"


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


def _together(rows: Sequence[Found]) -> list[Found]:
    """One row of those in which one group fails on several topics with one error, on each while it does on another.

    That is of one type, over one field where it names one, else with one text but for its numbers. The row is about the
    topic of the first event.
    """
    made: list[Found] = []
    for row in sorted(rows, key=lambda row: (row["first_ns"], row["topic"])):
        same = (n for n, other in enumerate(made) if _of_one_cause(other, row))
        if (at := next(same, None)) is None:
            made.append({**row, "topics": [row["topic"]]})
        else:
            made[at] = _joined(made[at], row)
    return sorted(made, key=lambda row: (-row["count"], row["topic"], row["group"]))


def _of_one_cause(row: Found, other: Found) -> bool:
    return (
        row["group"] == other["group"]
        and row["error"] is not None
        and _signature(row["error"]) == _signature(other["error"])
        and (row["doubt"] is None) == (other["doubt"] is None)
        and other["topic"] not in row["topics"]
        and (row["still"] or other["first_ns"] <= row["last_ns"])
    )


def _signature(error: str | None) -> tuple[str | None, str | None]:
    return kind_of(error), field_of(error) or re.sub(r"\d+", "0", error or "")


def _joined(row: Found, other: Found) -> Found:
    """The row of several topics; what it says of the first event and of the change is that of the first."""
    return {
        **row,
        "topics": [*row["topics"], other["topic"]],
        "count": row["count"] + other["count"],
        "since": row["since"] + other["since"],
        "last_ns": max(row["last_ns"], other["last_ns"]),
        "still": row["still"] or other["still"],
        "evidence": [*row["evidence"], *other["evidence"]],
        "dead_letters": sorted({*(row["dead_letters"] or ()), *(other["dead_letters"] or ())}),
        "confidence": 1 - (1 - row["confidence"]) * (1 - other["confidence"]),
    }


FAILING = Check(
    "failing",
    "since some event a group fails on a topic with one kind of error: at least 3 events and more than half",
    "failing",
    _message,
    _together,
)
