"""Delivery as observed: what the deliveries of a topic to a group show of the guarantee under which the group reads.

Not a problem but an answer: at most once where events were lost, at least once where some were redelivered and none
lost, effectively once in n where neither happened in n events; then at most 3 in n are, with 95 % confidence (the rule
of three: J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249, 1983).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tracer.flows.model import Guarantee, Problem, Unknown

NEEDS = frozenset({"lost", "redelivered"})
"""The checks whose answers it takes."""

FEWEST = 4
"""Of fewer events the bound 3/n tells nothing."""


def guarantees(
    rows: Iterable[Mapping[str, Any]], problems: Sequence[Problem], unknown: Sequence[Unknown]
) -> tuple[Guarantee, ...]:
    """One for each topic and group that reads it, from the rows of guarantee.sql and what the checks said."""
    lost, redelivered = _counts(problems, "lost"), _counts(problems, "redelivered")
    doubts = {(each.topic, each.group): each.reason for each in unknown if each.check in NEEDS}
    return tuple(_guarantee(row, lost, redelivered, doubts) for row in rows)


def _guarantee(
    row: Mapping[str, Any],
    lost: Mapping[tuple[str | None, str | None], int],
    redelivered: Mapping[tuple[str | None, str | None], int],
    doubts: Mapping[tuple[str | None, str | None], str],
) -> Guarantee:
    of = (row["topic"], row["group"])
    known = row["group_known"]
    missed, again, events = lost.get(of, 0), redelivered.get(of, 0), row["events"]
    reason = doubts.get(of) or row["blind"]
    if missed:
        return Guarantee(*of, "none" if again else "at-most-once", events, missed, again, None, None, known)
    if reason is not None:
        return Guarantee(*of, None, events, 0, again, None, reason, known)
    if again:
        return Guarantee(*of, "at-least-once", events, 0, again, None, None, known)
    if events < FEWEST:
        return Guarantee(*of, None, events, 0, 0, None, f"too few to tell: {events}", known)
    return Guarantee(*of, "effectively-once", events, 0, 0, 3 / events, None, known)


def _counts(problems: Sequence[Problem], check: str) -> dict[tuple[str | None, str | None], int]:
    return {(each.topic, each.group): each.count for each in problems if each.check == check}
