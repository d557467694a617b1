"""The line in which the filter is typed; the right arrow takes what it offers."""

from __future__ import annotations

from textual.suggester import Suggester
from textual.widgets import Input

from tui.filter_text import completed

PLACEHOLDER = "filter: words, topic:x group:y outcome:error key:k"


class FilterLine(Input):
    """An input that completes names, topics and outcomes. `topics` are those that have been seen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        self.topics: set[str] = set()
        super().__init__(placeholder=PLACEHOLDER, id=id, compact=True, suggester=_Completions(self))
        self.cursor_blink = False


class _Completions(Suggester):
    def __init__(self, line: FilterLine) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._line = line

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line as it would be."""
        return completed(value, self._line.topics)
