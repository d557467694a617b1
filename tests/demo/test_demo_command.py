"""`tracer demo registration` for real: broker, services as processes, collector, lake, and what it prints."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.processes import wait_until
from demo.registration.application import TOPICS
from demo.registration.backlog import connect
from tests.demo.compare import assert_equal
from tests.demo.processes import descendants, running

COUNT = 30
CONSUMERS = 5


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    folder: Path
    status: int
    out: str
    err: str

    @property
    def truth(self) -> dict[str, Any]:
        truth: dict[str, Any] = json.loads((self.folder / ".demo" / "truth.json").read_text())
        return truth


def tracer(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracer.cli", *words]
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False
    )


def run_demo(folder: Path, *words: str) -> Run:
    done = tracer(folder, "demo", "registration", "--count", str(COUNT), "--rate", "60", *words)
    return Run(folder, done.returncode, done.stdout, done.stderr)


def graph(folder: Path, store: Path) -> dict[str, Any]:
    done = tracer(folder, "graph", "--format", "json", "--store", str(store))
    assert done.returncode == 0, done.stderr
    whole: dict[str, Any] = json.loads(done.stdout)
    return whole


@contextmanager
def running_demo(folder: Path, *, until: str = "") -> Iterator[tuple[subprocess.Popen[str], dict[int, str]]]:
    """A demo and the processes below it, with more traffic to come than any test waits for.

    It has started its consumers; with `until="handled"` the traffic flows too.
    """
    command = [sys.executable, "-m", "tracer.cli", "demo", "registration", "--count", "5000", "--rate", "20"]
    pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=folder, text=True, **pipes) as demo:
        try:
            crm = folder / ".demo" / "truth" / "crm.jsonl"
            below: dict[int, str] = {}

            def ready() -> bool:
                below.update(descendants(demo.pid))
                started = sum("_service.py" in args for args in below.values()) >= CONSUMERS
                return demo.poll() is not None or (started and until in (crm.read_text() if crm.exists() else ""))

            wait_until("the demo", ready, 60)
            assert demo.poll() is None, demo.communicate()
            yield demo, below
        finally:
            if demo.poll() is None:
                demo.send_signal(signal.SIGTERM)


def end(demo: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = demo.communicate(timeout=60)
    return demo.returncode, out, err


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_demo(tmp_path_factory.mktemp("demo"))


@pytest.mark.broker
@pytest.mark.xdist_group("demo")
class TestAWholeRun:
    def test_the_graph_equals_the_services_own_truth(self, run: Run) -> None:
        assert run.status == 0, run.err
        assert_equal(run.truth, graph(run.folder, run.folder / ".demo" / "store"))

    def test_it_prints_the_map_two_paths_and_what_broke(self, run: Run) -> None:
        last = run.out.strip().splitlines()[-2:]
        users = [item["id"] for item in run.truth["events"] if item["topic"] == "user-created"]
        first = users[COUNT // 2]  # in the order in which signup sent them
        assert last[0].startswith(f"broken: group crm-sync, first event {first}, field email (KeyError)")
        assert f"since then {COUNT // 2} of {COUNT // 2} events of user-created failed" in last[0]
        assert last[0].endswith("; it is the first of signup with version 2.0.0, before 1.0.0")
        assert re.fullmatch(r"explore it: \S*tracer ui --store .demo/store", last[1])
        for word in ("email-senders", "audit-trail", "user-created.crm.dlq", "resource-provisioned", "email-sent"):
            assert word in run.out

    def test_the_checks_name_what_is_broken_and_nothing_else(self, run: Run) -> None:
        done = tracer(run.folder, "check", "--format", "json", "--store", str(run.folder / ".demo" / "store"))
        found = json.loads(done.stdout)["problems"]
        assert done.returncode == 1
        assert {(each["check"], each["group"]) for each in found} == {
            ("failing", "crm-sync"),
            ("dead-letters", "crm-sync"),
        }

    def test_the_doctor_has_nothing_to_mend_in_services_that_we_instrument(self, run: Run) -> None:
        store = run.folder / ".demo" / "store"
        done = tracer(run.folder, "doctor", "--format", "json", "--store", str(store))
        services = json.loads(done.stdout)["services"]
        assert (done.returncode, len(services)) == (0, 1 + CONSUMERS)
        assert [finding for service in services for finding in service["findings"]] == []

    def test_its_progress_is_on_standard_error_alone(self, run: Run) -> None:
        assert "starting the broker" in run.err
        assert "starting the broker" not in run.out
        assert "Traceback" not in run.err + run.out
        assert "\x1b" not in run.out


@pytest.mark.broker
def test_without_the_release_that_breaks_something_the_checks_find_nothing(tmp_path: Path) -> None:
    run = run_demo(tmp_path, "--healthy")
    assert run.status == 0, run.err
    assert "nothing is broken" in run.out
    done = tracer(tmp_path, "check", "--format", "json", "--store", str(tmp_path / ".demo" / "store"))
    found = json.loads(done.stdout)
    assert (done.returncode, found["problems"]) == (0, [])


@pytest.mark.real_kafka
def test_on_apache_kafka_the_graph_equals_the_truth_and_nothing_stays_on_the_broker(
    real_kafka: str, tmp_path: Path
) -> None:
    run = run_demo(tmp_path, "--bootstrap-servers", real_kafka, "--store", "spans")
    assert run.status == 0, run.err
    assert_equal(run.truth, graph(tmp_path, tmp_path / "spans"))
    with closing(connect(real_kafka)) as admin:
        wait_until("the end of the topics", lambda: not set(TOPICS) & set(admin.list_topics()), 30)


@pytest.mark.broker
def test_when_the_broker_dies_it_says_so_in_one_line_and_leaves_nothing_running(tmp_path: Path) -> None:
    with running_demo(tmp_path, until="handled") as (demo, below):
        broker = next(pid for pid, args in below.items() if "tansu" in args)
        os.kill(broker, signal.SIGKILL)
        status, out, err = end(demo)
    assert status == 3
    assert out == ""
    line = "tracer: broker was killed by SIGKILL before the work was done: see .demo/logs/broker.log"
    assert err.splitlines()[-1] == line
    assert "Traceback" not in err
    assert running(set(below)) == set()


@pytest.mark.broker
def test_when_a_service_dies_it_names_the_service_and_its_log(tmp_path: Path) -> None:
    with running_demo(tmp_path) as (demo, below):
        os.kill(next(pid for pid, args in below.items() if "analytics_service" in args), signal.SIGKILL)
        status, _, err = end(demo)
    assert status == 3
    assert "analytics was killed by SIGKILL" in err.splitlines()[-1]
    assert "see .demo/logs/analytics.log" in err.splitlines()[-1]
    assert running(set(below)) == set()


@pytest.mark.broker
def test_ctrl_c_stops_everything(tmp_path: Path) -> None:
    with running_demo(tmp_path) as (demo, below):
        demo.send_signal(signal.SIGINT)
        status, _, err = end(demo)
    assert status == 130
    assert "Traceback" not in err
    assert running(set(below)) == set()


@pytest.mark.broker
def test_a_killed_demo_leaves_nothing_running(tmp_path: Path) -> None:
    with running_demo(tmp_path) as (demo, below):
        demo.kill()
        end(demo)
        wait_until("the end of the orphans", lambda: running(set(below)) == set(), 10)


def test_without_a_scenario_it_lists_the_demos(tmp_path: Path) -> None:
    done = tracer(tmp_path, "demo")
    assert done.returncode == 0
    assert done.stdout.startswith("tracer demo registration  ")


@pytest.mark.parametrize(
    ("words", "status", "line"),
    [
        (["nonsense"], 2, "there is no demo nonsense: choose one of registration"),
        (["registration", "--rate", "0"], 2, "--rate 0 is no rate: give a number above 0"),
        (["registration", "--count", "1"], 2, "--count 1 is too few: give 2 or more"),
        (["registration", "--store", "full"], 2, "full is not empty: give --store a directory that is new or empty"),
        (
            ["registration", "--bootstrap-servers", "127.0.0.1:1"],
            3,
            "no broker answers at 127.0.0.1:1: check --bootstrap-servers",
        ),
    ],
)
def test_wrong_use_is_one_line(tmp_path: Path, words: list[str], status: int, line: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    done = tracer(tmp_path, "demo", *words)
    assert done.returncode == status
    assert done.stderr.splitlines()[-1] == f"tracer: {line}"
    assert "Traceback" not in done.stderr
