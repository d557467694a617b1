"""Dead letters: events that a group gave up on, by group and error."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import clock, counted, shortened


def _message(found: Found) -> str:
    who = f"group {found['group']}" if found["group"] is not None else "nobody that spans tell of"
    of = f" of {', '.join(found['sources'])}" if found["sources"] else ""
    why = f": {shortened(found['error'])}" if found["error"] else "; no span tells why"
    rate = f", {_shares(found)} of what it handled meanwhile" if found["share"] is not None else ""
    rate = ", of how many is unknown, its spans are sampled" if found["sampled"] else rate
    since = f"since {clock(found['first_ns'])}"
    return f"{counted(found['count'], 'dead letter')} in {found['topic']} by {who}{of} {since}{rate}{why}"


def _shares(found: Found) -> str:
    """One, or from where to where, as some of what was handled may be told by no span."""
    least, most = f"{found['least']:.0%}", f"{found['share']:.0%}"
    return most if least == most else f"{least} to {most}"


DEAD_LETTERS = Check(
    "dead-letters", "events in a dead-letter topic: who gave up on what, why, since when", "dead_letters", _message
)
