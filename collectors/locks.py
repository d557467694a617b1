"""The lock files of a store: who moves records into its lake, and who may still take spans in.

A lock is a `flock`, so death gives it back. `tracer store reset` removes the files while it holds them: whoever gets
the lock of a file that is gone takes the one that is there now.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from tracer.errors import SurroundingsError

IN_USE_LOCK = "in-use.lock"
"""Held shared by each process that acknowledges spans, until they are in the lake; exclusively by who removes them."""


class FileLock:
    """A lock of one process, by the file `path`; made with its directory when missing, not held at first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._open()

    def take(self, *, shared: bool = False) -> bool:
        """Whether this process has the lock now; does not wait. Raises SurroundingsError when it cannot be written."""
        while True:
            try:
                fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(self._file), self._path.stat()):
                    return True
            self.close()
            self._file = self._open()

    def close(self) -> None:
        """Give the lock back."""
        os.close(self._file)

    def _open(self) -> int:
        attempts = 3  # its directory may be removed in between
        while True:
            attempts -= 1
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                return os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            except OSError as error:
                if attempts and isinstance(error, FileNotFoundError):
                    continue
                raise SurroundingsError(
                    f"{self._path} cannot be written ({error.strerror})", "choose another --store"
                ) from error


def use(store: Path) -> FileLock:
    """Keep `store` from being reset until the lock is closed. Raises SurroundingsError while it is being reset."""
    lock = FileLock(store / IN_USE_LOCK)
    if not lock.take(shared=True):
        lock.close()
        raise SurroundingsError(f"the store {store} is being reset", "try again when that is done")
    return lock
