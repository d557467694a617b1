"""`kill -9` at any time: what was acknowledged is in the lake exactly once."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import grpc
import pytest

from tests.collectors.processes import CollectorProcess, wait_for
from tests.collectors.traffic import EXPORT, Sender, request, span_ids, stored
from tracer.store import Lake
from tracer.store.location import JOURNAL, is_store

ROUNDS = 7


def numbers() -> Callable[[], int]:
    counter, lock = itertools.count(), threading.Lock()

    def following() -> int:
        with lock:
            return next(counter)

    return following


def kill_writer(collector: CollectorProcess) -> None:
    os.kill(collector.writer(), signal.SIGKILL)


def kill_receiver(collector: CollectorProcess) -> None:
    collector.kill_receiver()


def kill_group(collector: CollectorProcess) -> None:
    collector.kill_group()


@pytest.mark.parametrize("kill", [kill_group, kill_writer, kill_receiver])
def test_every_acknowledged_span_is_in_the_lake_once_after_kill_after_kill(
    tmp_path: Path, kill: Callable[[CollectorProcess], None]
) -> None:
    store, following, rng = tmp_path / "store", numbers(), random.Random(5)
    acknowledged: set[int] = set()
    for _ in range(ROUNDS):
        with CollectorProcess(store) as collector:
            sender = Sender(collector.grpc, following)
            enough = rng.randrange(30, 600)
            wait_for(lambda sender=sender, enough=enough: len(sender.acknowledged) > enough)
            kill(collector)
            if kill is kill_writer:  # the receiver goes on: it must go on to acknowledge
                more = len(sender.acknowledged) + 20
                wait_for(lambda sender=sender, more=more: len(sender.acknowledged) > more)
                acknowledged |= sender.stop()
                continue
            acknowledged |= sender.stop()
    with CollectorProcess(store) as collector:
        assert collector.stop() == 0
    found = Counter(stored(store))
    wanted = set().union(*(span_ids(number) for number in acknowledged))
    assert wanted <= found.keys()
    assert set(found.values()) == {1}


def test_a_request_sent_again_byte_for_byte_adds_nothing_also_across_a_restart(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for _ in range(2):
        with CollectorProcess(store) as collector, grpc.insecure_channel(collector.grpc) as channel:
            for number in (0, 1, 0):
                channel.unary_unary(EXPORT)(request(number), timeout=10)
            assert collector.stop() == 0
    assert Counter(stored(store)) == Counter(span_ids(0) | span_ids(1))


def test_a_dead_writer_is_started_again_and_said_so(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with CollectorProcess(store) as collector, grpc.insecure_channel(collector.grpc) as channel:
        first = collector.writer()
        os.kill(first, signal.SIGKILL)
        channel.unary_unary(EXPORT)(request(1), timeout=10)
        wait_for(lambda: is_store(store) and Lake.open(store).position())
        assert collector.writer() != first
        assert "the writer ended with signal 9" in collector.stderr


def test_the_writer_of_a_dead_collector_moves_the_journal_and_ends(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with CollectorProcess(store) as collector:
        with grpc.insecure_channel(collector.grpc) as channel:
            channel.unary_unary(EXPORT)(request(1), timeout=10)
        writer = collector.writer()
        collector.kill_receiver()
        wait_for(lambda: not _alive(writer))
        assert set(stored(store)) == span_ids(1)


def test_a_clean_stop_leaves_no_journal_behind(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with CollectorProcess(store) as collector:
        with grpc.insecure_channel(collector.grpc) as channel:
            for number in range(200):
                channel.unary_unary(EXPORT)(request(number), timeout=10)
        assert collector.stop() == 0
    assert len(stored(store)) == 1_000
    assert sum(file.stat().st_size for file in (store / JOURNAL).iterdir()) == 0


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
