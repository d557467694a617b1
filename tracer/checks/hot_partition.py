"""Hot partition: one partition or key has far more than its share, and the group waits there."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock


def _message(found: Found) -> str:
    of = f"{found['count']:,} of {found['events']:,} events of {found['topic']}"
    waits = f"{found['waits_ns'] / 1e9:,.1f} s in queue at the median"
    if found["others_ns"] is not None:
        waits += f", {found['others_ns'] / 1e9:,.1f} s elsewhere"
    key = f", {found['key_events']:,} of them of key {found['key']}" if found["key"] is not None else ""
    return (
        f"partition {found['partition']} of {found['topic']} has {of} since {clock(found['first_ns'])}{key}; "
        f"group {found['group']} waits there: {waits}"
    )


HOT_PARTITION = Check(
    "hot-partition",
    "a partition has more than 5 times the median share of its topic, and a group's time in queue is long there",
    "hot_partition",
    _message,
)
