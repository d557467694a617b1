"""The locks of a store: one writer, no reset beneath whoever takes spans in, and no lock by a file that is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from collectors.importing import import_requests
from collectors.locks import IN_USE_LOCK, FileLock, use
from tests.collectors.processes import CollectorProcess, environment, tracer, wait_for
from tests.collectors.traffic import EXPORT, request, span_ids, stored
from tracer.errors import SurroundingsError
from tracer.store.location import WRITER_LOCK


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@contextmanager
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock exclusively until it is killed."""
    code = "import sys; from pathlib import Path; from collectors.locks import FileLock\n"
    code += "lock = FileLock(Path(sys.argv[1])); print(lock.take(), flush=True); sys.stdin.read()"
    line = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(line, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        try:
            yield process
        finally:
            process.kill()


def test_one_process_holds_the_writers_lock_and_death_gives_it_back(store: Path) -> None:
    with holder(store / WRITER_LOCK) as process:
        lock = FileLock(store / WRITER_LOCK)
        assert not lock.take()
        process.kill()
        wait_for(lock.take)
        lock.close()


def test_a_lock_whose_file_was_removed_is_taken_on_the_file_that_is_there_now(store: Path) -> None:
    path = store / WRITER_LOCK
    waiting = FileLock(path)
    path.unlink()
    with holder(path):
        assert not waiting.take()
    path.unlink()
    assert waiting.take()
    other = FileLock(path)
    assert not other.take()
    waiting.close()
    other.close()


def test_several_processes_use_a_store_at_once_and_nobody_removes_it_meanwhile(store: Path) -> None:
    first, second, remover = use(store), use(store), FileLock(store / IN_USE_LOCK)
    first.close()
    assert not remover.take()
    second.close()
    assert remover.take()
    with pytest.raises(SurroundingsError, match="is being reset"):
        use(store)
    remover.close()


def test_reset_is_refused_from_the_moment_a_collector_serves_also_without_its_writer(store: Path) -> None:
    with CollectorProcess(store) as collector:
        writer = collector.writer()
        os.kill(writer, signal.SIGSTOP)  # most likely before it has the writer's lock
        with grpc.insecure_channel(collector.grpc) as channel:
            channel.unary_unary(EXPORT)(request(1), timeout=10)
        refused = tracer("store", "reset", "--yes", "--store", store)
        os.kill(writer, signal.SIGCONT)
        assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
        assert "stop it first" in refused.stderr
        assert collector.stop() == 0
    assert set(stored(store)) == span_ids(1)
    assert tracer("store", "reset", "--yes", "--store", store).returncode == 0
    assert not store.exists()


def test_reset_is_refused_while_an_import_is_under_way(store: Path) -> None:
    statuses = []

    def requests() -> Iterator[bytes]:
        yield request(1)
        statuses.append(tracer("store", "reset", "--yes", "--store", store).returncode)
        yield request(2)

    assert import_requests(store, requests(), lambda _: None).new == 10
    assert statuses == [3]


def test_a_collector_does_not_begin_on_a_store_that_is_being_reset(store: Path) -> None:
    with holder(store / IN_USE_LOCK):
        line = ("collect", "--store", store, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0")
        refused = tracer(*line)
    assert (refused.returncode, refused.stderr.count("\n")) == (3, 1)
    assert "is being reset" in refused.stderr
