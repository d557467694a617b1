"""What the checks say of a flow, above its lines; not there where they say nothing."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tracer.flows.model import FlowProblems
from tracer.render.problems import looked_text, problems_text


class Problems(Static):
    """The lines of `tracer show`, as wide as the screen; they scroll where they are many."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._found = FlowProblems()
        self.waiting = False

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.display = False

    @property
    def text(self) -> str:
        """What was found; empty where nothing is wrong or undecided, and all of the store was looked at."""
        found = self.display and not self.waiting
        return self.content.plain if found and isinstance(self.content, Content) else ""

    def wait(self) -> None:
        """Say that they are looked for, unless those of a moment ago are there."""
        if not self.display:
            self.display = self.waiting = True
            self.update(Content.styled(" looking for problems …", "$dim"))

    def keep(self) -> None:
        """They could not be looked for: what was known stays."""
        self.show(self._found)

    def show(self, found: FlowProblems) -> None:
        """Other problems, or none."""
        self._found, self.waiting = found, False
        self.display = bool(found.problems or found.unknown or looked_text(found))
        self._lay_out()

    def on_resize(self) -> None:
        """Break the lines anew."""
        if not self.waiting:
            self._lay_out()

    def _lay_out(self) -> None:
        lines: list[Content] = []
        width = max(1, self.app.size.width - 2)
        for problems, unknown, style in ((self._found.problems, (), "$error"), ((), self._found.unknown, "$warning")):
            text = problems_text(problems, unknown, width, colour=False)
            lines += [Content.styled(f" {line}", style) for line in text.splitlines()[:-1]]
        if looked := looked_text(self._found):
            lines.append(Content.styled(f" {looked}", "$dim"))
        self.update(Content("\n").join(lines))
