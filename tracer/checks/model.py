"""What checks say: problems, and what they could not decide. And what a check is.

A check is a definition, a query and its guard. The query gives one row for each cause, with the columns of `Found` and
whatever else its message needs; where the guard does not hold, `doubt` says why, and the row is no problem but unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracer.flows.model import Guarantee, NotLookedFor, Problem, Unknown

AROUND = 3_600 * 10**9
"""How long before and after the time that is asked for facts are read: an hour."""

_END = 2**63 - 1

EVIDENCE = 1_000
"""How many ids of evidence a problem carries; `count` tells the true number."""

Found = Mapping[str, Any]
"""A row of a check's query: `subject`, `topic`, `group`, `count`, `first_ns`, `last_ns`, `evidence`, `confidence`,
`doubt` (None where the guard holds), and what the message needs. Times are nanoseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of problem. `sql` is the query's file beside the module, `message` makes one line of a row.

    `together` makes one row of those that have one cause. `stands_on`: parts of the ground without a row of which it
    does not look at all, for the reason `without`.
    """

    name: str
    definition: str
    sql: str
    message: Callable[[Found], str]
    together: Callable[[Sequence[Found]], Sequence[Found]] = list
    stands_on: tuple[str, ...] = ()
    without: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """The time in which findings are reported, in nanoseconds since 1970 (None: no bound), and now, against which it is
    held how long ago something was. `around`: how long before and after that facts are read which may explain them.
    """

    now: int
    since: int | None = None
    until: int | None = None
    around: int = AROUND

    def bounds(self) -> dict[str, int]:
        """The times as the queries of the ground ask for them: `from` and `to` bound what is read."""
        since, until = self.since or 0, _END if self.until is None else self.until
        return {
            "now": self.now,
            "since": since,
            "until": until,
            "from": max(0, since - self.around),
            "to": min(_END, until + self.around),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What the checks found, the gravest first, what they could not decide, and which did not look at all.

    `guarantees` are told where the checks ran that they follow from. `waiting` counts the spans that have come and that
    events, processings and edges do not reflect yet; `other_rules`: these are of another release's rules.
    """

    problems: tuple[Problem, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    not_looked_for: tuple[NotLookedFor, ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    waiting: int = 0
    other_rules: bool = False
