"""The flows that a command reads, and the remark when they do not hold all yet."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracer.cli import output

if TYPE_CHECKING:
    from tracer.flows import Flows


@contextmanager
def flows_of(arguments: argparse.Namespace) -> Iterator[Flows]:
    """The flows of the store that the options name."""
    from tracer.flows import open_flows
    from tracer.store import location

    with open_flows(location.resolve(arguments.store)) as flows:
        yield flows
        note_waiting(flows.waiting())


def note_waiting(spans: int) -> None:
    """Say on stderr that so many spans have come that events, processings and edges do not reflect yet."""
    if spans:
        output.note(f"the newest {spans:,} spans are still being joined; what they tell is not shown yet")
