"""The relations that `tracer sql` adds to the store's views: events, processings, edges, problems."""

from __future__ import annotations

import re

import duckdb

from tracer.flows.reconstruction import reconstruct, statement

NAMES = frozenset({"events", "processings", "edges", "problems"})


def register_views(connection: duckdb.DuckDBPyConnection, sql: str | None = None) -> None:
    """Make `events`, `processings`, `edges` and `problems` known on a connection of `Lake.connect`.

    They are built from every span of the store, so give the statement that will run: nothing is done when it names
    none of them.
    """
    if sql is not None and not NAMES & _names(connection, sql):
        return
    connection.execute("CREATE OR REPLACE TEMP VIEW flow_store AS FROM lake.spans")
    connection.execute("CREATE OR REPLACE TEMP VIEW flow_source AS FROM lake.spans")
    reconstruct(connection)
    connection.execute(statement("views"))


def _names(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    try:
        return {name.lower() for name in connection.get_table_names(sql)}
    except duckdb.Error:  # no SQL, or it names the view `spans`, of which DuckDB 1.5.5 cannot tell the tables
        return set(re.findall(r"\w+", sql.lower()))
