"""A store as the screens ask it: its flows, and what the checks say of them."""

from __future__ import annotations

from pathlib import Path

from tracer.checks.flow import problems_of
from tracer.checks.model import Report
from tracer.checks.running import check_store
from tracer.flows.model import Flow, FlowProblems
from tracer.flows.reader import Flows
from tracer.store import Lake


class StoreSource(Flows):
    """Answers `Source`."""

    def __init__(self, path: Path) -> None:
        super().__init__(Lake.open(path))
        self._path = path

    def problems(self, flow: Flow, /) -> FlowProblems:
        """What the checks say of a flow's events and attempts."""
        return problems_of(self, flow)

    def report(self) -> Report:
        """What the checks say of the whole store."""
        return check_store(self._path)
