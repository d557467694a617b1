"""A collector as a process group of its own, as a person would start it."""

from __future__ import annotations

import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
_LISTENING = re.compile(r"listening grpc=(\S+) http=(\S+) store=(.+)\n")


def environment() -> dict[str, str]:
    """The environment in which `python -m tracer.cli` runs this checkout."""
    return os.environ | {"PYTHONPATH": str(ROOT)}


def tracer(*words: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    line = [sys.executable, "-m", "tracer.cli", *map(str, words)]
    return subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=timeout, check=False)


class CollectorProcess:
    """`tracer collect` on free ports; a context manager that leaves no process behind."""

    def __init__(self, store: Path, *options: str) -> None:
        words = ["collect", "--store", str(store), "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", *options]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tracer.cli", *words],
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._listening: queue.Queue[re.Match[str] | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        found = self._listening.get(timeout=30)
        assert found, self.stderr
        self.grpc, self.http, self.store = found.groups()

    def __enter__(self) -> CollectorProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill_group()

    @property
    def stderr(self) -> str:
        """What it said until now."""
        return "".join(self.lines)

    def stop(self, timeout: float = 60) -> int:
        """SIGTERM; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout)
        self._reader.join()
        return status

    def kill_group(self) -> None:
        """`kill -9` of the collector and its writer."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join()
        assert self.process.stderr is not None
        self.process.stderr.close()

    def kill_receiver(self) -> None:
        """`kill -9` of the receiving process alone."""
        self.process.kill()
        self.process.wait()

    def writer(self) -> int:
        """The process id of the writer."""
        return wait_for(lambda: next(iter(_children(self.process.pid)), None))

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if found := _LISTENING.fullmatch(line):
                self._listening.put(found)
        self._listening.put(None)


def _children(parent: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def wait_for(condition: Callable[[], T | None], seconds: float = 30) -> T:
    """The first true value of `condition`. AssertionError when none comes."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"{condition} did not come true within {seconds} s")
