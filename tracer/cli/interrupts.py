"""Ctrl-C that is not lost: the exception that Python raises for it may be swallowed on its way through a library."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType


def remember_interrupts() -> Callable[[], None]:
    """What long work calls now and then: raises KeyboardInterrupt if Ctrl-C has been pressed since.

    Ctrl-C raises it at once as well. Where SIGINT is ignored or handled by somebody else, that stays so.
    """
    pressed = False

    def handle(_signal: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    def look() -> None:
        if pressed:
            raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, handle)
    return look
