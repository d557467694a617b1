"""Child processes of the demo end with it, whatever happens."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from demo.processes import Children, wait_until
from tests.demo.processes import descendants, running
from tracer.errors import SurroundingsError

DIES_AS_IT_STARTS_ONE = """
    import sys, time
    from pathlib import Path
    from demo import processes
    processes.Child = lambda *_: time.sleep(600)  # the moment in which the child runs and nothing is known of it
    with processes.Children(Path(sys.argv[1])) as children:
        children.start("sleeper", ["sleep", "600"])
"""


def test_a_process_that_was_just_started_when_we_were_killed_is_ended_too(tmp_path: Path) -> None:
    words = [sys.executable, "-c", textwrap.dedent(DIES_AS_IT_STARTS_ONE), str(tmp_path)]
    with subprocess.Popen(words) as owner:
        below: dict[int, str] = {}

        def started() -> bool:
            below.update(descendants(owner.pid))
            return any(args.startswith("sleep") for args in below.values())

        wait_until("the child", started, 60)
        owner.kill()
    wait_until("the end of the orphan", lambda: running(set(below)) == set(), 60)


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with Children(tmp_path) as children, pytest.raises(SurroundingsError, match="broker cannot be started"):
        children.start("broker", ["no-such-program"])
