"""The relations that `tracer sql` adds to the store's views: events, processings, edges, problems."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

NAMES = frozenset({"events", "processings", "edges", "problems"})


def register_views(connection: duckdb.DuckDBPyConnection, sql: str | None = None) -> bool:
    """Make `events`, `processings`, `edges` and `problems` known on a connection of `Lake.connect`.

    They read the tables that the writer keeps up to date. False when nothing is
    done, for a statement that names none of them.
    """
    if sql is not None and not NAMES & named(sql):
        return False
    for file in ("tables", "views"):
        connection.execute(Path(__file__).with_name(f"{file}.sql").read_text(encoding="utf-8"))
    return True


def named(sql: str) -> set[str]:
    """The relations that a statement names. Asked of an empty database: where `spans` is known, DuckDB 1.5.5 looks
    into that view and stumbles over its COLUMNS(...).
    """
    with duckdb.connect(":memory:", config={"enable_external_access": False, "threads": 1}) as empty:
        try:
            return {name.lower() for name in empty.get_table_names(sql)}
        except duckdb.Error:  # no SQL, PIVOT, or USING, which needs the columns: any word may be a name
            return set(re.findall(r"\w+", sql.lower()))
