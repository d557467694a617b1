"""`tracer rebuild`: the same rows anew; it can be ended at any time, and whoever comes next finishes it."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from collectors.locks import FileLock
from tests.collectors.processes import CollectorProcess, environment, tracer, wait_for
from tests.flows.simulation import simulate
from tests.flows.stores import fill, rows
from tracer.flows import open_flows
from tracer.store.location import WRITER_LOCK

BATCHES = 3

SMALL_STEPS = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run where it is ignored
from tracer.flows.upkeep import Upkeep
whole = Upkeep.step
Upkeep.step = lambda self: whole(self, 1)  # a batch each, as if the store were a large one
from tracer.cli import main
sys.exit(main(sys.argv[1:]))
"""


LOST_CTRL_C = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from tracer.flows.upkeep import Upkeep
whole = Upkeep.step
def step(self):
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        pass  # as a library that is called back does
    return whole(self, 1)
Upkeep.step = step
from tracer.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of a few batches whose tables are up to date."""
    requests = simulate(11).requests
    size = -(-len(requests) // BATCHES)
    batches = [requests[at : at + size] for at in range(0, len(requests), size)]
    return fill(tmp_path_factory.mktemp("filled") / "store", batches)


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    return shutil.copytree(filled, tmp_path / "store")


def on_a_terminal(program: list[str]) -> tuple[subprocess.Popen[bytes], Iterator[str]]:
    """The process, and what it says on the terminal, piece by piece until it ends."""
    ours, its = pty.openpty()
    process = subprocess.Popen(program, env=environment(), stdin=its, stdout=its, stderr=its, start_new_session=True)
    os.close(its)

    def said() -> Iterator[str]:
        with suppress(OSError):  # so the end of a terminal is told
            while piece := os.read(ours, 4096):
                yield piece.decode()
        os.close(ours)

    return process, said()


def ended_in_its_course(store: Path, end: Callable[[subprocess.Popen[bytes]], None]) -> int:
    """Begin a rebuild, `end` it after the first of its steps; its exit status."""
    process, said = on_a_terminal([sys.executable, "-c", SMALL_STEPS, "rebuild", "--store", str(store)])
    for piece in said:
        if re.search(r"[1-9]\d* of \d+ spans joined", piece):
            end(process)
            break
    list(said)
    return process.wait(timeout=60)


def is_written(store: Path) -> bool:
    """Whether a writer is at work on it."""
    with closing(FileLock(store / WRITER_LOCK)) as lock:
        return not lock.take()


def test_the_rows_are_the_same_afterwards(store: Path) -> None:
    before = rows(store)
    done = tracer("rebuild", "--store", store)
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(rf"\d+ spans joined anew in {store}\n", done.stderr)
    assert rows(store) == before
    assert all(before.values())


def test_on_a_terminal_it_shows_how_far_it_is(store: Path) -> None:
    process, said = on_a_terminal([sys.executable, "-c", SMALL_STEPS, "rebuild", "--store", str(store)])
    text = "".join(said)
    assert process.wait(timeout=60) == 0
    shares = [int(share) for share in re.findall(r"spans joined, (\d+) %", text)]
    assert shares == sorted(set(shares))
    assert (shares[0], shares[-1], len(shares)) == (0, 100, BATCHES + 1)


def test_beside_a_running_collector_it_is_refused_in_one_line(store: Path) -> None:
    before = rows(store)
    with CollectorProcess(store):
        wait_for(lambda: is_written(store))
        done = tracer("rebuild", "--store", store)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "a collector or an import is at work" in done.stderr
    assert rows(store) == before


@pytest.mark.parametrize(
    ("ending", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_what_one_that_was_ended_has_not_done_is_said_and_done_by_the_next(
    store: Path, ending: signal.Signals, status: int
) -> None:
    before = rows(store)
    assert ended_in_its_course(store, lambda process: process.send_signal(ending)) == status
    with open_flows(store) as flows:
        left = flows.waiting()
    assert left > 0
    told = tracer("events", "--store", store)
    assert told.returncode == 0
    assert f"{left:,} spans are not joined yet" in told.stderr
    assert tracer("rebuild", "--store", store).returncode == 0
    assert rows(store) == before
    assert tracer("events", "--store", store).stderr == ""


def test_a_ctrl_c_that_a_library_swallows_ends_it_after_the_step(store: Path) -> None:
    program = [sys.executable, "-c", LOST_CTRL_C, "rebuild", "--store", str(store)]
    done = subprocess.run(program, check=False, env=environment(), capture_output=True, text=True, timeout=120)
    assert (done.returncode, "joined anew" in done.stderr) == (130, False)
    with open_flows(store) as flows:
        assert flows.waiting() > 0
        assert flows.graph().events


def test_what_one_that_was_ended_has_not_done_is_done_by_the_next_collector(store: Path) -> None:
    before = rows(store)
    ended_in_its_course(store, lambda process: process.kill())
    assert rows(store) != before
    with CollectorProcess(store) as collector:
        assert collector.stop() == 0
    assert rows(store) == before


def test_an_event_that_is_not_taken_in_again_yet_is_not_told_to_be_absent(store: Path) -> None:
    with open_flows(store) as flows:
        event = max(flows.graph().events, key=lambda event: event.produced_at or 0)
    ended_in_its_course(store, lambda process: process.kill())
    told = tracer("show", event.id, "--store", store)
    assert told.returncode == 1
    assert "spans are not joined yet" in told.stderr


def test_a_missing_store_is_wrong_use(tmp_path: Path) -> None:
    done = tracer("rebuild", "--store", tmp_path / "none")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
