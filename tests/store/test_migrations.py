"""Older stores are brought up to date, each step whole or not at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.store.old_stores import old_store
from tests.store.spans import numbered
from tracer.errors import UsageError
from tracer.store import Lake, LakeWriter, Position
from tracer.store.ducklake import connect, statement
from tracer.store.migrations import MIGRATIONS, VERSION, migrate, stored_version

NEXT = """
ALTER TABLE lake.spans ADD COLUMN tenant VARCHAR;
CREATE TABLE lake.tenants (name VARCHAR);
"""


def upgrade(catalog: Path, steps: list[str]) -> None:
    """Open the lake as a writer would, with these steps."""
    connection = connect(catalog, read_only=False)
    try:
        migrate(connection, catalog.parent, steps)
    finally:
        connection.close()


def version_of(catalog: Path) -> int:
    """The schema version as the next that opens it finds it."""
    connection = connect(catalog, read_only=True)
    try:
        return stored_version(connection)
    finally:
        connection.close()


def query(store: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query, as a reader of the store gets them."""
    connection = Lake.open(store).connect()
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_an_older_store_keeps_its_spans_when_it_is_upgraded(store: Path) -> None:
    writer = LakeWriter(store)
    writer.write(numbered(0, 3), position=Position(1, 1), digests=[])
    writer.close()
    catalog = store / "catalog.sqlite"
    assert version_of(catalog) == VERSION
    upgrade(catalog, [statement(name) for name in MIGRATIONS] + [NEXT])
    assert version_of(catalog) == VERSION + 1
    connection = connect(catalog, read_only=True)
    assert connection.execute("SELECT count(*), count(tenant) FROM lake.spans").fetchall() == [(3, 0)]
    assert connection.execute("SELECT count(*) FROM lake.tenants").fetchall() == [(0,)]
    connection.close()
    with pytest.raises(UsageError, match="upgrade"):
        Lake.open(store).connect()


def test_a_step_that_fails_leaves_the_store_at_its_version(store: Path) -> None:
    LakeWriter(store).close()
    catalog = store / "catalog.sqlite"
    broken = "CREATE TABLE lake.half (name VARCHAR); SELECT * FROM nowhere;"
    with pytest.raises(duckdb.CatalogException):
        upgrade(catalog, [statement(name) for name in MIGRATIONS] + [broken])
    assert version_of(catalog) == VERSION
    connection = connect(catalog, read_only=True)
    assert connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'half'").fetchall() == []
    connection.close()


def test_a_lake_without_our_tables_is_version_0_and_is_brought_up(store: Path) -> None:
    store.mkdir()
    catalog = store / "catalog.sqlite"
    connect(catalog, read_only=False).close()
    assert version_of(catalog) == 0
    with pytest.raises(UsageError, match="schema 0"):
        Lake.open(store).connect()
    LakeWriter(store).close()
    assert version_of(catalog) == VERSION
    assert Lake.open(store).statistics().spans == 0


def test_a_store_of_schema_1_is_read_and_written_by_this_release(store: Path) -> None:
    rows = numbered(0, 4, messaging_destination_name="orders")
    old_store(store, 1, [rows.slice(0, 2), rows.slice(2, 2)])
    writer = LakeWriter(store)
    for batch in (3, 4):
        new = numbered(2 * batch - 2, 2, messaging_destination_name="mails", host="h", messaging_origin_offset=7)
        writer.write(new, position=Position(1, batch), digests=[])
    told = (
        "SELECT messaging_destination_name, host, messaging_origin_offset, count(*) FROM spans GROUP BY ALL ORDER BY 1"
    )
    expected = [("mails", "h", 7, 4), ("orders", None, None, 4)]
    assert query(store, told) == expected
    assert writer.maintain()
    writer.close()
    assert query(store, told) == expected
