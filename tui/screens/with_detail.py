"""What the screens have in common that show lines and, beside or over them, the detail of the one with the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from tracer.flows.model import SpanDetail
from tui.source import one_line
from tui.widgets.detail_pane import DetailPane
from tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from tui.app import Explorer

WIDE = 120
"""From this width on the detail stands beside the lines, below it takes their place."""


class DetailScreen(Screen[None]):
    """Opens and closes the detail, and completes it with a span that a worker thread reads."""

    app: Explorer

    class SpanRead(Message):
        """The span of a line, or the line that says what went wrong."""

        def __init__(self, key: str, read: SpanDetail | str) -> None:
            super().__init__()
            self.key, self.read = key, read

    @property
    def lines(self) -> LineList:
        """The lines that the detail is of."""
        return self.query_one("#flow", LineList)

    @property
    def detail(self) -> DetailPane:
        """The detail."""
        return self.query_one(DetailPane)

    def has_detail(self) -> bool:
        """Whether the line with the cursor has a detail."""
        raise NotImplementedError

    def show_detail(self) -> None:
        """Show what is known of the line with the cursor, and `read_span`."""
        raise NotImplementedError

    def open_detail(self) -> None:
        """Show the detail; where it takes the lines' place it gets the keys."""
        self.detail.display = True
        self.set_class(True, "-detail")
        self.show_detail()
        if self.size.width < WIDE:
            self.detail.focus()

    @work(thread=True, exclusive=True, group="span", exit_on_error=False)
    def read_span(self, key: str, trace_id: str, span_id: str) -> None:
        """Read the span of the line `key`."""
        worker = get_current_worker()
        read: SpanDetail | str
        try:
            with self.app.pool.borrow() as source:
                if worker.is_cancelled:
                    return
                read = source.span(trace_id, span_id)
        except Exception as error:
            read = one_line(error)
        if not worker.is_cancelled:
            self.post_message(self.SpanRead(key, read))

    def on_detail_screen_span_read(self, message: SpanRead) -> None:
        """Complete the detail, if the cursor is still there."""
        if message.key != self.lines.cursor_key:
            return
        if isinstance(message.read, str):
            self.detail.show_trouble(message.read)
        else:
            self.detail.show_span(message.read)

    def on_line_list_highlighted(self, message: LineList.Highlighted) -> None:
        """The detail goes with the cursor."""
        message.stop()
        if self.detail.display:
            self.show_detail()

    def action_back(self) -> None:
        """Close the detail, then go back to the screen before."""
        if self.detail.display:
            self.detail.display = False
            self.set_class(False, "-detail")
            self.lines.focus()
        else:
            self.app.go_back()

    def action_detail(self) -> None:
        """Open or close the detail."""
        if self.detail.display:
            self.action_back()
        elif self.has_detail():
            self.open_detail()
