"""The tables that the writer keeps up to date: for any batches, in any order, the rows of one reconstruction."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.flows import stores
from tests.flows.simulation import simulate
from tests.flows.spans import Story
from tests.flows.stores import graph_of
from tracer.errors import SurroundingsError
from tracer.flows import open_flows, reconstruction, rules, upkeep
from tracer.flows.model import Graph
from tracer.flows.upkeep import Upkeep
from tracer.formats.otlp_protobuf import decode
from tracer.store import LakeWriter, Position, derived


def write(lake: LakeWriter, spans: pa.Table) -> None:
    position = lake.position or Position(1, 0)
    lake.write(spans, position=Position(1, position.offset + 1), digests=[])


def keep_up(store: Path, batches: Sequence[pa.Table]) -> Graph:
    """The graph of a store whose tables were brought up to date after each of these batches."""
    with closing(LakeWriter(store)) as lake:
        keeping = Upkeep(lake)
        for spans in batches:
            write(lake, spans)
            assert keeping.step()
            assert not keeping.step()
    with open_flows(store) as flows:
        return flows.graph()


def decoded(requests: Sequence[bytes]) -> pa.Table:
    return decode(requests, [1] * len(requests)).spans


def splits(requests: Sequence[bytes], seed: int) -> list[pa.Table]:
    """The spans in some batches, in any order."""
    chance = random.Random(seed)
    shuffled = chance.sample(requests, len(requests))
    cuts = chance.sample(range(1, len(shuffled)), min(len(shuffled) - 1, chance.randint(1, 3)))
    return [decoded(shuffled[begin:end]) for begin, end in pairwise([0, *sorted(cuts), len(shuffled)])]


@pytest.mark.parametrize("seed", range(6))
def test_spans_of_simulated_systems_give_the_same_rows_in_any_batches_as_in_one(tmp_path: Path, seed: int) -> None:
    requests = [request for part in "ab" for request in simulate(seed * 7 + ord(part), prefix=part).requests]
    batches = splits(requests, seed)
    assert keep_up(tmp_path / "batches", batches) == graph_of(pa.concat_tables(batches))
    keep_up(tmp_path / "at-once", [pa.concat_tables(batches)])
    assert stores.rows(tmp_path / "batches") == stores.rows(tmp_path / "at-once")


def orders(story: Story, first: int, count: int) -> None:
    """Orders that are sent, handled in traces of their own, and mailed on."""
    for n in range(first, first + count):
        at = n * 1000
        sent = story.send("orders", "shop", at, key=f"k{n}")
        handling = story.process(
            "orders", "pay", (at + 10, at + 40), links=[sent], partition=0, offset=n, group="payers"
        )
        story.send("mails", "pay", at + 20, parent=handling, key=f"k{n}")


def scopes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many spans each step to come looks at."""
    rebuild = reconstruction.rebuild
    counts: list[int] = []

    def counting(connection: duckdb.DuckDBPyConnection, *arguments: Any, **named: Any) -> None:
        counts.extend(connection.execute("SELECT count(*) FROM flow_source").fetchone() or ())
        rebuild(connection, *arguments, **named)

    monkeypatch.setattr(reconstruction, "rebuild", counting)
    return counts


def test_a_span_that_comes_hours_late_changes_the_rows_that_it_concerns_and_reads_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    orders(story, 0, 30)
    requests = story.requests()
    late, rest = requests[12], requests[:12] + requests[13:]  # a send: until it comes its event has no time
    batches = [decoded(rest[:44]), decoded(rest[44:]), decoded([late])]
    assert keep_up(tmp_path, batches) == graph_of(decoded(requests))
    with closing(LakeWriter(tmp_path)) as lake:
        write(lake, decoded(story_of_one()))
        read = scopes(monkeypatch)
        Upkeep(lake).step()
    assert read == [1]


def test_along_a_lane_a_batch_reads_minutes_however_long_the_lane_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story()
    for n in range(120):  # an order every ten seconds, handled after its receive span has ended
        at = n * 10_000
        sent = story.send("orders", "shop", at, key=f"k{n}")
        story.receive("orders", "mail", at + 5, parent=sent, group="mailers")
        story.send("mails", "mail", at + 20, key=f"k{n}")
    requests = story.requests()
    with closing(LakeWriter(tmp_path)) as lake:
        keeping, read = Upkeep(lake), scopes(monkeypatch)
        for part in (requests[:-3], requests[-3:]):
            write(lake, decoded(part))
            keeping.step()
    assert 3 * 6 < read[-1] < 3 * 6 * 3  # a minute back, and that which depends on another
    with open_flows(tmp_path) as flows:
        assert flows.graph() == graph_of(decoded(requests))


