"""Rows of the derived tables are replaced one by one, and files that have lost rows are written anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from tracer.store import LakeWriter, RowTimes, derived

TIMES = RowTimes(0, 1_000_000, 0, 0)

Row = tuple[int, int, str]
"""Owner, time and id of an event."""


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[LakeWriter]:
    with closing(LakeWriter(tmp_path)) as lake:
        yield lake


def derive(lake: LakeWriter, step: int, rows: Sequence[Row], owners: Sequence[int] = ()) -> None:
    """Let these events be all that their owners, and `owners`, have."""

    def compute(connection: duckdb.DuckDBPyConnection) -> None:
        for table, relation in (derived.ROWS | derived.GROWING).items():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {relation} AS FROM lake.{table} LIMIT 0")
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE derived_owner AS SELECT unnest($owners::UINTEGER[]) AS owner",
            {"owners": sorted({owner for owner, *_ in rows} | set(owners))},
        )
        connection.execute(
            "INSERT INTO derived_event BY NAME SELECT unnest($owners::UINTEGER[]) AS owner, owner AS node,"
            " unnest($times::BIGINT[]) AS at_ns, unnest($ids::VARCHAR[]) AS id",
            {"owners": [row[0] for row in rows], "times": [row[1] for row in rows], "ids": [row[2] for row in rows]},
        )

    lake.computing(compute)
    lake.derive(step, "these", TIMES)


def events(lake: LakeWriter) -> dict[str, tuple[int, int]]:
    """Where each event stands (its place does not change while it is not written again), and its time."""
    rows = lake.computing(lambda connection: connection.execute("SELECT id, rowid, at_ns FROM lake.events").fetchall())
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: row[1:] for row in rows}


def test_of_an_owner_only_the_rows_that_have_changed_are_written(lake: LakeWriter) -> None:
    derive(lake, 1, [(2, 10, "stays"), (2, 20, "moves"), (2, 30, "goes"), (4, 40, "of another")])
    before = events(lake)
    derive(lake, 2, [(2, 10, "stays"), (2, 25, "moves"), (2, 50, "comes")])
    after = events(lake)
    assert {name: at for name, (_, at) in after.items()} == {"stays": 10, "moves": 25, "comes": 50, "of another": 40}
    assert {name for name in after if after[name] == before.get(name)} == {"stays", "of another"}


def test_rows_that_are_the_same_are_counted(lake: LakeWriter) -> None:
    derive(lake, 1, [(2, 10, "a"), (2, 10, "a"), (2, 10, "a")])
    derive(lake, 2, [(2, 10, "a"), (2, 10, "a")])
    (count,) = lake.computing(lambda connection: connection.execute("SELECT count(*) FROM lake.events").fetchone()) or (
        0,
    )
    assert count == 2


def test_an_owner_that_has_no_rows_any_more_loses_them(lake: LakeWriter) -> None:
    derive(lake, 1, [(2, 10, "a"), (4, 20, "b")])
    derive(lake, 2, [], owners=[2])
    assert set(events(lake)) == {"b"}


def size(lake: LakeWriter, table: str) -> tuple[int, int, int]:
    """Files that a table has now, their bytes, and files of removed rows."""
    row = lake.computing(
        lambda connection: connection.execute(
            "SELECT count(*), sum(data_file_size_bytes)::BIGINT, count(delete_file)"
            f" FROM ducklake_list_files('lake', '{table}')"
        ).fetchone()
    )
    assert row is not None
    return row


def test_files_that_have_lost_rows_are_written_anew_and_become_one(lake: LakeWriter) -> None:
    for step in range(4):
        first = step * 500
        derive(
            lake, step + 1, [(2 * n, n, f"event {n} of many, as long as ids are") for n in range(first, first + 500)]
        )
    derive(lake, 5, [], owners=[2 * n for n in range(2000) if n % 5])
    stands, before = {name: at for name, (_, at) in events(lake).items()}, size(lake, "events")
    assert (len(stands), before[0], before[2]) == (400, 4, 4)

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        derived.rewrite(connection, "events")
        derived.merge(connection, "events")

    lake.computing(work)
    files, space, removed = size(lake, "events")
    assert (files, removed) == (1, 0)
    assert space < before[1] / 2
    assert {name: at for name, (_, at) in events(lake).items()} == stands


def test_a_large_file_is_not_written_anew_for_a_few_rows(lake: LakeWriter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "LARGE", 1_000)
    derive(lake, 1, [(2 * n, n, f"event {n}") for n in range(500)])
    derive(lake, 2, [], owners=[2, 4])
    lake.computing(lambda connection: derived.rewrite(connection, "events"))
    assert size(lake, "events")[2] == 1
    derive(lake, 3, [], owners=[2 * n for n in range(0, 500, 2)])
    lake.computing(lambda connection: derived.rewrite(connection, "events"))
    assert size(lake, "events")[2] == 0
    assert len(events(lake)) == 249
