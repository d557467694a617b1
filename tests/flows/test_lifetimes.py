"""The relations of a sequence of statements are given up when nobody will read them, and not before."""

from __future__ import annotations

import duckdb

from tests.flows.spans import Story
from tracer.flows import reconstruction
from tracer.flows.reconstruction.lifetimes import unread_after
from tracer.formats.otlp_protobuf import decode


def test_a_table_lives_until_the_last_statement_that_reads_it() -> None:
    assert unread_after(
        [
            "CREATE OR REPLACE TEMP TABLE a AS SELECT 1 AS x",
            "CREATE OR REPLACE TEMP TABLE b AS FROM a",
            "INSERT INTO b FROM a",
            "SELECT x FROM b",
            "SELECT 2",
        ]
    ) == [[], [], ["a"], ["b"], []]


def test_a_view_reads_what_is_behind_it_where_it_is_read_itself() -> None:
    assert unread_after(
        [
            "CREATE OR REPLACE TEMP TABLE a AS SELECT 1 AS x",
            "CREATE OR REPLACE TEMP VIEW v AS FROM a",
            "CREATE OR REPLACE TEMP VIEW w AS FROM v",
            "FROM w",
            "FROM v -- nor a comment on a reads it",
            "SELECT 1 -- a, v",
        ]
    ) == [[], [], [], [], ["a"], []]


def test_a_table_that_is_made_again_is_another_reason_to_keep_its_name() -> None:
    again = "CREATE OR REPLACE TEMP TABLE a AS SELECT 1 AS x"
    assert unread_after([again, "FROM a", again, "FROM a"]) == [[], [], [], ["a"]]


def test_of_a_reconstruction_only_that_stays_which_is_read_afterwards() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=1)
    story.process("orders", "mail", (40, 70), parent=sent, group="m")
    made = "CREATE OR REPLACE TEMP TABLE spans AS FROM flow_store"
    with duckdb.connect() as connection:
        connection.register("flow_store", decode(story.requests(), [1] * 2).spans)
        connection.execute(made)
        connection.execute("CREATE OR REPLACE TEMP VIEW flow_source AS FROM spans")
        reconstruction.gather_facts(connection)
        facts = tables(connection)
        view = "CREATE OR REPLACE TEMP VIEW flow_source AS FROM spans"
        reconstruction.rebuild(connection, before=[made, view], after=["FROM flow_event", "FROM flow_edge"])
        left = tables(connection) - facts
        assert connection.execute("SELECT count(*) FROM flow_edge").fetchone() == (1,)
    assert left == {"flow_event", "flow_delivered", "flow_caused", "flow_guessed"}


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The temporary tables that stand."""
    return {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()}
