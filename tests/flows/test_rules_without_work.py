"""Rules whose needs are empty do not run, and what stands in for them is as they would leave it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.flows.spans import Story
from tracer.flows import reconstruction
from tracer.flows.model import Graph
from tracer.flows.reading import whole_graph
from tracer.formats.otlp_protobuf import decode

Columns = dict[str, list[tuple[str, str]]]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the spans of one event that is handled and sent on."""
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=1, key="k")
    handling = story.process("orders", "mail", (40, 70), parent=sent, group="m")
    story.send("mails", "mail", 50, parent=handling, partition=0, offset=3)
    spans = decode(story.requests(), [1] * 3).spans
    with duckdb.connect() as connection:
        connection.register("flow_store", spans)
        connection.execute("CREATE TEMP VIEW flow_source AS FROM flow_store")
        yield connection


def columns(connection: duckdb.DuckDBPyConnection) -> Columns:
    """The columns of each temporary table, with their types."""
    found: Columns = {}
    for table, column, kind in connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE table_name LIKE 'flow_%' ORDER BY ALL"
    ).fetchall():
        found.setdefault(table, []).append((column, kind))
    return found


def graph(connection: duckdb.DuckDBPyConnection) -> Graph:
    reconstruction.reconstruct(connection)
    return whole_graph(connection)


def test_what_stands_in_for_a_rule_has_its_columns(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute(reconstruction.statement("nothing"))
    standing_in = columns(connection)
    monkeypatch.setattr(reconstruction, "NEEDS", {})
    reconstruction.reconstruct(connection)
    made = columns(connection)
    assert "flow_adjacent" in standing_in
    assert {table: made[table] for table in standing_in} == standing_in


def test_rules_that_need_not_run_change_nothing(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = graph(connection)
    monkeypatch.setattr(reconstruction, "NEEDS", {})
    assert graph(connection) == short
    assert len(short.edges) == 2


def test_nothing_is_left_of_the_reconstruction_before(connection: duckdb.DuckDBPyConnection) -> None:
    graph(connection)
    connection.execute("CREATE OR REPLACE TEMP VIEW flow_source AS FROM flow_store LIMIT 0")
    reconstruction.rebuild(connection)
    assert whole_graph(connection) == Graph((), (), ())
