"""What the end of an event's handling waited for: the critical path, and the span of each of its segments."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Footer
from textual.worker import get_current_worker

from tracer.flows.critical_path import CriticalPath, Segment
from tracer.flows.model import Flow
from tracer.render.critical_path import target_text, totals_text
from tui.notation import moment, plain
from tui.screens.with_detail import DetailScreen
from tui.source import one_line
from tui.widgets.detail_pane import DetailPane
from tui.widgets.line_list import LineList
from tui.widgets.one_line import Trouble, TwoSided
from tui.widgets.path_list import PathList

if TYPE_CHECKING:
    from tui.app import Explorer


class CriticalPathScreen(DetailScreen):
    """The critical path of what an event of a flow caused, or of what one group handled of it."""

    app: Explorer

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "back", "Back", key_display="Esc"),
        Binding("d", "detail", "Detail", show=False),
        Binding("f", "follow", "Follow"),
        Binding("y", "copy", "Copy"),
    ]

    class Found(Message):
        """A flow and its path, or the line that says why there is none."""

        def __init__(self, found: tuple[Flow, CriticalPath] | str) -> None:
            super().__init__()
            self.found = found

    def __init__(self, asked: str, event_id: str, group: str | None) -> None:
        super().__init__()
        self.asked, self.event_id, self.group = asked, event_id, group

    def compose(self) -> ComposeResult:
        """Title, sums, trouble, segments and detail, keys."""
        yield TwoSided(id="title")
        yield TwoSided(id="headline")
        yield Trouble(id="trouble")
        with Horizontal(id="flow-body"):
            yield PathList(id="flow")
            yield DetailPane(id="detail")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask once: a path is looked at as it was."""
        self.path_list.focus()
        self.detail.display = False
        self._say(f"of {self.event_id}", " reading the store …")
        self._fetch(self.asked, self.event_id, self.group)

    @property
    def path_list(self) -> PathList:
        """The segments."""
        return self.query_one(PathList)

    @work(thread=True, exclusive=True, group="path", exit_on_error=False)
    def _fetch(self, asked: str, event_id: str, group: str | None) -> None:
        worker = get_current_worker()
        found: tuple[Flow, CriticalPath] | str
        try:
            with self.app.pool.borrow() as source:
                flow = source.flow(asked)
                found = flow, source.critical_path(flow, group, event_id)
        except Exception as error:
            found = one_line(error)
        if not worker.is_cancelled:
            self.post_message(self.Found(found))

    def on_critical_path_screen_found(self, message: Found) -> None:
        """Show it."""
        if isinstance(message.found, str):
            self.query_one(Trouble).show(message.found)
            self._say(f"of {self.event_id}", " Esc goes back")
            return
        flow, path = message.found
        since = f"{moment(path.started_at)} UTC" if path.end_known else "no span tells its end"
        self._say(target_text(path), f" {totals_text(path)}", since)
        self.path_list.show(flow, path)

    def _say(self, title: str, sums: str, beside: str = "") -> None:
        parts = ((" tracer ", "bold $primary"), " critical path ", (plain(title), "bold"))
        self.query_one("#title", TwoSided).show(Content.assemble(*parts), beside)
        self.query_one("#headline", TwoSided).show(Content(sums), "")

    @property
    def _segment(self) -> Segment | None:
        row = self.path_list.chosen
        return row.segment if row is not None else None

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Enter: the span of a segment, the flow of the event that waited."""
        message.stop()
        if self._segment is not None and self._segment.span_id is None:
            self.action_follow()
        else:
            self.open_detail()

    def has_detail(self) -> bool:
        """Whether the cursor is on a segment."""
        return self._segment is not None

    def show_detail(self) -> None:
        """What is known of it, then its span."""
        segment, key = self._segment, self.path_list.cursor_key
        self.detail.show_known(self.path_list.chosen_text)
        if key is not None and segment is not None and segment.trace_id is not None and segment.span_id is not None:
            self.read_span(key, segment.trace_id, segment.span_id)

    def action_follow(self) -> None:
        """The flow of the event that waited, or of the one whose handling the segment is a part of."""
        segment = self._segment
        node = None if segment is None else segment.event or segment.processing
        if node is not None:
            self.app.open_flow(node.partition("#")[0])

    def action_copy(self) -> None:
        """The id of what the cursor is on into the clipboard."""
        segment = self._segment
        found = None if segment is None else segment.span_id or segment.processing
        if found is not None:
            self.app.copy_id(found)
