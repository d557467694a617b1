"""What the checks say of a flow, above its lines; not there where they say nothing."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tracer.flows.model import Problem
from tracer.render.problems import problems_text


class Problems(Static):
    """The lines of `tracer show`, as wide as the screen; they scroll where they are many."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._problems: tuple[Problem, ...] = ()
        self._looked = True

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.display = False

    @property
    def text(self) -> str:
        """What is shown; empty where there is no problem."""
        return self.content.plain if self.display and isinstance(self.content, Content) else ""

    def show(self, problems: Sequence[Problem] | None) -> None:
        """Other problems, or none; None: they were not looked for."""
        self._problems = tuple(problems or ())
        self._looked = problems is not None
        self.display = bool(problems) or not self._looked
        self._lay_out()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        if not self._looked:
            self.update(
                Content.styled(" problems are not looked for in a store this large: `tracer check` does", "$dim")
            )
            return
        lines = problems_text(self._problems, (), max(1, self.app.size.width - 2), colour=False).splitlines()[:-1]
        self.update(Content.styled("\n".join(f" {line}" for line in lines), "$error"))
