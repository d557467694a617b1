"""What is wrong in the store: what the checks say, and from each problem the way to an event that shows it."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Footer, Static
from textual.worker import get_current_worker

from tracer.checks.model import Report
from tracer.render.problems import found_text
from tui.notation import moment
from tui.screens.following import FollowingScreen
from tui.source import one_line
from tui.widgets.line_list import LineList
from tui.widgets.one_line import Trouble, TwoSided
from tui.widgets.problem_list import ProblemList


class ProblemsScreen(FollowingScreen):
    """Runs all checks in a worker thread, and again when the store has changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "back", "Back", key_display="Esc"),
        Binding("right,n", "next_example", "Next example"),
        Binding("y", "copy", "Copy id"),
    ]

    class Checked(Message):
        """What the checks say, or the line that says what went wrong."""

        def __init__(self, found: Report | str, version: int, seconds: float) -> None:
            super().__init__()
            self.found, self.version, self.seconds = found, version, seconds

    def __init__(self) -> None:
        super().__init__()
        self._opened: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        """Title, sums, trouble, problems, the one with the cursor in full, keys."""
        yield TwoSided(id="title")
        yield TwoSided(id="headline")
        yield Trouble(id="trouble")
        yield ProblemList(id="problem-list")
        yield Static(id="problem")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask at once, and again whenever the store has changed."""
        self.problem_list.focus()
        self.query_one("#title", TwoSided).show(Content.assemble((" tracer ", "bold $primary"), " problems"), "")
        self._say(Content.styled(" checking the store …", "$dim"), "")
        self.follow_store()

    @property
    def problem_list(self) -> ProblemList:
        """The lines."""
        return self.query_one(ProblemList)

    def fetch(self) -> object:
        """Run the checks."""
        return self._fetch()

    @work(thread=True, exclusive=True, group="report", exit_on_error=False)
    def _fetch(self) -> None:
        worker, began, version = get_current_worker(), time.monotonic(), -1
        found: Report | str
        try:
            with self.app.pool.borrow() as source:
                if worker.is_cancelled:
                    return
                version = source.version()
                found = source.report()
        except Exception as error:
            found = one_line(error)
        if not worker.is_cancelled:
            self.post_message(self.Checked(found, version, time.monotonic() - began))

    def on_problems_screen_checked(self, message: Checked) -> None:
        """Show what they say."""
        if isinstance(message.found, str):
            self.answered(message.found, message.version, message.seconds)
            if not self.problem_list.rows:
                self._say(Content.styled(" Esc goes back", "$dim"), "")
            return
        self.answered(None, message.version, message.seconds)
        report = message.found
        self.problem_list.show(report)
        found = found_text(report.problems, report.unknown, report.not_looked_for)
        waiting = f", {report.waiting:,} spans are not looked at yet" if report.waiting else ""
        checked = moment(int(self.app.clock() * 1e9), 0)
        self._say(Content.styled(f" {found}{waiting}", "bold"), f"checked {checked}")
        self._show_chosen()

    def _say(self, left: Content, right: str) -> None:
        self.query_one("#headline", TwoSided).show(left, right)

    def _show_chosen(self) -> None:
        self.query_one("#problem", Static).update(self.problem_list.chosen_text)

    def on_line_list_highlighted(self, message: LineList.Highlighted) -> None:
        """The text below goes with the cursor."""
        message.stop()
        self._show_chosen()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """The flow of the first event that shows it."""
        message.stop()
        self._open_example(0)

    def action_next_example(self) -> None:
        """The flow of an event that shows it and was not opened yet; after the last one the first again."""
        row = self.problem_list.chosen
        if row is not None:
            self._open_example(self._opened.get(row.key, -1) + 1)

    def _open_example(self, number: int) -> None:
        row = self.problem_list.chosen
        if row is not None and row.examples:
            self._opened[row.key] = number % len(row.examples)
            self.app.open_flow(row.examples[self._opened[row.key]])

    def action_copy(self) -> None:
        """The id of the first event that shows it into the clipboard."""
        row = self.problem_list.chosen
        if row is not None and row.examples:
            self.app.copy_id(row.examples[0])

    def action_back(self) -> None:
        """To the screen before."""
        self.app.go_back()
