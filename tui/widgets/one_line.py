"""The lines that every screen has: a title above, and a line of trouble that is there only when there is some."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.widgets import Static

from tui.notation import fit, plain


class TwoSided(Static):
    """One line with a text at its left and one at its right; the right one is cut at its start."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._sides: tuple[Content, str] = (Content(""), "")

    @property
    def text(self) -> str:
        """Both sides, without colours."""
        return f"{self._sides[0].plain}  {self._sides[1]}"

    def show(self, left: Content, right: str) -> None:
        """Other texts."""
        self._sides = (left, right)
        self._lay_out()

    def on_resize(self) -> None:
        """Fill the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        left, right = self._sides
        width = self.content_size.width
        room = width - left.cell_length - 2
        shown = fit(right, room, end=False) if cell_len(right) > room else right
        gap = " " * max(2, width - left.cell_length - cell_len(shown))
        self.update(Content.assemble(left, gap if shown else "", (shown, "$dim")).truncate(max(1, width)), layout=False)


class Trouble(Static):
    """What is wrong, in one line; nothing is wrong when it is not there."""

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.display = False

    @property
    def text(self) -> str:
        """The line, empty when nothing is wrong."""
        return self.content.plain if self.display and isinstance(self.content, Content) else ""

    def show(self, line: str | None) -> None:
        """Say what is wrong, or that nothing is any more."""
        self.display = line is not None
        self.update(Content(f"✗ {plain(line)}" if line is not None else ""))
