"""What the screens have in common that follow the store: they ask again when it has changed, and rest in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.widgets.one_line import Trouble

if TYPE_CHECKING:
    from tui.app import Explorer

REST = 4
"""After an answer the store is left alone so many times as long as the answer took, if nobody asks."""


class FollowingScreen(Screen[None]):
    """Asks in a worker thread (`fetch`) and is told the answer by a message, which calls `answered` first."""

    app: Explorer

    def __init__(self) -> None:
        super().__init__()
        self._version: int | None = None
        self._is_asking = False
        self._rest_until = 0.0

    def follow_store(self) -> None:
        """Ask at once, and again whenever the store has changed. To be called when the screen is mounted."""
        self.app.store_changed.subscribe(self, self._on_store_changed)
        self.app.store_failed.subscribe(self, self._on_store_failed)
        self.ask()

    def ask(self) -> None:
        """Ask now, whatever is being asked."""
        self._is_asking = True
        self.fetch()

    def fetch(self) -> object:
        """Start the worker that asks."""
        raise NotImplementedError

    def answered(self, trouble: str | None, version: int, seconds: float) -> None:
        """The answer is there: `trouble` is the line that says what went wrong, None when nothing did."""
        self._is_asking = False
        self._rest_until = time.monotonic() + REST * seconds
        self.query_one(Trouble).show(trouble)
        if trouble is None:
            self._version = version

    def _on_store_failed(self, line: str | None) -> None:
        """Say it. A store that comes back may be another one under the same number: read it whatever its version."""
        self._version = None
        self.query_one(Trouble).show(line)

    def _on_store_changed(self, version: int) -> None:
        if version != self._version and not self._is_asking and time.monotonic() >= self._rest_until:
            self.ask()
