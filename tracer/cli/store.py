"""`tracer store`: where the store is and what it holds; `tracer store reset` empties it."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.cli import options, output
from tracer.errors import SurroundingsError, UsageError

if TYPE_CHECKING:
    from tracer.store import StoreStatistics

_OURS = ("data/**/*.parquet", "rejected/*", "catalog.sqlite*", "journal/*", "writer.lock")
"""What a store holds, in the order in which it is removed: as long as anything stands, `reset` can be run again. The
lock that keeps collectors away goes last."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer store`."""
    parser.add_argument("action", nargs="?", choices=("reset",), help="reset: remove everything that is in it")
    parser.add_argument("--yes", action="store_true", help="reset without the question")
    options.add_store(parser)
    options.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the store's figures, or empties it. Exit status 1 when the person says no."""
    from tracer.store.location import resolve

    path = resolve(arguments.store)
    if arguments.action == "reset":
        return _reset(path, ask=not arguments.yes)

    from tracer.store import Lake

    statistics = Lake.open(path).statistics()
    if arguments.format == "json":
        output.print_text(output.to_json(_json(statistics)) + "\n")
    else:
        output.print_text(_text(statistics))
    return 0


def _json(statistics: StoreStatistics) -> dict[str, object]:
    from tracer.render.words import rfc3339

    times = (statistics.oldest_start_ns, statistics.newest_start_ns, statistics.newest_arrival_ns)
    oldest, newest, arrival = (None if time is None else rfc3339(time) for time in times)
    return {
        "path": str(statistics.path),
        "bytes": statistics.bytes_on_disk,
        "spans": statistics.spans,
        "traces": statistics.traces,
        "oldestStart": oldest,
        "newestStart": newest,
        "newestArrival": arrival,
    }


def _text(statistics: StoreStatistics) -> str:
    from tracer.render.words import moment, size

    lines = [
        ("store", str(statistics.path)),
        ("size", size(statistics.bytes_on_disk)),
        ("spans", f"{statistics.spans:,} in about {statistics.traces:,} traces"),
        ("oldest", f"{moment(statistics.oldest_start_ns)} UTC"),
        ("newest", f"{moment(statistics.newest_start_ns)} UTC, arrived {moment(statistics.newest_arrival_ns)}"),
    ]
    if not statistics.spans:
        lines = [*lines[:2], ("spans", "none yet")]
    return "".join(f"{name:<8}{value}\n" for name, value in lines)


def _reset(path: Path, ask: bool) -> int:
    from tracer.store.location import JOURNAL, is_store

    if not is_store(path) and not (path / JOURNAL).is_dir():
        raise UsageError(f"there is no store at {path}", "choose one with --store; nothing was removed")
    with _held(path):
        if ask and not _agreed(path):
            output.note("nothing was removed")
            return 1
        _remove(path)
    output.note(f"the store {path} is empty")
    return 0


@contextlib.contextmanager
def _held(store: Path) -> Iterator[None]:
    """Holds the store's locks, so that no collector begins meanwhile. SurroundingsError when one is at work."""
    from collectors.locks import IN_USE_LOCK, FileLock
    from tracer.store.location import WRITER_LOCK

    with contextlib.ExitStack() as locks:
        for name in (IN_USE_LOCK, WRITER_LOCK):
            lock = locks.enter_context(contextlib.closing(FileLock(store / name)))
            if not lock.take():
                raise SurroundingsError(
                    f"a collector or an import is at work on {store}", "stop it first; nothing was removed"
                )
        yield


def _agreed(path: Path) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("nobody to ask whether to remove the store", "say --yes")
    print(f"Remove every span in {path}? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _remove(path: Path) -> None:
    """Removes our own files, and the directories that they leave empty; anything else stays."""
    from collectors.locks import IN_USE_LOCK

    try:
        for pattern in _OURS:
            for file in path.glob(pattern):
                if file.is_file():
                    file.unlink()
        for name in ("data", "rejected", "journal"):
            for directory, _, _ in os.walk(path / name, topdown=False):
                _remove_if_empty(Path(directory))
        (path / IN_USE_LOCK).unlink()
        _remove_if_empty(path)
    except OSError as error:
        raise SurroundingsError(f"cannot remove {error.filename}", error.strerror) from error


def _remove_if_empty(directory: Path) -> None:
    with contextlib.suppress(OSError):  # not empty: something that is not ours is in it
        directory.rmdir()
