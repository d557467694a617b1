"""`tracer ui`: what it says where there is nothing to draw on, and that it draws where there is."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.tui.real_store import write_orders

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`tracer ui` without a terminal."""
    command = [sys.executable, "-m", "tracer.cli", "ui", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--store", "STORE"], "needs a terminal: `tracer ui --web`"),
        (["--store", "NOWHERE"], "does not exist"),
        (["--store", "EMPTY"], "is not a store"),
        (["--store", "STORE", "--port", "80"], "--port goes with --web"),
        (["--store", "STORE", "--web", "--port", "99999"], "there is no port 99999"),
    ],
)
def test_wrong_use_is_one_line_and_status_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    write_orders(tmp_path / "store", range(1))
    (tmp_path / "empty").mkdir()
    paths = {"STORE": tmp_path / "store", "NOWHERE": tmp_path / "nowhere", "EMPTY": tmp_path / "empty"}
    done = run(*(str(paths.get(word, word)) for word in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("tracer: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_on_a_terminal_it_draws_the_events_and_q_ends_it_with_status_0(tmp_path: Path) -> None:
    write_orders(tmp_path / "store", range(5))
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "tracer.cli", "ui", "--store", str(tmp_path / "store")]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, cwd=ROOT, env=environment)
    os.close(follower)
    drawn, quits = b"", time.monotonic() + 60
    try:
        while process.poll() is None and time.monotonic() < quits:
            if select.select([leader], [], [], 0.1)[0]:
                try:
                    drawn += os.read(leader, 65_536)
                except OSError:
                    break
            if b"order-4" in drawn:
                os.write(leader, b"q")
        assert process.wait(10) == 0
        assert b"order-4" in drawn
    finally:
        process.kill()
        process.wait()
        os.close(leader)
