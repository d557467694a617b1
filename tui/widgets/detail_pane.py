"""The detail of what the cursor is on: what the graph knows of it, then its span."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tracer.flows.model import SpanDetail
from tracer.render.outline import Node
from tracer.render.tree import FlowTree
from tui.detail_text import node_text, span_text


class DetailPane(VerticalScroll, inherit_bindings=False):
    """Scrolls; shows at once what is known and completes it when the span has been read."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "scroll_up", "Up", show=False),
        Binding("down,j", "scroll_down", "Down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,g", "scroll_home", "First", show=False),
        Binding("end,G", "scroll_end", "Last", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._known = Content("")
        self._shown: Content | None = None

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(id="detail-text")

    @property
    def text(self) -> str:
        """What stands in the pane, without its colours."""
        return self._shown.plain if self._shown is not None else ""

    def show_node(self, node: Node, tree: FlowTree) -> None:
        """What the graph knows; the span follows."""
        self.show_known(node_text(node, tree))

    def show_known(self, known: Content) -> None:
        """What is known without the span, which follows."""
        self._known = known
        self.scroll_home(animate=False)
        self._paint(known)

    def show_span(self, span: SpanDetail) -> None:
        """Complete it with the span."""
        self._paint(Content("\n\n").join([self._known, span_text(span)]))

    def show_trouble(self, line: str) -> None:
        """Complete it with the reason why there is no span."""
        self._paint(Content.assemble(self._known, "\n\n", (line, "$error")))

    def _paint(self, content: Content) -> None:
        self._shown = content
        self.query_one("#detail-text", Static).update(content)
