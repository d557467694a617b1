"""What was acknowledged by the journal is read back, in order and once, whatever happened to its files."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors import tail
from collectors.journal import Journal
from collectors.journal_reader import JournalReader, backlog_bytes, end_of_journal, remove_behind, retire
from collectors.segments import HEADER_BYTES, Kind, header, segment_numbers, segment_path
from tests.collectors.processes import environment
from tracer.errors import SurroundingsError, UsageError
from tracer.store.position import Position

quick = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def payloads(directory: Path, position: Position | None = None) -> list[bytes]:
    with JournalReader(directory, position) as reader:
        return [record.payload for record in reader.records()]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_records_come_back_in_order_with_kind_arrival_and_span_count(directory: Path) -> None:
    with Journal(directory) as journal:
        journal.append(b"one", Kind.LIVE, 3, arrival_ns=17)
        end = journal.append(b"two", Kind.IMPORTED, 4, arrival_ns=18)
    with JournalReader(directory, None) as reader:
        read = [(r.payload, r.kind, r.arrival_ns, r.spans) for r in reader.records()]
        assert read == [(b"one", Kind.LIVE, 17, 3), (b"two", Kind.IMPORTED, 18, 4)]
        assert reader.position == end == end_of_journal(directory)


def test_a_reader_goes_on_where_it_stopped_and_across_segments(directory: Path) -> None:
    with Journal(directory, segment_bytes=100) as journal, JournalReader(directory, None) as reader:
        assert list(reader.records()) == []
        sent = [bytes([number]) * 40 for number in range(10)]
        read = []
        for payload in sent:
            journal.append(payload, Kind.LIVE, 1)
            read += [record.payload for record in reader.records()]
        assert read == sent
    assert len(segment_numbers(directory)) > 2


def test_many_threads_share_syncs_and_each_append_is_there_once(directory: Path) -> None:
    with Journal(directory, segment_bytes=2_000) as journal:

        def work(number: int) -> None:
            for index in range(20):
                journal.append(b"%d-%d" % (number, index), Kind.LIVE, 1)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(payloads(directory)) == sorted(b"%d-%d" % (n, i) for n in range(8) for i in range(20))


APPENDER = """
import sys
from pathlib import Path
from collectors.journal import Journal
from collectors.segments import Kind
with Journal(Path(sys.argv[1]), segment_bytes=1000) as journal:
    for index in range(100):
        journal.append(b"%s-%d" % (sys.argv[2].encode(), index), Kind.LIVE, 1)
"""


def test_several_processes_append_at_once_and_each_keeps_its_order(directory: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", APPENDER, str(directory), name], env=environment()) for name in "abc"
    ]
    assert [process.wait(30) for process in processes] == [0, 0, 0]
    read = payloads(directory)
    for name in (b"a", b"b", b"c"):
        assert [p for p in read if p.startswith(name)] == [b"%s-%d" % (name, index) for index in range(100)]
    assert len(read) == 300


@quick
@given(torn=st.integers(1, 60), after=st.lists(st.binary(max_size=30), max_size=3), noise=st.binary(max_size=50))
def test_a_torn_tail_is_cut_and_complete_records_stay(
    tmp_path_factory: pytest.TempPathFactory, torn: int, after: list[bytes], noise: bytes
) -> None:
    directory = tmp_path_factory.mktemp("journal")
    with Journal(directory) as journal:
        journal.append(b"first", Kind.LIVE, 1)
        last = journal.append(b"x" * 40, Kind.LIVE, 1)
    file = segment_path(directory, last.segment)
    os.truncate(file, last.offset - torn)
    with file.open("ab") as tail_of_file:
        tail_of_file.write(noise)
    with Journal(directory) as journal:
        for payload in after:
            journal.append(payload, Kind.LIVE, 1)
    assert payloads(directory) == [b"first", *after]


@quick
@given(flipped=st.integers(0, HEADER_BYTES + 19))
def test_a_flipped_bit_is_never_read_as_a_record(tmp_path_factory: pytest.TempPathFactory, flipped: int) -> None:
    directory = tmp_path_factory.mktemp("journal")
    with Journal(directory) as journal:
        journal.append(b"first", Kind.LIVE, 1)
        start = end_of_journal(directory).offset
        journal.append(b"y" * 20, Kind.LIVE, 1)
    file = segment_path(directory, 1)
    content = bytearray(file.read_bytes())
    content[start + flipped] ^= 0x10
    file.write_bytes(content)
    try:
        assert payloads(directory) == [b"first"]
    except UsageError as error:  # the version byte: said, not taken for a torn tail
        assert "format" in str(error)


@quick
@given(
    st.lists(
        st.one_of(st.binary(min_size=1, max_size=80), st.just("reopen"), st.just("read"), st.just("retire")),
        max_size=25,
    )
)
def test_reopening_cutting_and_retiring_lose_and_repeat_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[bytes | str]
) -> None:
    directory = tmp_path_factory.mktemp("journal")
    position: Position | None = None
    read: list[bytes] = []

    def take() -> None:
        nonlocal position
        with JournalReader(directory, position) as reader:
            read.extend(record.payload for record in reader.records())
            position = reader.position
        remove_behind(directory, position)

    journal = Journal(directory, segment_bytes=150)
    for step in steps:
        if isinstance(step, bytes):
            journal.append(step, Kind.LIVE, 1)
        elif step == "reopen":
            journal.close()
            journal = Journal(directory, segment_bytes=150)
        else:
            take()
            if step == "retire" and position is not None:
                retire(directory, position)
                assert backlog_bytes(directory, position) == 0
    journal.close()
    take()
    assert read == [step for step in steps if isinstance(step, bytes)]


def test_retiring_keeps_what_the_lake_does_not_have(directory: Path) -> None:
    with Journal(directory) as journal:
        first = journal.append(b"first", Kind.LIVE, 1)
        journal.append(b"second", Kind.LIVE, 1)
        retire(directory, first)
        assert payloads(directory, first) == [b"second"]


def test_a_journal_that_was_thrown_away_is_read_from_its_new_beginning(directory: Path) -> None:
    with Journal(directory) as journal:
        journal.append(b"new", Kind.LIVE, 1)
    assert payloads(directory, Position(7, 1_000)) == [b"new"]


def test_damage_inside_a_finished_segment_is_told_and_passed_over(directory: Path) -> None:
    with Journal(directory, segment_bytes=10) as journal:
        journal.append(b"spoilt", Kind.LIVE, 1)
        journal.append(b"good", Kind.LIVE, 1)
    segment_path(directory, 1).write_bytes(b"\0" * 30)
    with JournalReader(directory, None) as reader:
        assert [record.payload for record in reader.records()] == [b"good"]
        assert [(found.offset, found.bytes) for found in reader.damage] == [(0, 30)]


def test_a_journal_of_a_newer_format_is_refused_not_cut(directory: Path) -> None:
    with Journal(directory) as journal:
        journal.append(b"record", Kind.LIVE, 1)
    file = segment_path(directory, 1)
    content = bytearray(file.read_bytes())
    content[2] += 1
    file.write_bytes(content)
    with Journal(directory) as journal, pytest.raises(SurroundingsError, match="newer"):
        journal.append(b"more", Kind.LIVE, 1)
    assert file.read_bytes() == bytes(content)


FILLING = """
import resource, signal, sys
from pathlib import Path
from collectors.journal import Journal
from collectors.segments import Kind
from tracer.errors import SurroundingsError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
with Journal(Path(sys.argv[1])) as journal:
    futures = [journal.submit(b"%d" % index * 100, Kind.LIVE, 1) for index in range(20)]
    for index, future in enumerate(futures):
        try:
            future.result()
            print("acknowledged", index)
        except SurroundingsError as error:
            print("refused", index, error)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    journal.append(b"room again", Kind.LIVE, 1)
