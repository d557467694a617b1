"""`tracer rebuild`: events, processings and edges anew, from the spans."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType

from tracer.cli.options import add_store
from tracer.store.location import resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `tracer rebuild`."""
    add_store(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every span of the store is taken into account."""
    from collectors.rebuilding import rebuild

    store = resolve(arguments.store)
    tell = _tell if sys.stderr.isatty() else _be_silent
    interrupted = _remember_interrupts()

    def progress(done: int, spans: int) -> None:
        if interrupted():
            raise KeyboardInterrupt
        tell(done, spans)

    spans = rebuild(store, progress)
    print(f"{spans:,} spans joined anew in {store}", file=sys.stderr)
    return 0


def _remember_interrupts() -> Callable[[], bool]:
    """Whether Ctrl-C has been pressed since: the exception itself may be lost on its way through a C library."""
    pressed = False

    def handle(_signal: int, _frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, handle)
    return lambda: pressed


def _tell(done: int, spans: int) -> None:
    share = 100 * done // spans if spans else 100
    print(f"\r\x1b[K{done:,} of {spans:,} spans joined, {share} %\r", end="", file=sys.stderr, flush=True)


def _be_silent(_done: int, _spans: int) -> None:
    return None
