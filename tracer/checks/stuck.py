"""Stuck: partitions that stand still for a group while the group goes on elsewhere, or tries one event for ever."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted, shortened


def _message(found: Found) -> str:
    numbers = [str(number) for number in found["partitions"] if number is not None]
    which = f"partition{'s' if len(numbers) > 1 else ''} {', '.join(numbers)} of {found['topic']}"
    waits = f"{counted(found['count'], 'event')} wait behind, the oldest for {found['waits_ns'] / 1e9:,.0f} s"
    doing = "while the group goes on with other partitions"
    if found["attempts"] > 1:
        doing = f"which it tried {counted(found['attempts'], 'time')}"
        doing += f": {shortened(found['error'])}" if found["error"] else ""
    since = f"since {clock(found['moved_ns'])} it has not come past {found['head']}"
    return f"{which} stand{'' if len(numbers) > 1 else 's'} still for group {found['group']}: {since}, {doing}; {waits}"


STUCK = Check(
    "stuck",
    "a partition on which a group has not moved while events came to it and the group was busy otherwise",
    "stuck",
    _message,
)
