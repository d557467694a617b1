"""The writer process: `python -m collectors.writer STORE` moves what the journal holds into the lake.

It also keeps events, processings and edges up to date. It works until SIGTERM, or until its standard input ends (the
collector that started it is gone); then it moves what the journal holds by now, spends a few seconds on bringing these
up to date, and exits 0. After every batch it prints one JSON object: position, spans written in all, ... The exit
status is that of `tracer/errors.py`; what is not in the lake yet stays in the journal for the next writer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from collectors.drain import Drain
from collectors.journal_reader import end_of_journal
from collectors.keeping_up import FINISH_SECONDS
from collectors.locks import FileLock
from collectors.memory import share_one_arena
from tracer.errors import SurroundingsError, TracerError
from tracer.store import Lake
from tracer.store.location import JOURNAL, WRITER_LOCK, is_store
from tracer.store.position import Position

LINGER_SECONDS = 0.5  # from the first span of a batch that is not full until it is written
POLL_SECONDS = 0.1
WAIT_SECONDS = 0.25  # between looks at the lake that another process writes; a look takes 50 ms of CPU
NICENESS = 10
"""Acknowledging goes first: in a burst of a million, 250,000 spans/s against 170,000 at 0 on busy cores. 19 brings a
twentieth more, but beside any busy process such a writer would stand still."""

Report = Callable[[Position, int, int, int], None]


def main() -> int:
    """Run the writer; the exit status."""
    if len(sys.argv) != 2:
        print("usage: python -m collectors.writer STORE", file=sys.stderr)
        return 2
    share_one_arena()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the collector too, which says when to stop
    threading.Thread(target=_watch_parent, args=(stop,), daemon=True).start()
    os.nice(NICENESS)
    try:
        waiting = write(Path(sys.argv[1]), stop, _print_report, upkeep_seconds=FINISH_SECONDS)
    except TracerError as error:
        print(f"writer: {error}", file=sys.stderr)
        return error.exit_status
    except OSError as error:
        print(f"writer: {SurroundingsError('the journal cannot be cut', str(error))}", file=sys.stderr)
        return SurroundingsError.exit_status
    if waiting:
        print(
            f"{waiting:,} spans are stored and not joined yet: the next `tracer collect` or `tracer import` goes on,"
            " `tracer rebuild` begins anew",
            file=sys.stderr,
        )
    return 0


def write(
    store: Path,
    stop: threading.Event,
    report: Report,
    target: Position | None = None,
    upkeep_seconds: float | None = None,
) -> int:
    """Move records until `stop` is set, and then all that were in the journal at that moment (or up to `target`), with
    events, processings and edges brought up to date, for about `upkeep_seconds` at most. How many spans these do not
    reflect then.

    Where another process has the writer's lock, waits for it, or until that process has moved them. Raises TracerError.
    """
    lock = FileLock(store / WRITER_LOCK)
    try:
        while not lock.take():
            if not stop.wait(POLL_SECONDS):
                continue
            target = target or end_of_journal(store / JOURNAL)
            position = Lake.open(store).covered_position() if is_store(store) else None
            if (position or Position(0, 0)) >= target:
                return 0
            time.sleep(WAIT_SECONDS)
        drain = Drain(store)
        try:
            _move(drain, stop, report, target, store / JOURNAL)
            waiting = drain.keeping_up.finish(upkeep_seconds)
        except BaseException:
            drain.close(clean=False)
            raise
        drain.close(clean=True)
        return waiting
    finally:
        lock.close()


def _move(drain: Drain, stop: threading.Event, report: Report, target: Position | None, journal: Path) -> None:
    """One batch is stored while a second thread decodes the next."""
    written = repeated = rejected = 0
    since: float | None = None
    decoding = False
    if drain.position is not None:
        report(drain.position, 0, 0, 0)
    while True:
        full = drain.batches.gather()
        stopping = stop.is_set()
        if stopping:
            target = target or end_of_journal(journal)
        waiting = not drain.batches.empty()
        since = (since or time.monotonic()) if waiting else None
        following = waiting and (full or stopping or time.monotonic() - (since or 0) >= LINGER_SECONDS)
        if following:
            drain.decode(drain.batches.take())
            since = None
        if decoding:
            moved = drain.store()
            written, repeated, rejected = written + moved.written, repeated + moved.repeated, rejected + moved.rejected
            report(moved.position, written, repeated, rejected)
            drain.maintain()
            if stopping and target is not None and moved.position >= target:
                return
            drain.keeping_up.turn(backlog=full or following)
        elif not following:
            if stopping and not waiting:
                return
            if not drain.keeping_up.turn(backlog=False) and (waiting or not drain.maintain()):
                stop.wait(POLL_SECONDS)
        decoding = following


def _print_report(position: Position, written: int, repeated: int, rejected: int) -> None:
    report = {"position": position, "written": written, "repeated": repeated, "rejected": rejected}
    with suppress(BrokenPipeError):  # the collector is gone; its end of our input tells us to finish
        print(json.dumps(report), flush=True)


def _watch_parent(stop: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
