"""Slow group: events wait for a group far longer than they used to, and what holds it up."""

from __future__ import annotations

from tracer.checks.model import Check, Found
from tracer.checks.words import counted, during

BUSY = 0.8
"""The share of the time for which workers handle from which on there are too few of them."""


def _message(found: Found) -> str:
    who = f"group {found['group']} is behind on {found['topic']}: {counted(found['count'], 'event')}"
    when = during(found["first_ns"], found["last_ns"])
    waits = (
        f"waited up to {_seconds(found['waits_ns'])} (p95) more than the quickest, {_seconds(found['usual_ns'])} before"
    )
    return f"{who} {when} {waits}; {_cause(found)}"


def _cause(found: Found) -> str:
    if found["partitions"]:
        which = ", ".join(map(str, found["partitions"]))
        return f"uneven partitions: only {which} of the {found['lanes']} that have events wait"
    if found["pause_ns"] > found["waits_ns"] / 2:
        then = "another instance went on then: a restart or a rebalance" if found["changed"] else "then it went on"
        return f"a pause: it handled nothing for {_seconds(found['pause_ns'])}, {then}"
    if found["busy"] is None:
        blind = "its spans are sampled" if found["sampled"] else "no span shows how long its handling takes"
        return f"{blind}, therefore not why"
    share = f"{counted(found['workers'], 'worker')} busy for {found['busy']:.0%} of the time"
    if found["busy"] < BUSY:
        return f"not its handling: {share}; what holds it up left no span"
    if found["again"] > 0.5:
        return f"retries: {share}, {found['again']:.0%} of it in attempts that failed or repeated"
    return f"processing time: {share}"


def _seconds(nanoseconds: int) -> str:
    return f"{nanoseconds / 1e9:,.1f} s"


SLOW_GROUP = Check(
    "slow-group",
    "events wait for a group 5 times as long as they used to, and over 5 s; its cause as far as spans show it",
    "slow_group",
    _message,
)
