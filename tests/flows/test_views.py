"""The relations that `tracer sql` reads."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.flows.spans import Story
from tracer.flows import register_views
from tracer.store import Lake


@pytest.fixture
def connection(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, partition=0, offset=1, group="mailers", error="X")
    story.send("orders.dlq", "mail", 50, parent=handling, partition=0, offset=0)
    return Lake.open(story.store(tmp_path)).connect()


def columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[str]:
    return [row[0] for row in connection.execute(f'DESCRIBE "{relation}"').fetchall()]


def test_the_views_have_the_fields_of_the_json_in_snake_case(connection: duckdb.DuckDBPyConnection) -> None:
    register_views(connection)
    wanted = {
        "events": "id system topic partition offset key message_id produced_at service trace_id span_id",
        "processings": "id event group group_known attempt service outcome error started_at queue_ns backoff_ns"
        " duration_ns trace_id span_id",
        "edges": "from to kind method confidence",
        "problems": "check subject topic group count first_at last_at message evidence confidence",
    }
    for relation, names in wanted.items():
        assert set(names.split()) <= set(columns(connection, relation))
    types = dict(connection.execute("SELECT column_name, column_type FROM (DESCRIBE events)").fetchall())
    assert (types["produced_at"], types["partition"], types["offset"]) == ("TIMESTAMP_NS", "INTEGER", "BIGINT")


def test_the_views_tell_what_the_graph_tells_and_every_piece_of_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    register_views(connection)
    assert connection.execute("SELECT id, service FROM events ORDER BY id").fetchall() == [
        ("kafka://orders.dlq/0/0", "mail"),
        ("kafka://orders/0/1", "shop"),
    ]
    assert connection.execute('SELECT id, "group", outcome, error FROM processings').fetchall() == [
        ("kafka://orders/0/1#mailers@1", "mailers", "dead-lettered", "X: X happened")
    ]
    assert connection.execute("SELECT kind, method FROM edges ORDER BY ALL").fetchall() == [
        ("dead-lettered", "parent"),
        ("delivered", "coordinates"),
        ("delivered", "parent"),
    ]
    assert connection.execute("SELECT count(*) FROM problems").fetchall() == [(0,)]


def test_nothing_is_built_for_a_statement_that_names_none_of_them(connection: duckdb.DuckDBPyConnection) -> None:
    register_views(connection, "SELECT count(*) FROM spans")
    register_views(connection, "SELECT 'events' FROM spans AS s JOIN links AS l ON s.span_id = l.span_id -- edges")
    with pytest.raises(duckdb.CatalogException):
        connection.execute("FROM events")
    register_views(connection, "this is no SQL")
    register_views(connection, "SELECT * FROM spans JOIN Edges ON true")
    assert connection.execute("SELECT count(*) FROM events").fetchall() == [(2,)]
