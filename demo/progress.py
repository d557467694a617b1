"""What a run is doing, on standard error: one line that changes on a terminal, a few lines elsewhere."""

from __future__ import annotations

import shutil
import sys
import time

EVERY_S = 5.0


class Progress:
    """Shows stages and, inside a stage, how far it is. Nothing of it goes to standard output."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown_at = 0.0

    def stage(self, text: str) -> None:
        """Begin a stage. Always shown."""
        self._show(text)

    def update(self, text: str) -> None:
        """How far the stage is. Shown at once on a terminal, now and then elsewhere."""
        if self._live or time.monotonic() - self._shown_at >= EVERY_S:
            self._show(text)

    def clear(self) -> None:
        """Take the line away before something else is written."""
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _show(self, text: str) -> None:
        self._shown_at = time.monotonic()
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{text[:width]}", end="", file=sys.stderr, flush=True)
        else:
            print(text, file=sys.stderr, flush=True)
