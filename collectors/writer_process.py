"""The collector's side of the writer process: start it, hear what it wrote, start it again when it dies, stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tracer.errors import UsageError
from tracer.store.position import Position

RESTART_SECONDS = (0.1, 0.5, 1, 2, 5, 10)  # waits before the next start while it keeps failing


@dataclass(frozen=True, slots=True)
class Written:
    """What the writers that were started so far have done: spans written, repeated (left out) and rejected."""

    position: Position | None = None
    spans: int = 0
    repeated: int = 0
    rejected: int = 0


class WriterProcess:
    """Keeps a writer for `store` running until `finish`. `on_written` is called from a thread of its own."""

    def __init__(self, store: Path, on_written: Callable[[Position], None]) -> None:
        self._store = store
        self._on_written = on_written
        self._stopping = threading.Event()
        self._process = self._start()
        self._status: int | None = None
        self.written = Written()
        self._thread = threading.Thread(target=self._keep_running, name="writer", daemon=True)
        self._thread.start()

    @property
    def failed(self) -> bool:
        """Whether the writer ended with a status that no new start can mend; `wait` tells it."""
        return not self._thread.is_alive() and not self._stopping.is_set()

    def finish(self) -> None:
        """Let the writer move what the journal holds by now, and end."""
        self._stopping.set()
        _end_input(self._process)

    def wait(self, seconds: float) -> int | None:
        """The writer's exit status when it has ended within `seconds` (0: all is in the lake), else None."""
        self._thread.join(seconds)
        return None if self._thread.is_alive() else self._status

    def _start(self) -> subprocess.Popen[str]:
        # A terminal's Ctrl-C reaches the writer too, which must not die of it while it still starts: it inherits the
        # block, and then ignores the signal.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "collectors.writer", str(self._store)],
                env=os.environ | {"PYTHONPATH": _with_this_code(os.environ.get("PYTHONPATH"))},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _keep_running(self) -> None:
        failures = 0
        while True:
            if self._listen():
                failures = 0
            self._status = self._process.wait()
            if self._stopping.is_set() and self._status >= 0:
                return
            if self._status == UsageError.exit_status:
                return
            how = f"status {self._status}" if self._status >= 0 else f"signal {-self._status}"
            wait = RESTART_SECONDS[min(failures, len(RESTART_SECONDS) - 1)]
            print(
                f"the writer ended with {how}; started again in {wait:g} s, spans wait in the journal", file=sys.stderr
            )
            failures += 1
            self._stopping.wait(wait)
            self._process = self._start()
            if self._stopping.is_set():
                _end_input(self._process)

    def _listen(self) -> bool:
        """Take in the reports of one writer until it ends; whether it wrote anything."""
        before = self.written
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not line.endswith("\n"):
                break  # killed while it wrote
            report = json.loads(line)
            position = Position(*report["position"])
            self.written = Written(
                position,
                before.spans + report["written"],
                before.repeated + report["repeated"],
                before.rejected + report["rejected"],
            )
            self._on_written(position)
        return self.written != before


def _with_this_code(python_path: str | None) -> str:
    """The module path for a child that runs the code this process runs, whatever its working directory holds."""
    here = str(Path(__file__).resolve().parent.parent)
    return os.pathsep.join([here, python_path] if python_path else [here])


def _end_input(process: subprocess.Popen[str]) -> None:
    """Tell a writer to finish: unlike a signal this cannot come before it listens."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
