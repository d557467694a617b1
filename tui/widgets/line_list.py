"""A list that draws only the lines on the screen: any length, one cursor, keyboard and mouse."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tracer.render.cells import Part
from tui.notation import fit


class LineList(ScrollView, can_focus=True, inherit_bindings=False):
    """Lines of (text, style name) parts under a fixed header; the empty name is plain.

    A subclass gives the keys and the parts of each line.

    The cursor belongs to a key, not to a line number: when the lines change, it stays with what it was on.
    """

    STYLES: ClassVar[tuple[str, ...]] = (
        "bold", "dim", "header", "branch", "topic", "event", "queue", "warning",
        "ok", "retried", "unknown", "error", "dead-lettered",
    )  # fmt: skip
    COMPONENT_CLASSES = {f"line--{name}" for name in STYLES} | {"line--cursor", "line--hover"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "first", "First", show=False),
        Binding("end,G", "last", "Last", show=False),
        Binding("enter", "choose", "Open"),
    ]

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    hover: reactive[int] = reactive(-1, repaint=False, init=False)

    class Highlighted(Message):
        """The cursor is on another line."""

        def __init__(self, line_list: LineList) -> None:
            super().__init__()
            self.line_list = line_list

        @property
        def control(self) -> LineList:
            return self.line_list

    class Chosen(Message):
        """Enter, or a click on the line of the cursor."""

        def __init__(self, line_list: LineList) -> None:
            super().__init__()
            self.line_list = line_list

        @property
        def control(self) -> LineList:
            return self.line_list

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name for it
        super().__init__(id=id)
        self.keys: list[str] = []

    def header_parts(self, width: int) -> list[Part]:
        """The fixed first line."""
        raise NotImplementedError

    def row_parts(self, row: int, width: int) -> list[Part]:
        """The line of a row, at most `width` cells."""
        raise NotImplementedError

    @property
    def cursor_key(self) -> str | None:
        """The key of the line that the cursor is on."""
        return self.keys[self.cursor] if 0 <= self.cursor < len(self.keys) else None

    @property
    def is_at_top(self) -> bool:
        """Whether the first line is in sight."""
        return round(self.scroll_target_y) == 0

    def set_keys(self, keys: list[str], top: int | None = None) -> None:
        """Show other lines. What the cursor is on, and the place of it on the screen, stay; else the nearest line.

        `top` is the first line to show, whatever the cursor is on.
        """
        before = self.cursor_key
        offset = self.cursor - round(self.scroll_target_y)
        self.keys = keys
        moved = keys.index(before) if before in keys else min(self.cursor, max(0, len(keys) - 1))
        self.virtual_size = Size(0, len(keys) + 1)
        self.set_reactive(LineList.cursor, moved)
        if top is None:
            top = moved - offset if before is not None else 0
        self.scroll_to(y=max(0, top), animate=False, immediate=True)
        self.refresh()
        if self.cursor_key != before:
            self.post_message(self.Highlighted(self))

    def move_to(self, key: str) -> None:
        """Put the cursor on the line of a key, when there is one."""
        if key in self.keys:
            self.cursor = self.keys.index(key)

    def validate_cursor(self, value: int) -> int:
        """Keep the cursor on a line."""
        return max(0, min(value, len(self.keys) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Repaint the two lines and bring the new one into sight."""
        for row in (before, after):
            self._refresh_row(row)
        self._bring_into_sight(after)
        self.post_message(self.Highlighted(self))

    def watch_hover(self, before: int, after: int) -> None:
        """Repaint the two lines."""
        for row in (before, after):
            self._refresh_row(row)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._bring_into_sight(self.cursor)
        self.refresh()

    def action_move(self, step: int) -> None:
        """One line up or down."""
        self.cursor += step

    def action_page(self, direction: int) -> None:
        """One screen up or down."""
        self.cursor += direction * max(1, self._page - 1)

    def action_first(self) -> None:
        """To the first line."""
        self.cursor = 0
        self.scroll_to(y=0, animate=False, immediate=True)

    def action_last(self) -> None:
        """To the last line."""
        self.cursor = len(self.keys) - 1

    def action_choose(self) -> None:
        """Open what the cursor is on."""
        if self.cursor_key is not None:
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """A click selects a line; a click on the selected one opens it."""
        row = self._row_at(event.y)
        if row is None:
            return
        if row == self.cursor:
            self.action_choose()
        else:
            self.cursor = row

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would select."""
        row = self._row_at(event.y)
        self.hover = -1 if row is None else row

    def on_leave(self) -> None:
        """The mouse is elsewhere."""
        self.hover = -1

    def render_line(self, y: int) -> Strip:
        """One line of the screen: the header, a row, or nothing."""
        width = self.size.width
        if y == 0:
            return self._strip(self.header_parts(width - 1), width, self.get_component_rich_style("line--header"))
        row = y - 1 + self.scroll_offset.y
        if row >= len(self.keys):
            return Strip.blank(width, self.rich_style)
        base = self.rich_style
        if row == self.cursor:
            base = self.get_component_rich_style("line--cursor")
        elif row == self.hover:
            base = self.get_component_rich_style("line--hover")
        return self._strip(self.row_parts(row, width - 1), width, base)

    def _strip(self, parts: list[Part], width: int, base: Style) -> Strip:
        segments = [Segment(" ", base)]
        segments += [Segment(text, base + self._part_style(name) if name else base) for text, name in parts if text]
        return Strip(segments).adjust_cell_length(width, base)

    def _part_style(self, name: str) -> Style:
        style = self.get_component_rich_style(f"line--{name}", partial=True)
        return style.without_color + Style(color=style.color) if style.bgcolor is not None else style

    @property
    def _page(self) -> int:
        return max(1, self.size.height - 1)

    def _row_at(self, y: int) -> int | None:
        row = y - 1 + self.scroll_offset.y
        return row if y > 0 and row < len(self.keys) else None

    def _refresh_row(self, row: int) -> None:
        self.refresh(Region(0, row + 1 - self.scroll_offset.y, self.size.width, 1))

    def _bring_into_sight(self, row: int) -> None:
        top = round(self.scroll_target_y)
        if row < top:
            self.scroll_to(y=row, animate=False, immediate=True)
        elif row >= top + self._page:
            self.scroll_to(y=row - self._page + 1, animate=False, immediate=True)


def cells(text: str, width: int, style: str = "", *, right: bool = False) -> Part:
    """A cell of a column: exactly `width` wide, and one space after it."""
    fitted = fit(text, width)
    if right and fitted.endswith(" "):
        stripped = fitted.rstrip(" ")
        fitted = " " * (len(fitted) - len(stripped)) + stripped
    return (fitted + " ", style)
