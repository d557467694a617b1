"""`tracer collect`: receive spans over OTLP and keep them in the store."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from tracer.cli.options import add_store, positive
from tracer.store.location import resolve

if TYPE_CHECKING:
    from collectors.collector import Progress

WATCH_SECONDS = 0.2
LOG_SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `tracer collect`."""
    add_store(parser)
    form = "HOST:PORT; port 0 takes a free one"
    parser.add_argument("--grpc", default="127.0.0.1:4317", metavar="ADDRESS", help=f"OTLP/gRPC: {form} (%(default)s)")
    parser.add_argument("--http", default="127.0.0.1:4318", metavar="ADDRESS", help=f"OTLP/HTTP: {form} (%(default)s)")
    parser.add_argument(
        "--max-backlog",
        type=positive,
        default=2048,
        metavar="MIB",
        help="journal that may wait for the lake before senders are told to come back later, in MiB (%(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; 0 when everything that was received is in the lake."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    from collectors.addresses import parse_address
    from collectors.collector import Collector

    store = resolve(arguments.store)
    grpc, http = parse_address(arguments.grpc), parse_address(arguments.http)
    collector = Collector(store, grpc, http, arguments.max_backlog << 20)
    print(f"listening grpc={collector.grpc} http={collector.http} store={store}", file=sys.stderr, flush=True)
    live = sys.stderr.isatty()
    tell = _LiveLine() if live else _Log()
    while not stop.wait(WATCH_SECONDS) and not collector.failed:
        tell(collector.watch())
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)  # a second one ends at once; the journal keeps what is left
    collector.stop_receiving()
    while (status := collector.wait(WATCH_SECONDS)) is None:
        tell(collector.watch())
    tell(collector.watch(), last=True)
    return status


class _LiveLine:
    """One line on a terminal that is painted over."""

    def __call__(self, progress: Progress, last: bool = False) -> None:
        print(f"\r\x1b[K{_text(progress)}", end="\n" if last else "", file=sys.stderr, flush=True)


class _Log:
    """A line every ten seconds where something changed."""

    def __init__(self) -> None:
        self._told: Progress | None = None
        self._at = time.monotonic()

    def __call__(self, progress: Progress, last: bool = False) -> None:
        now = time.monotonic()
        self._told = self._told or progress
        if progress != self._told and (last or now - self._at >= LOG_SECONDS):
            self._told, self._at = progress, now
            print(_text(progress), file=sys.stderr, flush=True)


def _text(progress: Progress) -> str:
    parts = [f"received {progress.received:,}", f"written {progress.written:,}", f"waiting {progress.waiting:,} spans"]
    if progress.waiting_bytes:
        parts.append(f"{progress.waiting_bytes / 1e6:,.1f} MB in the journal")
    if progress.rejected:
        parts.append(f"rejected {progress.rejected:,}")
    return ", ".join(parts)
