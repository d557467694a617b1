"""A store as the screens ask it: its flows, and what the checks say of them."""

from __future__ import annotations

from pathlib import Path

from tracer.checks.model import Report
from tracer.checks.running import check_store, problems_of
from tracer.flows.model import Flow, Problem
from tracer.flows.reader import Flows
from tracer.store import Lake


class StoreSource(Flows):
    """Answers `Source`. Checks open the store for themselves each time."""

    def __init__(self, path: Path) -> None:
        super().__init__(Lake.open(path))
        self._path = path

    def problems(self, flow: Flow, /) -> tuple[Problem, ...] | None:
        """What the checks say of a flow's events and attempts; None in a store too large to look on the way."""
        return problems_of(self._path, flow.graph)

    def report(self) -> Report:
        """What the checks say of the whole store."""
        return check_store(self._path)
