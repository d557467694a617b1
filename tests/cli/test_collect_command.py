"""`tracer collect` as a person and a script meet it: the line it says, its exit status, one store for several."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import grpc
import pytest

from tests.collectors.processes import CollectorProcess, environment, tracer, wait_for
from tests.collectors.traffic import EXPORT, request, span_ids, stored
from tracer.store import Lake
from tracer.store.location import CATALOG, JOURNAL, REJECTED, is_store


def send(collector: CollectorProcess, *numbers: int) -> None:
    with grpc.insecure_channel(collector.grpc) as channel:
        for number in numbers:
            channel.unary_unary(EXPORT)(request(number), timeout=10)


def has(store: Path, spans: int) -> bool:
    return is_store(store) and Lake.open(store).statistics().spans >= spans


def test_it_says_where_it_listens_and_a_span_is_in_a_fresh_store_while_it_runs(tmp_path: Path) -> None:
    store = tmp_path / "new" / "store"
    with CollectorProcess(store) as collector:
        assert collector.lines[0] == f"listening grpc={collector.grpc} http={collector.http} store={store}\n"
        send(collector, 1)
        wait_for(lambda: has(store, 5))
        assert collector.stop() == 0
        assert collector.lines[-1] == "received 5, written 5, waiting 0 spans\n"


def test_a_clean_stop_writes_what_is_in_the_journal_first(tmp_path: Path) -> None:
    with CollectorProcess(tmp_path) as collector:
        send(collector, *range(50))
        assert collector.stop() == 0
    assert Counter(stored(tmp_path)) == Counter(set().union(*map(span_ids, range(50))))


def test_ctrl_c_in_a_terminal_stops_it_cleanly_though_the_writer_gets_it_too(tmp_path: Path) -> None:
    with CollectorProcess(tmp_path) as collector:
        send(collector, 1, 2)
        os.killpg(collector.process.pid, signal.SIGINT)
        assert collector.process.wait(60) == 0
    assert len(stored(tmp_path)) == 10


def test_started_again_it_serves_and_writes_what_the_journal_still_held(tmp_path: Path) -> None:
    with CollectorProcess(tmp_path) as collector:
        send(collector, 1)
        collector.kill_group()
    with CollectorProcess(tmp_path) as collector:
        send(collector, 2)
        wait_for(lambda: has(tmp_path, 10))
    assert set(stored(tmp_path)) == span_ids(1) | span_ids(2)


def test_a_taken_port_is_one_line_and_status_3(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for option, other in (("--grpc", "--http"), ("--http", "--grpc")):
            done = tracer("collect", "--store", tmp_path, option, f"127.0.0.1:{port}", other, "127.0.0.1:0")
            assert done.returncode == 3
            assert done.stderr.count("\n") == 1
            assert f"127.0.0.1:{port} is taken" in done.stderr
            assert f"{option} 127.0.0.1:0" in done.stderr


def a_file(path: Path) -> None:
    path.write_text("not a store")


def a_directory_of_something_else(path: Path) -> None:
    path.mkdir()
    (path / "holiday.jpg").write_bytes(b"x")


def a_foreign_catalog(path: Path) -> None:
    path.mkdir()
    (path / CATALOG).write_text("no database")


@pytest.mark.parametrize("make", [a_file, a_directory_of_something_else, a_foreign_catalog])
def test_what_is_no_store_is_left_alone_with_one_line_and_status_2(tmp_path: Path, make: object) -> None:
    assert callable(make)
    store = tmp_path / "store"
    make(store)
    before = sorted(tmp_path.rglob("*"))
    done = tracer("collect", "--store", store, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "not a store" in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_store_that_cannot_be_made_is_one_line_and_status_3() -> None:
    done = tracer("collect", "--store", "/proc/store", "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr


def test_an_address_that_is_none_is_status_2(tmp_path: Path) -> None:
    done = tracer("collect", "--store", tmp_path, "--grpc", "nowhere")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("sent", [0, 3])
def test_a_second_collector_that_received_nothing_ends_beside_the_one_that_writes(tmp_path: Path, sent: int) -> None:
    with CollectorProcess(tmp_path) as first:
        send(first, *range(sent))
        wait_for(lambda: is_store(tmp_path))
        with CollectorProcess(tmp_path) as second:
            second.process.send_signal(signal.SIGTERM)
            assert second.process.wait(60) == 0
        assert first.process.poll() is None


def test_two_collectors_on_one_store_lose_and_double_nothing_when_the_writing_one_dies(tmp_path: Path) -> None:
    with CollectorProcess(tmp_path) as first, CollectorProcess(tmp_path) as second:
        for number in range(0, 40, 2):
            send(first, number)
            send(second, number + 1)
        wait_for(lambda: has(tmp_path, 200))
        first.kill_group()
        send(second, 40)
        wait_for(lambda: has(tmp_path, 205))
        assert second.stop() == 0
    assert Counter(stored(tmp_path)) == Counter(set().union(*map(span_ids, range(41))))


def test_a_span_that_cannot_be_decoded_is_kept_aside_and_said_and_holds_nothing_up(tmp_path: Path) -> None:
    broken = request(1).replace((2).to_bytes(16, "big"), b"\0" * 16)
    with CollectorProcess(tmp_path) as collector:
        with grpc.insecure_channel(collector.grpc) as channel:
            channel.unary_unary(EXPORT)(broken, timeout=10)
            channel.unary_unary(EXPORT)(request(2), timeout=10)
        assert collector.stop() == 0
    assert set(stored(tmp_path)) == span_ids(2)
    assert [file.read_bytes() for file in (tmp_path / REJECTED).iterdir()] == [broken]
    assert "rejected 5" in collector.stderr


def test_over_the_bound_of_the_backlog_senders_are_told_to_come_back(tmp_path: Path) -> None:
    with CollectorProcess(tmp_path, "--max-backlog", "1") as collector:
        writer = collector.writer()
        os.kill(writer, signal.SIGSTOP)
        with grpc.insecure_channel(collector.grpc) as channel:

            def refused() -> grpc.RpcError | None:
                refused.sent += 1  # type: ignore[attr-defined]
                try:
                    channel.unary_unary(EXPORT)(request(refused.sent, spans=1_000), timeout=10)  # type: ignore[attr-defined]
                except grpc.RpcError as error:
                    return error
                return None

            refused.sent = 0  # type: ignore[attr-defined]
            assert wait_for(refused).code() is grpc.StatusCode.UNAVAILABLE
            os.kill(writer, signal.SIGCONT)
            wait_for(lambda: refused() is None)
        assert collector.stop() == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_is_retryable_and_the_collector_goes_on_when_there_is_room(small_disk: Path) -> None:
    store, ballast = small_disk / "store", small_disk / "ballast"
    with CollectorProcess(store) as collector:
        send(collector, 1)
        wait_for(lambda: has(store, 5))
        with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(b"\0" * 65_536)
                file.flush()
        acknowledged = {1}
        with grpc.insecure_channel(collector.grpc) as channel:

            def refused() -> grpc.RpcError | None:
                number = len(acknowledged) + 1
                try:
                    channel.unary_unary(EXPORT)(request(number), timeout=10)
                except grpc.RpcError as error:
                    return error
                acknowledged.add(number)
                return None

            error = wait_for(refused)
            assert error.code() is grpc.StatusCode.UNAVAILABLE
            assert "make room" in str(error.details())
            ballast.unlink()
            wait_for(lambda: refused() is None)
        assert collector.stop() == 0
    assert Counter(stored(store)) == Counter(set().union(*map(span_ids, acknowledged)))


def test_sql_answers_while_it_runs(tmp_path: Path) -> None:
    with CollectorProcess(tmp_path) as collector:
        send(collector, 1)
        wait_for(lambda: has(tmp_path, 5))
        done = tracer("sql", "--format", "json", "--store", tmp_path, "SELECT count(*) AS spans FROM spans")
        assert json.loads(done.stdout) == [{"spans": 5}]
        assert (tmp_path / JOURNAL).is_dir()


def test_on_a_terminal_one_live_line_tells_how_far_it_is(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    words = ["collect", "--store", str(tmp_path), "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    line = [sys.executable, "-m", "tracer.cli", *words]
    with subprocess.Popen(line, env=environment(), stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        try:
            shown = b""
            while b"\r\x1b[Kreceived 0, written 0, waiting 0 spans" not in shown:
                shown += os.read(ours, 1_024)
            process.terminate()
            assert process.wait(60) == 0
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            os.close(ours)