def story_of_one() -> list[bytes]:
    story = Story(seed=2)
    story.send("elsewhere", "other", 5)
    return story.requests()


def test_the_same_spans_by_two_collectors_change_nothing(tmp_path: Path) -> None:
    story = Story()
    orders(story, 0, 5)
    spans = decoded(story.requests())
    assert keep_up(tmp_path, [spans, spans.slice(3, 6)]) == graph_of(spans)


def test_what_stands_as_it_stood_is_not_written_again(tmp_path: Path) -> None:
    story = Story()
    orders(story, 0, 5)
    spans = decoded(story.requests())
    keep_up(tmp_path, [spans])
    before = sorted((tmp_path / "data" / "main" / "events").iterdir())
    keep_up(tmp_path, [spans.slice(0, 2)])
    assert sorted((tmp_path / "data" / "main" / "events").iterdir()) == before


def test_a_group_that_is_told_late_is_that_of_earlier_deliveries(tmp_path: Path) -> None:
    story = Story()
    for n in range(3):
        sent = story.send("orders", "shop", n)
        story.process("orders", "pay", (40 + n, 60), parent=sent, group="payers" if n == 2 else None)
    requests = story.requests()
    graph = keep_up(tmp_path, [decoded(requests[:2]), decoded(requests[2:4]), decoded(requests[4:])])
    assert {(item.group, item.group_known) for item in graph.processings} == {("payers", True)}
    assert graph == graph_of(decoded(requests))


def test_a_second_cluster_makes_places_without_a_cluster_less_sure(tmp_path: Path) -> None:
    story = Story()
    story.process("orders", "pay", (40, 60), partition=0, offset=1, group="payers")
    story.process("orders", "pay", (70, 80), partition=0, offset=2, group="payers", cluster="east")
    story.process("orders", "pay", (90, 95), partition=0, offset=3, group="payers", cluster="west")
    batches = [decoded([request]) for request in story.requests()]
    graph = keep_up(tmp_path, batches)
    assert sorted(edge.confidence for edge in graph.edges) == [0.9, 1.0, 1.0]
    assert graph == graph_of(pa.concat_tables(batches))


def test_what_a_killed_writer_left_is_taken_up_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    orders(story, 0, 6)
    parts = [decoded(story.requests()[:7]), decoded(story.requests()[7:])]
    with closing(LakeWriter(tmp_path)) as lake:
        write(lake, parts[0])
        Upkeep(lake).step()
        write(lake, parts[1])
        replace = derived.replace

        def killed(*arguments: object) -> None:
            replace(*arguments)  # type: ignore[arg-type]
            raise OSError("killed")

        monkeypatch.setattr(derived, "replace", killed)
        with pytest.raises(SurroundingsError):
            Upkeep(lake).step()
        monkeypatch.undo()
    with open_flows(tmp_path) as flows:
        assert flows.graph() == graph_of(parts[0])
        assert flows.waiting() == len(parts[1])
    with closing(LakeWriter(tmp_path)) as lake:
        assert Upkeep(lake).step()
    with open_flows(tmp_path) as flows:
        assert flows.graph() == graph_of(pa.concat_tables(parts))
        assert flows.waiting() == 0


def test_tables_that_other_rules_made_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    orders(story, 0, 3)
    keep_up(tmp_path, [decoded(story.requests())])
    before = stores.rows(tmp_path)
    monkeypatch.setattr(rules, "RULES", rules.RULES + 1)
    with closing(LakeWriter(tmp_path)) as lake:
        keeping = Upkeep(lake)
        assert keeping.waiting() == len(story.requests())
        assert stores.rows(tmp_path) == {table: [] for table in derived.ROWS}
        assert keeping.step()
    assert stores.rows(tmp_path) == before


def test_after_a_large_step_nothing_of_it_is_left_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "KEPT", 2)
    story = Story()
    orders(story, 0, 3)
    with closing(LakeWriter(tmp_path)) as lake:
        write(lake, decoded(story.requests()))
        Upkeep(lake).step()
        left = lake.computing(
            lambda connection: connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
        )
    assert left == []


def test_batches_are_taken_in_a_few_at_a_time(tmp_path: Path) -> None:
    story = Story()
    orders(story, 0, 8)
    requests = story.requests()
    with closing(LakeWriter(tmp_path)) as lake:
        for begin in range(0, 24, 4):
            write(lake, decoded(requests[begin : begin + 4]))
        keeping, steps = Upkeep(lake), 0
        while keeping.step(8):
            steps += 1
        assert steps == 3
    with open_flows(tmp_path) as flows:
        assert flows.graph() == graph_of(decoded(requests))
