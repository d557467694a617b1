"""Stores of older releases: a reader says what to do, the next writer brings everything up to date, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from tests.collectors.processes import CollectorProcess, tracer
from tests.collectors.traffic import stored
from tests.flows.spans import Story
from tests.flows.stores import fill, graph_of, rows
from tests.store.old_stores import old_store
from tracer.cli import main
from tracer.flows import open_flows
from tracer.formats.otlp_protobuf import decode
from tracer.store import LakeWriter
from tracer.store.migrations import MIGRATIONS

OLDER = range(1, len(MIGRATIONS))


def collect(store: Path) -> None:
    """A collector begins and is ended at once."""
    with CollectorProcess(store) as collector:
        assert collector.stop() == 0


def rebuild(store: Path) -> None:
    done = tracer("rebuild", "--store", store)
    assert done.returncode == 0, done.stderr


def orders() -> list[bytes]:
    """Two orders, each handled in a trace of its own, one of them twice."""
    story = Story()
    for n in range(2):
        sent = story.send("orders", "shop", 100 * n, key=f"k{n}")
        for again in range(n + 1):
            at = 100 * n + 20 + 30 * again
            told = {"partition": 0, "offset": n, "group": "payers", "error": "Broken" if again < n else None}
            story.process("orders", "pay", (at, at + 9), links=[sent], **told)  # type: ignore[arg-type]
    return story.requests()


def spans_of(requests: list[bytes]) -> pa.Table:
    return decode(requests, [1] * len(requests)).spans


@pytest.mark.parametrize("writer", [collect, rebuild])
@pytest.mark.parametrize("version", OLDER)
def test_an_older_store_is_brought_up_to_date_with_all_its_spans(
    tmp_path: Path, version: int, writer: Callable[[Path], None]
) -> None:
    store, spans = tmp_path / "store", spans_of(orders())
    columns = old_store(store, version, [spans.slice(0, 2), spans.slice(2)])
    writer(store)
    ids = zip(spans["trace_id"].to_pylist(), spans["span_id"].to_pylist(), strict=True)
    assert sorted(stored(store)) == sorted(ids)
    unknown = [name for name in spans.column_names if name not in columns]
    for name in unknown:  # what the older release did not keep
        at = spans.column_names.index(name)
        spans = spans.set_column(at, name, pa.nulls(len(spans), spans.schema.field(name).type))
    with open_flows(store) as flows:
        assert flows.waiting() == 0
        assert flows.graph() == graph_of(spans)
        assert {attempt.attempt for attempt in flows.graph().processings} == {1, 2}


@pytest.mark.parametrize("version", OLDER)
def test_a_reader_of_an_older_store_says_in_one_line_what_to_do(
    tmp_path: Path, version: int, capsys: pytest.CaptureFixture[str]
) -> None:
    store = tmp_path / "store"
    old_store(store, version, [spans_of(orders())])
    for words in (["events"], ["show", "key=k1"], ["sql", "SELECT 1"], ["map"]):
        assert main([*words, "--store", str(store)]) == 2
        told = capsys.readouterr()
        assert (told.out, told.err.count("\n")) == ("", 1)
        assert f"has schema {version}" in told.err
        assert f"`tracer rebuild --store {store}`" in told.err


def as_if_by_other_rules(store: Path) -> None:
    """Leave the tables as an older release would have left them: other rules, other rows."""
    with closing(LakeWriter(store)) as lake:

        def spoil() -> None:
            lake._connection.execute("UPDATE lake.covered SET rules = 'older'")
            lake._connection.execute("DELETE FROM lake.processings")

        lake._transaction(spoil)


def test_rows_of_other_rules_are_said_to_be_so_and_made_anew_by_the_next_collector(tmp_path: Path) -> None:
    store = fill(tmp_path / "store", [orders()])
    before = rows(store)
    as_if_by_other_rules(store)
    told = tracer("events", "--store", store)
    assert (told.returncode, told.stderr.count("\n")) == (0, 1)
    assert "of another release" in told.stderr
    collect(store)
    assert rows(store) == before
    assert tracer("events", "--store", store).stderr == ""
