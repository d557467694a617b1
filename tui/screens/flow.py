"""The second screen: the flow of one event, and the detail of what the cursor is on."""

from __future__ import annotations

import time
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Footer
from textual.worker import get_current_worker

from tracer.flows.model import Flow, FlowProblems
from tracer.render.outline import Folds, Node, Outline
from tracer.render.tree import FlowTree, flow_tree
from tui.flow_lines import flow_lines
from tui.flow_summary import headline
from tui.notation import day, moment, plain
from tui.screens.following import FollowingScreen
from tui.screens.with_detail import WIDE, DetailScreen
from tui.source import one_line
from tui.widgets.detail_pane import DetailPane
from tui.widgets.flow_list import FlowList
from tui.widgets.line_list import LineList
from tui.widgets.one_line import Trouble, TwoSided
from tui.widgets.problems import Problems


class FlowScreen(FollowingScreen, DetailScreen):
    """One event's flow. Everything is asked in worker threads."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "back", "Back", key_display="Esc"),
        Binding("d", "detail", "Detail", show=False),
        Binding("e", "evidence", "Evidence"),
        Binding("w", "whole", "Whole"),
        Binding("c", "critical_path", "Path"),
        Binding("f", "follow", "Follow"),
        Binding("y", "copy", "Copy"),
    ]

    class Built(Message):
        """A flow as an outline, or the line that says what went wrong; `whole` is what was asked for."""

        def __init__(self, built: Outline | str, whole: bool, version: int, seconds: float) -> None:
            super().__init__()
            self.built, self.whole, self.version, self.seconds = built, whole, version, seconds

    class Checked(Message):
        """What the checks say of the flow that was built last, or the line that says what went wrong."""

        def __init__(self, found: FlowProblems | str) -> None:
            super().__init__()
            self.found = found

    def __init__(self, event_id: str) -> None:
        super().__init__()
        self.event_id = event_id
        self.whole = False

    def compose(self) -> ComposeResult:
        """Title, headline, trouble, problems, tree and detail, keys."""
        yield TwoSided(id="title")
        yield TwoSided(id="headline")
        yield Trouble(id="trouble")
        yield Problems(id="problems")
        with Horizontal(id="flow-body"):
            yield FlowList(id="flow")
            yield DetailPane(id="detail")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask at once, and again whenever the store has changed."""
        self.flow_list.focus()
        self.query_one(DetailPane).display = False
        self._say_title()
        self.query_one("#headline", TwoSided).show(Content.styled(" reading the store …", "$dim"), "")
        self.follow_store()

    def fetch(self) -> object:
        """Ask for the flow of the event."""
        return self._fetch(self.event_id, self.whole)

    def _say_title(self) -> None:
        title = Content.assemble((" tracer ", "bold $primary"), " flow of ", (plain(self.event_id), "bold"))
        self.query_one("#title", TwoSided).show(title, "")

    @property
    def flow_list(self) -> FlowList:
        """The tree."""
        return self.query_one(FlowList)

    @work(thread=True, exclusive=True, group="flow", exit_on_error=False)
    def _fetch(self, event_id: str, whole: bool) -> None:
        worker, began, version = get_current_worker(), time.monotonic(), -1
        built: Outline | str
        try:
            with self.app.pool.borrow() as source:
                if worker.is_cancelled:
                    return
                version = source.version()
                built = Outline(flow_tree(source.flow(event_id, whole=whole)))
                flow_lines(built, Folds(), whole)  # the work that it then keeps is not done on the screen's thread
        except Exception as error:
            built = one_line(error)
        if not worker.is_cancelled:
            self.post_message(self.Built(built, whole, version, time.monotonic() - began))

    @work(thread=True, exclusive=True, group="checks", exit_on_error=False)
    def _check(self, flow: Flow) -> None:
        """After the flow is there: the checks look at what is around it, which takes longer."""
        worker = get_current_worker()
        found: FlowProblems | str
        try:
            with self.app.pool.borrow() as source:
                found = source.problems(flow)
        except Exception as error:
            found = one_line(error)
        if not worker.is_cancelled:
            self.post_message(self.Checked(found))

    def on_flow_screen_checked(self, message: Checked) -> None:
        """Show what is wrong, if anything is."""
        if isinstance(message.found, str):
            self.query_one(Trouble).show(f"not checked: {message.found}")
            self.query_one(Problems).keep()
        else:
            self.query_one(Problems).show(message.found)

    def on_flow_screen_built(self, message: Built) -> None:
        """Show the tree; what was folded stays folded, what was open stays open."""
        if isinstance(message.built, str):
            self.answered(message.built, message.version, message.seconds)
            if not self.flow_list.rows:
                self.query_one("#headline", TwoSided).show(Content.styled(" Esc goes back", "$dim"), "")
            return
        self.answered(None, message.version, message.seconds)
        tree = message.built.tree
        if tree.focus is not None:
            self.event_id = tree.focus.id  # the id, where it was asked for by key, span or trace
            self._say_title()
        self.flow_list.show(message.built, message.whole)
        self.query_one("#headline", TwoSided).show(headline(tree), self._produced(tree))
        self.query_one(Problems).wait()
        self._check(tree.flow)

    def _produced(self, tree: FlowTree) -> str:
        """When the event was produced; with the day where there is room."""
        at = tree.focus.produced_at if tree.focus is not None else None
        if at is None:
            return ""
        return f"{day(at)} {moment(at)} UTC" if self.size.width >= WIDE else f"{moment(at)} UTC"

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Enter: show all of a folded fan-out, or the detail of a line."""
        message.stop()
        line = self.flow_list.chosen
        if line is None:
            return
        if line.opens:
            self.flow_list.toggle_fold(line.key)
        else:
            self.open_detail()

    def has_detail(self) -> bool:
        """Whether the cursor is on an event, a group or an attempt."""
        return self._node is not None

    def show_detail(self) -> None:
        """What is known of it, then its span."""
        node = self._node
        if node is None:
            return
        self.detail.show_node(node, self.flow_list.flow_tree)
        if node.span is not None:
            self.read_span(node.key, *node.span)

    @property
    def _node(self) -> Node | None:
        row = self.flow_list.chosen
        return row.node if row is not None else None

    def action_evidence(self) -> None:
        """How each edge is known, instead of the times."""
        self.flow_list.toggle_evidence()

    def action_whole(self) -> None:
        """The whole flow from its first causes, or again the way to the event and what that caused."""
        self.whole = not self.whole
        self.ask()

    def action_follow(self) -> None:
        """The flow of the event that the cursor is on."""
        if self._node is not None and self._node.event.id != self.event_id:
            self.app.open_flow(self._node.event.id)

    def action_critical_path(self) -> None:
        """What the end of all that the event caused waited for; on a group's line, the end of what that handled."""
        if (node := self._node) is not None:
            group = node.attempts[-1].group if node.attempts else None
            self.app.open_critical_path(self.event_id, node.event.id, group)

    def action_copy(self) -> None:
        """The id of what the cursor is on into the clipboard."""
        if (node := self._node) is not None:
            self.app.copy_id(node.attempts[-1].id if node.attempts else node.event.id)
