"""A batch goes in whole and once, whatever happens to the writer; merging changes nothing that can be read."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.store.spans import numbered, spans_of
from tracer.errors import SurroundingsError, UsageError
from tracer.store import Lake, LakeWriter, Position
from tracer.store import writer as writer_module
from tracer.store.parquet import file_of
from tracer.store.schema import BATCHES, SPANS


def span_ids(store: Path) -> list[str]:
    """The ids of all spans, as a reader sees them."""
    connection = Lake.open(store).connect()
    try:
        return [row[0] for row in connection.execute("SELECT span_id FROM spans ORDER BY span_id").fetchall()]
    finally:
        connection.close()


def live_files(store: Path) -> int:
    """How many Parquet files hold the spans of the newest snapshot."""
    catalog = sqlite3.connect(store / "catalog.sqlite")
    query = """SELECT count(*) FROM ducklake_data_file JOIN ducklake_table USING (table_id)
               WHERE table_name = 'spans' AND ducklake_data_file.end_snapshot IS NULL"""
    try:
        return int(catalog.execute(query).fetchone()[0])
    finally:
        catalog.close()


def test_a_batch_is_there_with_its_position(writer: LakeWriter, store: Path) -> None:
    assert writer.position is None
    assert writer.write(numbered(0, 3), position=Position(2, 700), digests=[(b"d", 5)]) == 3
    assert writer.position == Position(2, 700)
    assert Lake.open(store).position() == Position(2, 700)
    assert len(span_ids(store)) == 3


def test_the_next_writer_goes_on_where_the_last_ended(store: Path) -> None:
    for number in range(1, 4):
        writer = LakeWriter(store)
        assert writer.position == (Position(1, number - 1) if number > 1 else None)
        writer.write(numbered(number * 10, 2), position=Position(1, number), digests=[])
        writer.close()
    connection = Lake.open(store).connect()
    assert connection.execute("SELECT batch, count(*) FROM spans GROUP BY ALL ORDER BY 1").fetchall() == [
        (1, 2),
        (2, 2),
        (3, 2),
    ]
    connection.close()


def test_the_tables_have_the_columns_of_the_schemas(writer: LakeWriter) -> None:
    for table, schema in (("spans", SPANS), ("batches", BATCHES)):
        query = f"SELECT * FROM lake.{table} LIMIT 0"
        assert writer._connection.execute(query).to_arrow_table().schema.names == schema.names


def test_a_batch_without_spans_moves_the_position(writer: LakeWriter, store: Path) -> None:
    assert writer.write(SPANS.empty_table(), position=Position(1, 9), digests=[]) == 0
    assert Lake.open(store).position() == Position(1, 9)


def test_doubles_inside_a_batch_are_dropped(writer: LakeWriter, store: Path) -> None:
    spans = spans_of(
        {"span_id": "1" * 16, "name": "first"},
        {"span_id": "2" * 16},
        {"span_id": "1" * 16, "name": "again"},
        {"span_id": "1" * 16, "trace_id": "c" * 32, "name": "another trace"},
    )
    assert writer.write(spans, position=Position(1, 1), digests=[]) == 3
    connection = Lake.open(store).connect()
    names = connection.execute("SELECT name FROM spans WHERE span_id = ? ORDER BY 1", ["1" * 16]).fetchall()
    connection.close()
    assert names == [("another trace",), ("first",)]


def test_spans_that_the_lake_has_are_skipped_when_asked(writer: LakeWriter, store: Path) -> None:
    writer.write(numbered(0, 6), position=Position(1, 1), digests=[])
    assert writer.write(numbered(4, 4), position=Position(1, 2), digests=[], skip_known=True) == 2
    assert writer.write(numbered(0, 8), position=Position(1, 3), digests=[], skip_known=True) == 0
    assert writer.write(SPANS.empty_table(), position=Position(1, 4), digests=[], skip_known=True) == 0
    assert span_ids(store) == [f"{n + 1:016x}" for n in range(8)]


def test_recent_requests_are_remembered_by_the_next_writer(store: Path) -> None:
    writer = LakeWriter(store)
    writer.write(numbered(0, 1), position=Position(1, 1), digests=[(b"old", 10), (b"\x00\xff", 20)])
    writer.write(numbered(1, 1), position=Position(1, 2), digests=[(b"\x00\xff", 40), (b"new", 30)])
    writer.close()
    writer = LakeWriter(store)
    assert writer.recent_digests(0) == {b"old": 10, b"\x00\xff": 40, b"new": 30}
    assert writer.recent_digests(20) == {b"\x00\xff": 40, b"new": 30}
    assert writer.recent_digests(41) == {}
    writer.close()


def test_merging_makes_few_files_of_many_and_loses_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "MERGE_FILES", 6)
    writer = LakeWriter(store)
    writer.maintain()
    for number in range(writer_module.MERGE_FILES):
        assert not writer.maintain()
        writer.write(numbered(number * 2, 2), position=Position(1, number), digests=[(b"%d" % number, number + 1)])
    assert live_files(store) == writer_module.MERGE_FILES
    before = span_ids(store)
    assert writer.maintain()
    assert live_files(store) == 1
    assert span_ids(store) == before
    assert len(writer.recent_digests(0)) == writer_module.MERGE_FILES
    writer.write(numbered(1_000, 2), position=Position(2, 1), digests=[])
    writer.close()
    assert len(span_ids(store)) == len(before) + 2
    assert LakeWriter(store).position == Position(2, 1)


def test_old_snapshots_and_files_go_when_nobody_needs_them(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "KEEP_MINUTES", 0)
    monkeypatch.setattr(writer_module, "MERGE_FILES", 4)
    writer = LakeWriter(store)
    for number in range(writer_module.MERGE_FILES):
        writer.write(numbered(number * 2, 2), position=Position(1, number), digests=[])
    writer.maintain()
    catalog = sqlite3.connect(store / "catalog.sqlite")
    assert catalog.execute("SELECT count(*) FROM ducklake_snapshot").fetchone()[0] == 1
    catalog.close()
    assert len(list((store / "data" / "main" / "spans").iterdir())) == 1
    assert len(span_ids(store)) == writer_module.MERGE_FILES * 2
    assert writer.position == Lake.open(store).position() == Position(1, writer_module.MERGE_FILES - 1)
    writer.close()


def test_files_that_were_merged_away_stay_for_readers_that_planned_with_them(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MERGE_FILES", 4)
    writer = LakeWriter(store)
    writer.maintain()
    for number in range(writer_module.MERGE_FILES):
        writer.write(numbered(number * 2, 2), position=Position(1, number), digests=[])
    before = {file.name for file in (store / "data" / "main" / "spans").iterdir()}
    assert writer.maintain()
    writer.close()
    assert before < {file.name for file in (store / "data" / "main" / "spans").iterdir()}


def test_a_locked_catalog_is_waited_for(writer: LakeWriter, store: Path) -> None:
    writer.write(numbered(0, 1), position=Position(1, 1), digests=[])
    other = sqlite3.connect(store / "catalog.sqlite", check_same_thread=False, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(3, other.execute, ["ROLLBACK"])  # longer than the busy timeout of the catalog
    release.start()
    assert writer.write(numbered(1, 2), position=Position(1, 2), digests=[]) == 2
    release.join()
    other.close()
    assert len(span_ids(store)) == 3


def test_a_disk_that_refuses_leaves_the_lake_as_it_was(writer: LakeWriter, store: Path) -> None:
    writer.write(numbered(0, 1), position=Position(1, 1), digests=[])
    spans = store / "data" / "main" / "spans"
    aside = spans.rename(store / "aside")
    spans.touch()
    with pytest.raises(SurroundingsError) as told:
        writer.write(numbered(1, 2), position=Position(1, 2), digests=[])
    assert str(store) in str(told.value)
    spans.unlink()
    aside.rename(spans)
    assert writer.position == Lake.open(store).position() == Position(1, 1)
    assert writer.write(numbered(1, 2), position=Position(1, 2), digests=[]) == 2
    assert len(span_ids(store)) == 3


def test_what_a_killed_writer_left_behind_is_removed(store: Path) -> None:
    writer = LakeWriter(store)
    writer.write(numbered(0, 1), position=Position(1, 1), digests=[])
    writer.close()
    spans = store / "data" / "main" / "spans"
    shutil.copy(file_of(spans, 1), file_of(spans, 2))
    writer = LakeWriter(store)
    assert not file_of(spans, 2).exists()
    writer.write(numbered(1, 1), position=Position(1, 2), digests=[])
    writer.close()
    assert len(span_ids(store)) == 2


def test_a_half_made_store_is_made_anew(store: Path) -> None:
    store.mkdir()
    (store / "catalog.sqlite.new").write_bytes(b"SQLite format 3\x00 and then the power went")
    LakeWriter(store).close()
    assert span_ids(store) == []


@pytest.mark.parametrize("kind", ["file", "below a file", "foreign"])
def test_a_place_where_no_store_can_be_is_wrong_use(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "place"
    if kind == "foreign":
        place.mkdir()
        (place / "catalog.sqlite").write_text("something else")
    else:
        place.touch()
    with pytest.raises(UsageError):
        LakeWriter(place / "below" if kind == "below a file" else place)


KILLED = """
import sys
from pathlib import Path
from tests.store.spans import numbered
from tracer.store import LakeWriter, Position
writer = LakeWriter(Path(sys.argv[1]))
number = writer.position.offset if writer.position else 0
while True:
    number += 1
    writer.write(numbered(number * 100, 50), position=Position(1, number), digests=[(b"%d" % number, number)])
    print(number, flush=True)
    if number % 3 == 0:
        writer._since_merge = 99
        writer.maintain()
"""


def test_kill_9_leaves_whole_batches_and_their_position(store: Path) -> None:
    root = Path(__file__).parents[2]
    for wanted in (1, 4, 6):  # told by the writer before it is killed, somewhere in the next batch or merge
        process = subprocess.Popen([sys.executable, "-c", KILLED, str(store)], stdout=subprocess.PIPE, cwd=root)
        assert process.stdout is not None
        told = 0
        for _ in range(wanted):
            told = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        writer = LakeWriter(store)
        assert writer.position is not None
        assert writer.position.offset >= told
        expected = [f"{n * 100 + i + 1:016x}" for n in range(1, writer.position.offset + 1) for i in range(50)]
        assert span_ids(store) == sorted(expected)
        assert len(writer.recent_digests(0)) == writer.position.offset
        writer.close()
