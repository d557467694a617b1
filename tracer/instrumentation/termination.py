"""SIGTERM without a handler of the application's: the last spans are sent, then the process dies of it."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from types import FrameType
from typing import Protocol

SECONDS = 3.0
"""The longest that the end of the process is put off."""


class Flushes(Protocol):
    """What holds spans: `flush` ends and sends them, and may take long."""

    def flush(self) -> None: ...


def keep_last_spans(holder: Flushes) -> None:
    """Flushes `holder` on SIGTERM, where the signal would else end the process at once. Needs the main thread."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return

    def terminate(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        # In a thread of its own: this one may hold a lock that ending a span needs.
        flush = threading.Thread(target=holder.flush, daemon=True)
        with contextlib.suppress(RuntimeError):  # no threads any more: the interpreter is ending by itself
            flush.start()
            flush.join(SECONDS)
        os.kill(os.getpid(), number)

    signal.signal(signal.SIGTERM, terminate)