"""


def test_where_the_disk_takes_no_more_appends_fail_nothing_acknowledged_is_lost_and_it_goes_on(directory: Path) -> None:
    line = [sys.executable, "-c", FILLING, str(directory)]
    run = subprocess.run(line, env=environment(), capture_output=True, text=True, timeout=30, check=True)
    words = [line.split(maxsplit=2) for line in run.stdout.splitlines()]
    acknowledged = [b"%d" % int(index) * 100 for verb, index, *_ in words if verb == "acknowledged"]
    refused = [rest for verb, _, *rest in words if verb == "refused"]
    assert acknowledged and refused
    assert "make room" in refused[0][0]
    assert payloads(directory) == [*acknowledged, b"room again"]


def test_a_failed_sync_acknowledges_nothing_and_leaves_the_segment(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Journal(directory) as journal:
        before = journal.append(b"before", Kind.LIVE, 1)
        with monkeypatch.context() as broken:
            broken.setattr(tail, "sync", _input_output_error)
            with pytest.raises(SurroundingsError, match="Input/output"):
                journal.append(b"lost, perhaps", Kind.LIVE, 1)
        after = journal.append(b"after", Kind.LIVE, 1)
    assert after.segment > before.segment
    assert payloads(directory, before)[-1:] == [b"after"]


def _input_output_error(_file: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_directory_that_cannot_be_made_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SurroundingsError, match="choose another --store"):
        Journal(tmp_path / "file" / "journal")


def test_a_closed_journal_takes_nothing_and_has_committed_what_waited(directory: Path) -> None:
    journal = Journal(directory)
    waiting: list[Future[Position]] = [journal.submit(b"%d" % index, Kind.LIVE, 1) for index in range(50)]
    journal.close()
    assert [future.result() for future in waiting] == sorted(future.result() for future in waiting)
    with pytest.raises(SurroundingsError, match="stops"):
        journal.submit(b"late", Kind.LIVE, 1)
    assert len(payloads(directory)) == 50


@pytest.fixture
def torn_while_open(directory: Path) -> Iterator[Journal]:
    with Journal(directory) as journal:
        journal.append(b"mine", Kind.LIVE, 1)
        with segment_path(directory, 1).open("ab") as other:  # as a process that shares the segment and dies
            other.write(header(b"theirs", Kind.LIVE, 1, 1) + b"theirs" + header(b"torn", Kind.LIVE, 1, 1) + b"to")
        yield journal


def test_what_another_process_left_half_written_is_cut_and_its_complete_records_stay(
    directory: Path, torn_while_open: Journal
) -> None:
    torn_while_open.append(b"more", Kind.LIVE, 1)
    assert payloads(directory) == [b"mine", b"theirs", b"more"]
