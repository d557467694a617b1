"""The flows that a command reads, and the remark when they do not hold all yet."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracer.cli import output
from tracer.errors import NotFoundError

if TYPE_CHECKING:
    from tracer.flows import Flows


@contextmanager
def flows_of(arguments: argparse.Namespace) -> Iterator[Flows]:
    """The flows of the store that the options name."""
    from tracer.flows import open_flows
    from tracer.store import location

    with open_flows(location.resolve(arguments.store)) as flows:
        try:
            yield flows
        except NotFoundError:
            note_state(flows.waiting(), flows.of_other_rules())  # what is not found may be among what is missing
            raise
        note_state(flows.waiting(), flows.of_other_rules())


def note_state(waiting: int, other_rules: bool) -> None:
    """Say on stderr what keeps events, processings and edges from being all that this release can tell of the store:
    spans that they do not reflect yet, rows by the rules of another release.
    """
    note_waiting(waiting)
    if other_rules:
        output.note(
            "events and their paths are told by the rules of another release: the next `tracer collect` makes them"
            " anew, so does `tracer rebuild`"
        )


def note_waiting(spans: int) -> None:
    """Say on stderr that so many spans have come that events, processings and edges do not reflect yet."""
    if spans:
        output.note(
            f"{spans:,} spans are not joined yet, so what they tell is not shown: a running `tracer collect` goes on"
            " with them, else `tracer rebuild` does it all"
        )
