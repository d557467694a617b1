"""From the journal into the lake: batches of bounded size, requests that come again, what a failure leaves."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors import batches
from collectors.batches import Batches
from collectors.drain import RESEND_WINDOW_NS, Drain
from collectors.journal import Journal
from collectors.segments import Kind
from collectors.writer import write
from tests.collectors.processes import environment
from tests.collectors.traffic import request, span_ids, stored
from tracer.errors import SurroundingsError
from tracer.store import Lake, Position
from tracer.store.location import DATA, JOURNAL

NOW = 1_790_000_000 * 10**9


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def journal(store: Path) -> Iterator[Journal]:
    with Journal(store / JOURNAL) as made:
        yield made


def move_all(store: Path) -> list[tuple[int, int, int]]:
    """Written, repeated and rejected spans of each batch of one writer."""
    drain, moved = Drain(store), []
    drain.batches.gather()
    while not drain.batches.empty():
        drain.decode(drain.batches.take())
        done = drain.store()
        moved.append((done.written, done.repeated, done.rejected))
        drain.batches.gather()
    drain.close(clean=False)
    return moved


def test_a_batch_ends_before_it_is_too_large_and_where_the_kind_changes(
    store: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_SPANS", 10)
    kinds = [Kind.LIVE, Kind.LIVE, Kind.LIVE, Kind.IMPORTED, Kind.LIVE]
    ends = [journal.append(b"x" * (4 + number), kind, 4) for number, kind in enumerate(kinds)]
    gathering, taken = Batches(store / JOURNAL, None), []
    while gathering.gather() or not gathering.empty():
        batch = gathering.take()
        taken.append((len(batch.records), batch.kind, batch.position))
    gathering.close()
    assert taken == [
        (2, Kind.LIVE, ends[1]),
        (1, Kind.LIVE, ends[2]),
        (1, Kind.IMPORTED, ends[3]),
        (1, Kind.LIVE, ends[4]),
    ]


def test_a_batch_ends_before_it_has_too_many_bytes(
    store: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_BYTES", 100)
    for size in (60, 60, 30, 200, 1):
        journal.append(b"x" * size, Kind.LIVE, 1)
    gathering, taken = Batches(store / JOURNAL, None), []
    while gathering.gather() or not gathering.empty():
        taken.append([len(record.payload) for record in gathering.take().records])
    gathering.close()
    assert taken == [[60], [60, 30], [200], [1]]


def test_a_request_larger_than_a_batch_is_a_batch_of_its_own(store: Path, journal: Journal) -> None:
    journal.append(request(1, spans=5), Kind.LIVE, 5)
    journal.append(request(2, spans=batches.BATCH_SPANS + 1), Kind.LIVE, batches.BATCH_SPANS + 1)
    assert [written for written, *_ in move_all(store)] == [5, batches.BATCH_SPANS + 1]


def test_the_same_bytes_within_ten_minutes_add_nothing_later_they_are_taken_for_new(
    store: Path, journal: Journal
) -> None:
    body = request(1)
    for arrival in (NOW, NOW + RESEND_WINDOW_NS - 1, NOW + RESEND_WINDOW_NS):
        journal.append(body, Kind.LIVE, 5, arrival_ns=arrival)
        moved = move_all(store)
        first = arrival != NOW + RESEND_WINDOW_NS - 1
        assert moved == [(5, 0, 0) if first else (0, 5, 0)]


def test_the_same_bytes_twice_in_one_batch_are_one_request(store: Path, journal: Journal) -> None:
    for _ in range(2):
        journal.append(request(1), Kind.LIVE, 5)
    assert move_all(store) == [(5, 5, 0)]


def test_a_request_that_comes_again_is_known_while_the_first_is_on_its_way(store: Path, journal: Journal) -> None:
    drain = Drain(store)
    for _ in range(2):
        journal.append(request(1), Kind.LIVE, 5)
        drain.batches.gather()
        drain.decode(drain.batches.take())
    assert [(moved.written, moved.repeated) for moved in (drain.store(), drain.store())] == [(5, 0), (0, 5)]
    drain.close(clean=True)
    assert Counter(stored(store)) == Counter(span_ids(1))


def test_after_a_batch_that_cannot_be_stored_the_next_is_not_stored_either(store: Path, journal: Journal) -> None:
    drain = Drain(store)
    in_the_way = store / DATA / "main" / "spans" / "batch-000000000001.parquet"
    in_the_way.mkdir(parents=True)
    for number in range(2):
        journal.append(request(number), Kind.LIVE, 5)
        drain.batches.gather()
        drain.decode(drain.batches.take())
    with pytest.raises(SurroundingsError):
        drain.store()
    in_the_way.rmdir()
    with pytest.raises(IndexError):
        drain.store()
    drain.close(clean=False)
    assert stored(store) == []
    move_all(store)
    assert Counter(stored(store)) == Counter(span_ids(0) | span_ids(1))


def test_the_lake_never_gets_a_record_twice_however_often_writers_begin_anew(store: Path, journal: Journal) -> None:
    for number in range(6):
        journal.append(request(number), Kind.LIVE, 5)
        move_all(store)
        move_all(store)
    assert Counter(stored(store)) == Counter(set().union(*map(span_ids, range(6))))


def test_a_stop_moves_what_was_there_and_ends_though_more_keeps_coming(store: Path, journal: Journal) -> None:
    stop, positions = threading.Event(), []
    journal.append(request(0), Kind.LIVE, 5)

    def report(position: Position, *_: int) -> None:
        positions.append(position)
        journal.append(request(len(positions)), Kind.LIVE, 5)  # a sender that never ends

    stop.set()
    write(store, stop, report)
    assert span_ids(0) <= set(stored(store))
    assert Lake.open(store).position() == positions[-1]


def test_the_writer_by_itself_moves_what_the_journal_holds_and_ends_when_its_input_does(
    store: Path, journal: Journal
) -> None:
    journal.append(request(1), Kind.LIVE, 5)
    line = [sys.executable, "-m", "collectors.writer", str(store)]
    done = subprocess.run(
        line, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert set(stored(store)) == span_ids(1)


def test_a_stop_leaves_what_would_take_too_long_to_join_to_the_next_writer(store: Path, journal: Journal) -> None:
    stop, moved = threading.Event(), list[Position]()
    stop.set()
    journal.append(request(1), Kind.LIVE, 5)
    assert write(store, stop, lambda position, *_: moved.append(position), upkeep_seconds=0) == 5
    assert set(stored(store)) == span_ids(1)
    assert Lake.open(store).covered_position() is None
    assert write(store, stop, lambda *_: None) == 0
    assert Lake.open(store).covered_position() == moved[-1]
