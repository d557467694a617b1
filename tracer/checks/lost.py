"""Lost: events that a group passed and never handled, as far as its spans tell."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during

_ELSE = "unless they were compacted, past retention, in an aborted transaction, or filtered before their span"


def _message(found: Found) -> str:
    events = counted(found["count"], "event")
    when = f"sent {during(found['first_ns'], found['last_ns'])}"
    what = f"group {found['group']} passed {events} of {found['topic']} that no span shows it handled, {when}"
    if found["died"]:
        return f"{what}: {found['instance']} fell silent there, and what took over went on behind them; {_ELSE}"
    return f"{what}: it handled those before and behind them; {_ELSE}"


LOST = Check(
    "lost", "a group has passed an event that was sent, and no span tells that it handled it", "lost", _message
)
