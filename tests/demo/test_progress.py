"""A Ctrl-C that a library swallowed ends the demo with the next thing that it shows."""

from __future__ import annotations

import subprocess
import sys

import pytest

SWALLOWED = """
import os, signal
from demo.progress import Progress
from tracer.cli.interrupts import remember_interrupts
progress = Progress(remember_interrupts())
progress.update("before")
try:
    os.kill(os.getpid(), signal.SIGINT)
    signal.pause()
except KeyboardInterrupt:
    pass
try:
    {shown}
except KeyboardInterrupt:
    raise SystemExit(130)
"""


@pytest.mark.parametrize("shown", ["progress.update('after')", "progress.stage('after')"])
def test_a_ctrl_c_that_was_swallowed_comes_again_with_what_is_shown_next(shown: str) -> None:
    done = subprocess.run([sys.executable, "-c", SWALLOWED.format(shown=shown)], check=False, timeout=60)
    assert done.returncode == 130
