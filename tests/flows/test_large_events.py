"""Events with thousands of consumers, batches of thousands, chains of thousands: every edge is there."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from tests.flows.spans import Span, Story
from tracer.flows.reconstruction import unite

MANY = 2_000


@pytest.mark.parametrize("known_by", ["parent", "link", "coordinates"])
def test_an_event_of_thousands_of_groups_is_delivered_to_each(known_by: str) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=5)
    told: dict[str, dict[str, Any]] = {
        "parent": {"parent": sent},
        "link": {"links": [sent]},
        "coordinates": {"partition": 0, "offset": 5},
    }
    for n in range(MANY):
        story.process("orders", f"s{n % 20}", (10 + n, 15 + n), group=f"g{n}", **told[known_by])
    graph = story.graph()
    assert [e.id for e in graph.events] == ["kafka://orders/0/5"]
    assert {e.target for e in graph.edges} == {f"kafka://orders/0/5#g{n}@1" for n in range(MANY)}
    assert {(e.method, e.confidence) for e in graph.edges} == {(known_by, 1.0)}


def orders(story: Story) -> list[Span]:
    return [story.send("orders", "shop", n, key=f"k{n}") for n in range(MANY)]


def test_a_send_out_of_a_batch_of_thousands_may_be_caused_by_each_of_its_messages() -> None:
    story = Story()
    batch = story.process("orders", "mail", (MANY, MANY + 9), links=orders(story), group="mailers")
    story.send("totals", "mail", MANY + 5, parent=batch)
    caused = [e for e in story.graph().edges if e.kind == "caused"]
    assert len(caused) == MANY
    assert {(e.confidence, e.evidence[0].detail) for e in caused} == {(1 / MANY, f"1 of {MANY} in the batch")}


def test_thousands_of_sends_out_of_a_batch_of_thousands_are_told_apart_by_their_keys() -> None:
    story = Story()
    sends = orders(story)
    batch = story.process("orders", "mail", (MANY, MANY + 9), links=sends, group="mailers")
    onward = [story.send("mails", "mail", MANY + 5, parent=batch, key=f"k{n}") for n in range(MANY)]
    caused = {(e.source, e.target): e for e in story.graph().edges if e.kind == "caused"}
    assert caused.keys() == {
        (f"{sent.event_id}#mailers@1", after.event_id) for sent, after in zip(sends, onward, strict=True)
    }
    assert {(e.confidence, e.evidence[0].detail) for e in caused.values()} == {
        (0.9, f"the key fits 1 of {MANY} in the batch")
    }


def test_a_send_that_links_thousands_of_handlings_was_caused_by_all_of_them() -> None:
    story = Story()
    handlings = [
        story.process("orders", "sum", (10 + n, 15 + n), partition=0, offset=n, group="summers") for n in range(MANY)
    ]
    story.send("totals", "sum", MANY + 20, links=handlings)
    caused = [e for e in story.graph().edges if e.kind == "caused"]
    assert {(e.source, e.method, e.confidence) for e in caused} == {
        (f"kafka://orders/0/{n}#summers@1", "link", 1.0) for n in range(MANY)
    }


def test_a_retry_topic_that_feeds_itself_thousands_of_times_is_one_chain() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.process("orders", "pay", (5, 6), links=[first], partition=0, offset=0, group="payers")
    for n in range(MANY):
        begin = 10 + n * 10
        story.process("orders.retry", "pay", (begin, begin + 5), links=[first], partition=0, offset=n, group="payers")
    retried = {e.target: e.source for e in story.graph().edges if e.kind == "retried"}
    assert len(retried) == MANY
    assert retried[f"kafka://orders.retry/0/{MANY - 1}"] == f"kafka://orders.retry/0/{MANY - 2}#payers@1"


class Counting:
    """A connection that counts what it executes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.statements = 0

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        self.statements += 1
        return self.connection.execute(sql)


def test_a_chain_of_thousands_of_messages_known_by_one_another_is_united_in_few_steps() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE chain AS SELECT range AS node FROM range(1, 20_001) ORDER BY hash(range)")
        connection.execute("CREATE TEMP TABLE flow_send AS SELECT 0 AS sid WHERE false")
        connection.execute("CREATE TEMP TABLE flow_arrival AS SELECT node AS aid FROM chain")
        connection.execute(
            """CREATE TEMP TABLE flow_identity AS
            SELECT node, 'k' || rowid AS key FROM chain
            UNION ALL
            SELECT node, 'k' || rowid + 1 FROM chain"""
        )
        counting = Counting(connection)
        unite(counting)  # type: ignore[arg-type]
        labels = connection.execute("SELECT DISTINCT label FROM flow_label").fetchall()
    assert labels == [(1,)]
    assert counting.statements < 50
