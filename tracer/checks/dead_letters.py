"""Dead letters: events that a group gave up on, by group and error."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted, shortened


def _message(found: Found) -> str:
    who = f"group {found['group']}" if found["group"] is not None else "nobody that spans tell of"
    of = f" of {', '.join(found['sources'])}" if found["sources"] else ""
    why = f": {shortened(found['error'])}" if found["error"] else "; no span tells why"
    rate = f", {found['share']:.0%} of what it handled meanwhile" if found["share"] is not None else ""
    rate = ", of how many is unknown, its spans are sampled" if found["sampled"] else rate
    since = f"since {clock(found['first_ns'])}"
    return f"{counted(found['count'], 'dead letter')} in {found['topic']} by {who}{of} {since}{rate}{why}"


DEAD_LETTERS = Check(
    "dead-letters", "events in a dead-letter topic: who gave up on what, why, since when", "dead_letters", _message
)
