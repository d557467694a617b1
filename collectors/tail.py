"""The journal's end: where the next group of records goes, and what becomes of a write that fails half way.

Processes take turns under a `flock`. Complete records are kept even when their group failed, for a reader may have seen
them; only the torn rest is cut. After a failed sync nobody knows what the disk holds, so that segment is left for good.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path

from collectors.segments import HEADER_BYTES, complete_end, segment_numbers, segment_path
from tracer.errors import SurroundingsError, TracerError
from tracer.store.position import Position

LOCK = "lock"


class Append:
    """One record on its way to the disk; `done` gets the position behind it, or the error."""

    __slots__ = ("done", "head", "payload", "size")

    def __init__(self, head: bytes, payload: bytes) -> None:
        self.head = head
        self.payload = payload
        self.size = HEADER_BYTES + len(payload)
        self.done: Future[Position] = Future()


class Tail:
    """The end of the journal in `directory`, as this process knows it. Used by one thread.

    Raises SurroundingsError when the directory cannot be made or written.
    """

    def __init__(self, directory: Path, segment_bytes: int) -> None:
        self._directory = directory
        self._segment_bytes = segment_bytes
        self._file: int | None = None
        self._number = 0
        self._end = 0
        self._lock = open_lock(directory)

    def close(self) -> None:
        """Let go of the files."""
        self._leave()
        os.close(self._lock)

    def commit(self, group: Sequence[Append]) -> None:
        """Write and sync `group`; each future gets its position or, where the disk did not take it, the error."""
        try:
            with locked(self._lock):
                file = self._settle()
                start = self._end
                kept, failure = self._write(file, group)
        except OSError as error:
            self._leave()
            _refuse(
                group, SurroundingsError(f"the journal cannot be written ({error.strerror})", _advice(self._directory))
            )
        except TracerError as error:
            self._leave()
            _refuse(group, SurroundingsError(error.message, error.hint))
        else:
            _acknowledge(group[:kept], self._number, start)
            if failure is not None:
                reason = f"the journal cannot be written ({failure.strerror})"
                _refuse(group[kept:], SurroundingsError(reason, _advice(self._directory)))

    def _write(self, file: int, group: Sequence[Append]) -> tuple[int, OSError | None]:
        """How many records of `group` are durable, and why not all. Raises OSError when the sync fails."""
        os.lseek(file, self._end, os.SEEK_SET)
        buffers = [part for append in group for part in (append.head, append.payload)]
        written, failure = _write_all(file, buffers)
        kept = len(group)
        if failure is not None:
            ends = _ends(group)
            kept = sum(end <= written for end in ends)
            written = ends[kept - 1] if kept else 0
            os.ftruncate(file, self._end + written)
        sync(file)
        self._end += written
        return kept, failure

    def _settle(self) -> int:
        """The open segment that the next record goes to, cut clean, `_end` at its end."""
        numbers = segment_numbers(self._directory)
        newest = numbers[-1] if numbers else 0
        if self._file is None:
            if newest:
                self._open(newest)
            return self._begin(newest + 1)
        if newest > self._number:
            self._open(newest)
        elif newest < self._number or os.fstat(self._file).st_size < self._end:
            return self._begin(self._number + 1)  # somebody took files away: leave what is left
        elif os.fstat(self._file).st_size > self._end:  # another process appended, or died while it did
            self._cut(self._file, self._end)
        return self._begin(self._number + 1) if self._end >= self._segment_bytes else self._file

    def _open(self, number: int) -> None:
        self._leave()
        self._file = os.open(segment_path(self._directory, number), os.O_RDWR | os.O_CLOEXEC)
        self._number = number
        self._cut(self._file, 0)

    def _cut(self, file: int, known: int) -> None:
        self._end = complete_end(file, known)
        if os.fstat(file).st_size > self._end:
            os.ftruncate(file, self._end)

    def _begin(self, number: int) -> int:
        self._leave()
        self._file = begin_segment(self._directory, number)
        self._number, self._end = number, 0
        return self._file

    def _leave(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # nothing is lost: what was acknowledged was synced
                os.close(self._file)
            self._file = None


def open_lock(directory: Path) -> int:
    """The file descriptor whose `flock` orders all who change the journal; makes the directory when missing."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return os.open(directory / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise SurroundingsError(
            f"{directory} cannot be written ({error.strerror})", "choose another --store"
        ) from error


@contextmanager
def locked(lock: int) -> Iterator[None]:
    """Hold the journal's lock. A process that dies lets go of it."""
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def begin_segment(directory: Path, number: int) -> int:
    """Make an empty segment that outlives a crash of the machine; its file descriptor. Raises OSError."""
    file = os.open(segment_path(directory, number), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        sync_directory(directory)
    except OSError:
        os.close(file)
        raise
    return file


def sync(file: int) -> None:
    """Bring a file's bytes to the disk, also where `fsync` alone does not (macOS)."""
    if hasattr(fcntl, "F_FULLFSYNC"):
        fcntl.fcntl(file, fcntl.F_FULLFSYNC)
    else:
        os.fdatasync(file)


def sync_directory(directory: Path) -> None:
    """Bring the names in a directory to the disk."""
    file = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _write_all(file: int, buffers: list[bytes]) -> tuple[int, OSError | None]:
    """Bytes written of `buffers`, and why not all."""
    rest: list[bytes | memoryview] = list(buffers)
    total = 0
    while rest:
        try:
            written = os.writev(file, rest)
        except OSError as error:
            return total, error
        total += written
        while rest and written >= len(rest[0]):
            written -= len(rest.pop(0))
        if written:
            rest[0] = memoryview(rest[0])[written:]
    return total, None


def _ends(group: Sequence[Append]) -> list[int]:
    ends, end = [], 0
    for append in group:
        end += append.size
        ends.append(end)
    return ends


def _acknowledge(group: Sequence[Append], number: int, start: int) -> None:
    for append, end in zip(group, _ends(group), strict=True):
        append.done.set_result(Position(number, start + end))


def _refuse(group: Sequence[Append], error: TracerError) -> None:
    for append in group:
        append.done.set_exception(error)


def _advice(directory: Path) -> str:
    return f"make room on the disk of {directory}; senders try again"
