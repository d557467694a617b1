"""The durable journal: requests are acknowledged after they are appended here and synced.

Many threads and several processes append; one `fdatasync` covers all that wait (group commit). Records that are
complete are never taken back and never moved: a position means one thing for good. A torn tail (a process died, the
disk was full) is cut by the next who appends, and each process that opens the journal begins a segment of its own, so
that bytes which a crash of the machine took away are not written again under the same position.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from pathlib import Path

from collectors.segments import MAX_PAYLOAD, Kind, header
from collectors.tail import Append, Tail
from tracer.errors import SurroundingsError, UsageError
from tracer.store.position import Position

SEGMENT_BYTES = 64 << 20
GROUP_RECORDS = 256  # two buffers each: under the kernel's limit of 1,024 for one writev
GROUP_BYTES = 64 << 20


class Journal:
    """Appends to the journal in `directory` (made when missing). Thread-safe; a context manager.

    Raises SurroundingsError when the directory cannot be made or written.
    """

    def __init__(self, directory: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._tail = Tail(directory, segment_bytes)
        self._waiting: list[Append] = []
        self._changed = threading.Condition()
        self._closing = False
        self._committer = threading.Thread(target=self._commit_groups, name="journal", daemon=True)
        self._committer.start()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, payload: bytes, kind: Kind, spans: int, arrival_ns: int | None = None) -> Future[Position]:
        """Queue one request of `spans` spans; the future is done when it is durable, with the position behind it.

        The future raises SurroundingsError when the disk did not take it; then nothing was acknowledged and the next
        append tries again. Raises UsageError for a payload over 256 MiB, SurroundingsError when the journal was closed.
        """
        if len(payload) > MAX_PAYLOAD:
            raise UsageError(f"a request of {len(payload)} bytes is too large for the journal", "send smaller batches")
        head = header(payload, kind, time.time_ns() if arrival_ns is None else arrival_ns, spans)
        append = Append(head, payload)
        with self._changed:
            if self._closing:
                raise SurroundingsError("the collector stops", "send again in a moment")
            self._waiting.append(append)
            self._changed.notify()
        return append.done

    def append(self, payload: bytes, kind: Kind, spans: int, arrival_ns: int | None = None) -> Position:
        """`submit`, and wait until it is durable."""
        return self.submit(payload, kind, spans, arrival_ns).result()

    def close(self) -> None:
        """Commit what waits, then let go of the files. Idempotent."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._committer.join()
        self._tail.close()

    def _commit_groups(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                group, self._waiting = _first_group(self._waiting)
            if not group:
                return
            self._tail.commit(group)


def _first_group(waiting: list[Append]) -> tuple[list[Append], list[Append]]:
    size = 0
    for index, append in enumerate(waiting):
        size += append.size
        if index and (index == GROUP_RECORDS or size > GROUP_BYTES):
            return waiting[:index], waiting[index:]
    return waiting, []
