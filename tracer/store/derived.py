"""The derived tables: what the spans tell, replaced trace by trace.

The rows come from whoever knows the rules, as temporary relations of the writer's connection with the columns of the
tables; this module knows how they get into the lake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracer.store.ducklake import statement

if TYPE_CHECKING:
    import duckdb

ROWS = {"events": "derived_event", "processings": "derived_processing", "causes": "derived_cause"}
"""Tables whose rows belong to an owner, and the relations that hold what is to stand there."""

GROWING = {
    "refs": "derived_ref",
    "told": "derived_told",
    "told_clusters": "derived_told_cluster",
    "lanes": "derived_lane",
}
"""Tables that only grow, and the relations that hold what is new."""

LARGE = 8_000_000
"""Files beyond so many bytes (some 200,000 rows) are neither merged nor, for a few removed rows, rewritten."""


@dataclass(frozen=True, slots=True)
class RowTimes:
    """Rows that may be replaced have their `at_ns` between `first_ns` and `last_ns`; that of a row is at least
    `soonest_ns` (negative: clocks differ) and at most `latest_ns` after that of the row which leads to it.
    """

    first_ns: int
    last_ns: int
    soonest_ns: int
    latest_ns: int


def replace(connection: duckdb.DuckDBPyConnection, times: RowTimes) -> None:
    """The rows of the owners in `derived_owner` become those of the relations in ROWS; what is new of GROWING is added.

    Rows that are what they were are left alone.
    """
    for table, relation in ROWS.items():
        _replace_rows(connection, table, relation, {"first": times.first_ns, "last": times.last_ns})
    for table, relation in GROWING.items():
        _add(connection, table, relation)


def forget_relations(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop the temporary tables of the connection: those that `replace` has taken, and those that they were made of."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    for (table,) in tables:
        connection.execute(f"DROP TABLE temp.{table}")


def empty(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove every row, and that anything was covered."""
    for table in (*ROWS, *GROWING, "covered"):
        connection.execute(f"DELETE FROM lake.{table}")


def rewrite(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Write files anew from which rows have been removed, except large ones that have lost few: one removed row costs
    no more than the new rows beside it.
    """
    row = connection.execute(statement("rewrite_share"), {"table": table, "bytes": LARGE}).fetchone()
    share = float(row[0]) + 1e-9 if row else 0.0
    connection.execute(statement("rewrite_files"), {"table": table, "share": share})


def merge(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Small files of a table become large ones."""
    connection.execute(statement("merge_table"), {"table": table, "bytes": LARGE})


def _replace_rows(connection: duckdb.DuckDBPyConnection, table: str, relation: str, extent: dict[str, int]) -> None:
    """Row by row: an owner's key may be that of an old trace as well, whose rows are what they were."""
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE derived_old AS SELECT rowid AS place, * FROM lake.{table}"
        " SEMI JOIN derived_owner USING (owner) WHERE at_ns BETWEEN $first AND $last",
        extent,
    )
    # most owners are new: their rows are compared with nothing
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE derived_changed AS"
        " SELECT * EXCLUDE (place), list(place) FILTER (place IS NOT NULL) AS places,"
        " count(*) FILTER (place IS NULL) AS copies FROM ("
        f"FROM derived_old UNION ALL BY NAME (FROM {relation} SEMI JOIN derived_old USING (owner))"
        ") GROUP BY ALL HAVING count(place) <> count(*) FILTER (place IS NULL)"
    )
    gone = connection.execute("SELECT min(at_ns), max(at_ns) FROM derived_changed WHERE len(places) > 0").fetchone()
    if gone is not None and gone[0] is not None:
        connection.execute(
            f"DELETE FROM lake.{table} WHERE at_ns BETWEEN $first AND $last"
            " AND rowid IN (SELECT unnest(places) FROM derived_changed)",
            {"first": gone[0], "last": gone[1]},
        )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW derived_added AS"
        f" FROM {relation} ANTI JOIN derived_old USING (owner) UNION ALL BY NAME"
        " SELECT * EXCLUDE (places, copies, copy) FROM (SELECT *, unnest(range(copies)) AS copy FROM derived_changed)"
    )
    _add(connection, table, "derived_added")


def _add(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> None:
    if _any(connection, rows):  # to find out costs less than to write nothing into the lake
        connection.execute(f"INSERT INTO lake.{table} BY NAME FROM {rows}")


def _any(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    return connection.execute(f"FROM {rows} LIMIT 1").fetchone() is not None
