"""Why a list is empty, and what to type."""

from __future__ import annotations

import shlex

from textual.content import Content
from textual.widgets import Static

from tui.notation import plain


class EmptyView(Static):
    """Takes the place of a list that has no lines."""

    def on_mount(self) -> None:
        """Nothing is known yet."""
        self.update(Content.styled("reading the store …", "$dim"))

    @property
    def text(self) -> str:
        """What it says, without colours; empty when it is not shown."""
        return self.content.plain if self.display and isinstance(self.content, Content) else ""

    def explain(self, has_lines: bool, filter_line: str, store_option: str | None) -> None:
        """Say why there is nothing: the filter, or a store in which no span tells of an event."""
        self.display = not has_lines
        if not has_lines:
            self.update(_no_match(filter_line) if filter_line else _no_events(store_option))


def _no_match(filter_line: str) -> Content:
    return Content.assemble(
        "No event matches ", (plain(filter_line), "bold $accent"), "\n\n",
        ("Esc", "bold $primary"), " clears the filter.  Words match id, topic, key, service, group, error;\n",
        ("topic:x  group:y  outcome:error  key:k", "$primary"), " narrow.",
    )  # fmt: skip


def _no_events(store: str | None) -> Content:
    option = f" --store {shlex.quote(store)}" if store is not None else ""
    return Content.assemble(
        ("No events yet", "bold"), "\n\n",
        "No span in this store tells of a message. They appear here as soon as one does.\n\n",
        ("receive spans        ", "$dim"), (f"tracer collect{option}", "$primary"), "\n",
        ("run a service        ", "$dim"), ("tracer run -- python service.py", "$primary"), "\n",
        ("spans from files     ", "$dim"), (f"tracer import FILE{option}", "$primary"), "\n",
        ("see how it looks     ", "$dim"), ("tracer demo registration", "$primary"), "\n",
    )  # fmt: skip
