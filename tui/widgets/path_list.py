"""A critical path, line by line: its segments in the order of time, and what is to be said of them."""

from __future__ import annotations

from textual.content import Content

from tracer.flows.critical_path import CriticalPath
from tracer.flows.model import Flow
from tracer.render.cells import Part
from tracer.render.path_rows import SIGNS, FlowFacts, PathRow, column_text, path_rows, percent, row_parts, what
from tracer.render.words import duration
from tui.widgets.line_list import LineList

WIDEST = 10_000
"""Cells of a text that wraps by itself."""


class PathList(LineList):
    """The lines of one critical path; nothing is folded."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.rows: list[PathRow] = []
        self._shown: tuple[CriticalPath, FlowFacts] | None = None

    @property
    def chosen(self) -> PathRow | None:
        """The line that the cursor is on."""
        return self.rows[self.cursor] if self.cursor_key is not None else None

    @property
    def chosen_text(self) -> Content:
        """What the segment that the cursor is on is, and how long it took."""
        row = self.chosen
        if self._shown is None or row is None or row.segment is None:
            return Content("")
        path, facts = self._shown
        one = row.segment
        sign, _, meaning = SIGNS[one.kind]
        figures = f"{duration(one.duration_ns)}, {percent(path, one.duration_ns)} of the path"
        lines = [Content.assemble((f"{sign} {one.kind}", "bold"), f"  {figures}"), Content(meaning), Content("")]
        return Content("\n").join([*lines, Content(what(one, facts.events, WIDEST))])

    def show(self, flow: Flow, path: CriticalPath) -> None:
        """A path; the cursor goes to its longest segment."""
        facts = FlowFacts(flow)
        self._shown = path, facts
        self.rows = path_rows(path, facts)
        self.set_keys([str(number) for number in range(len(self.rows))])
        longest = max(range(len(self.rows)), key=self._weight, default=0)
        self.move_to(str(longest))

    def header_parts(self, width: int) -> list[Part]:
        """What the columns are."""
        return [(column_text(self._shown[0], width), "header")] if self._shown else []

    def row_parts(self, row: int, width: int) -> list[Part]:
        """One line of the path."""
        assert self._shown is not None, "there are lines only of a path"
        return row_parts(self.rows[row], *self._shown, width)

    def _weight(self, number: int) -> int:
        row = self.rows[number]
        return row.segment.duration_ns if row.segment is not None and row.remark is None else 0
