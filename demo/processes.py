"""Child processes that never outlive us: each in a session of its own, with a log file, ended whatever happens.

A small guardian process holds the reading end of a pipe whose other end is ours. When we die without a word (`kill -9`)
the pipe closes and the guardian kills what is left. Each process tells it of itself before it becomes the command, so
that none is missed when we die just then.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tracer.errors import SurroundingsError

GUARDIAN = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
"""


TOLD_FIRST = 'echo "+$$" >&0; exec "$@" </dev/null'
"""A shell's words, its input being the guardian's pipe; the pipe is gone with the exec."""


class Child:
    """One process that we started: its name for people, its log file, and its end."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path, finite: bool) -> None:
        self.name = name
        self.process = process
        self.log = log
        self.finite = finite

    @property
    def pid(self) -> int:
        """The process id, which is also its process group's."""
        return self.process.pid

    def ended(self) -> int | None:
        """The exit status, or None while it runs. Killed by a signal: its number, negative."""
        return self.process.poll()

    def last_line(self) -> str:
        """The last line of its log that says something, empty when there is none."""
        lines = self.log.read_text(errors="replace").split("\n")
        return next((line.strip()[:200] for line in reversed(lines) if line.strip()), "")


class Children:
    """The processes of one run. A context manager: leaving it ends what still runs."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self._running: list[Child] = []
        self._guardian: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        *,
        finite: bool = False,
    ) -> Child:
        """Start `command` with its output in `NAME.log`, in `environment` or in ours. A finite one may end with 0."""
        if shutil.which(command[0]) is None:
            raise SurroundingsError(f"{name} cannot be started: there is no such program", command[0])
        guardian = self._guard()
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{name}.log"
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    ["/bin/sh", "-c", TOLD_FIRST, "sh", *command],
                    stdin=guardian.stdin,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=environment,
                    start_new_session=True,
                )
        except OSError as error:
            raise SurroundingsError(f"{name} cannot be started: {error.strerror}", command[0]) from error
        child = Child(name, process, log, finite)
        self._running.append(child)
        return child

    def check(self) -> None:
        """Raise SurroundingsError when a process has ended that was not asked to."""
        for child in self._running:
            status = child.ended()
            if status is not None and not (child.finite and status == 0):
                raise died(child)

    def stop(self, children: Sequence[Child], patience: float) -> list[int]:
        """Ask processes to end (SIGTERM), wait `patience` seconds for all of them, then kill what is left.

        Returns their exit statuses.
        """
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                child.process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            self._kill(child)
        return [child.process.wait() for child in children]

    def close(self) -> None:
        """End every process and the guardian. Safe to call twice."""
        self.stop(self._running.copy(), patience=3)
        if self._guardian is not None:
            assert self._guardian.stdin is not None
            self._guardian.stdin.close()
            self._guardian.wait()
            self._guardian = None

    def _kill(self, child: Child) -> None:
        # The group, not the process: what a child has started must not stay behind.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.process.wait()
        self._forget(child)

    def _forget(self, child: Child) -> None:
        if child in self._running:
            self._running.remove(child)
            guardian = self._guard()
            assert guardian.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                guardian.stdin.write(f"-{child.pid}\n".encode())
                guardian.stdin.flush()

    def _guard(self) -> subprocess.Popen[bytes]:
        if self._guardian is None:
            self._guardian = subprocess.Popen(
                [sys.executable, "-S", "-E", "-c", GUARDIAN], stdin=subprocess.PIPE, start_new_session=True
            )
        return self._guardian


def died(child: Child) -> SurroundingsError:
    """The error for a process that ended too early: how, its last words, and where its log is."""
    status = child.ended() or 0
    if status < 0:
        how = f"was killed by {signal.Signals(-status).name} before the work was done"
    else:
        how = f"ended ({status}) before the work was done"
        said = child.last_line()
        how += f" [{said}]" if said else ""
    return SurroundingsError(f"{child.name} {how}", f"see {child.log}")


def wait_until(
    what: str, condition: Callable[[], bool], patience: float, watch: Callable[[], None] | None = None
) -> None:
    """Wait until `condition()` holds, calling `watch()` (which may raise) in between.

    SurroundingsError that names `what` after `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while not condition():
        if watch is not None:
            watch()
        if time.monotonic() > deadline:
            raise SurroundingsError(f"{what} took longer than {patience:.0f} s")
        time.sleep(0.05)
