"""What a reader sees: the public views, the store's figures, and one clear line when there is nothing to read."""

from __future__ import annotations

import json
import math
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.spans import numbered, spans_of
from tracer.errors import SurroundingsError, UsageError
from tracer.store import Lake, LakeWriter, Position

START = 1_790_000_000_123_456_789


def written(path: Path, *batches: pa.Table) -> Lake:
    """A store with these batches."""
    writer = LakeWriter(path)
    for number, spans in enumerate(batches, 1):
        writer.write(spans, position=Position(1, number), digests=[])
    writer.close()
    return Lake.open(path)


def read(path: Path) -> None:
    """Open a store to read it."""
    Lake.open(path).connect().close()


def rows(lake: Lake, sql: str, *parameters: object) -> list[dict[str, Any]]:
    """The rows of a query on the views."""
    connection = lake.connect()
    try:
        result = connection.execute(sql, list(parameters))
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    finally:
        connection.close()


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "foreign"])
def test_what_is_no_store_is_told_in_one_line(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind in {"empty", "foreign"}:
        path.mkdir()
    if kind == "foreign":
        (path / "catalog.sqlite").write_text("something else")
    if kind == "file":
        path.touch()
    with pytest.raises(UsageError) as told:
        read(path)
    assert str(path) in str(told.value)
    assert "\n" not in str(told.value)


def test_a_store_of_a_later_release_says_to_upgrade(store: Path) -> None:
    written(store)
    catalog = sqlite3.connect(store / "catalog.sqlite")
    catalog.execute("UPDATE ducklake_tag SET value = 'event-tracer schema 99' WHERE key = 'comment'")
    catalog.commit()
    catalog.close()
    for opens in (read, LakeWriter):
        with pytest.raises(UsageError, match="upgrade"):
            opens(store)


def test_a_damaged_catalog_is_told_in_one_line(store: Path) -> None:
    written(store, numbered(0, 2))
    catalog = store / "catalog.sqlite"
    content = catalog.read_bytes()
    catalog.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    for opens in (read, LakeWriter):
        with pytest.raises(SurroundingsError) as told:
            opens(store)
        assert str(store) in str(told.value)
        assert "\n" not in str(told.value)


def test_a_new_store_can_be_read_at_once(store: Path) -> None:
    lake = written(store)
    assert rows(lake, "SELECT * FROM spans") == []
    assert lake.position() is None
    statistics = lake.statistics()
    assert (statistics.spans, statistics.oldest_start_ns, statistics.newest_arrival_ns) == (0, None, None)


def test_a_span_has_words_times_and_null_for_unknown(store: Path) -> None:
    span = {"kind": 4, "status_code": 2, "status_message": "broken", "start_ns": START, "end_ns": START - 5}
    lake = written(store, spans_of(span | {"messaging_kafka_offset": 41}))
    (row,) = rows(lake, "SELECT *, CAST(start_time AS VARCHAR) AS start, epoch_ns(end_time) AS ended FROM spans")
    expected = {
        "trace_id": "a" * 32,
        "span_id": "b" * 16,
        "parent_span_id": None,
        "kind": "producer",
        "status": "error",
        "status_message": "broken",
        "start_ns": START,
        "duration_ns": -5,
        "start": "2026-09-21 14:13:20.123456789",
        "ended": START - 5,
        "service": "orders",
        "messaging_kafka_offset": 41,
        "messaging_destination_name": None,
        "batch": 1,
    }
    assert {key: row[key] for key in expected} == expected


def test_kinds_and_status_are_lower_case_words(store: Path) -> None:
    spans = spans_of(*({"kind": n, "status_code": n % 3, "span_id": f"{n + 1:016x}"} for n in range(6)))
    told = rows(written(store, spans), "SELECT kind, status FROM spans ORDER BY span_id")
    assert [row["kind"] for row in told] == ["unspecified", "internal", "server", "client", "producer", "consumer"]
    assert [row["status"] for row in told[:3]] == ["unset", "ok", "error"]


def test_attributes_keep_their_types(store: Path) -> None:
    span = {
        "text_attributes": [{"k": "text", "v": "1"}, {"k": 'a "name"', "v": 'a\x00"\\\n🙂'}],
        "int_attributes": [{"k": "int", "v": 2**62}],
        "real_attributes": [{"k": "real", "v": 1.0}, {"k": "nan", "v": math.nan}, {"k": "inf", "v": -math.inf}],
        "bool_attributes": [{"k": "bool", "v": True}],
        "other_attributes": [{"k": "list", "v": '["a",1,null]'}, {"k": "map", "v": '{"x":{}}'}],
        "resource_attributes": '{"service.name":"orders","process.pid":7}',
    }
    lake = written(store, spans_of(span))
    (row,) = rows(lake, "SELECT attributes, resource_attributes FROM spans")
    assert json.loads(row["attributes"]) == {
        "text": "1",
        'a "name"': 'a\x00"\\\n🙂',
        "int": 2**62,
        "real": 1.0,
        "nan": "NaN",
        "inf": "-Infinity",
        "bool": True,
        "list": ["a", 1, None],
        "map": {"x": {}},
    }
    assert json.loads(row["resource_attributes"]) == {"service.name": "orders", "process.pid": 7}
    assert rows(lake, "SELECT 1 FROM spans WHERE CAST(attributes->'$.int' AS BIGINT) = 4611686018427387904")
    assert rows(lake, "SELECT json_type(attributes->'text') AS t FROM spans") == [{"t": "VARCHAR"}]


def test_a_span_without_attributes_has_an_empty_object(store: Path) -> None:
    assert rows(written(store, spans_of({})), "SELECT attributes FROM spans") == [{"attributes": "{}"}]


texts = st.text(max_size=12)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.dictionaries(texts, texts, max_size=3),
                "real": st.dictionaries(texts, st.floats(allow_nan=False, allow_infinity=False), max_size=2),
            }
        ),
        min_size=30,
        max_size=60,
    )
)
def test_any_text_survives_the_way_to_disk_and_back(tmp_path_factory: pytest.TempPathFactory, spans: list[Any]) -> None:
    table = spans_of(
        *(
            {
                "span_id": f"{number + 1:016x}",
                "text_attributes": [{"k": f"t{k}", "v": v} for k, v in span["text"].items()],
                "real_attributes": [{"k": f"r{k}", "v": v} for k, v in span["real"].items()],
            }
            for number, span in enumerate(spans)
        )
    )
    lake = written(tmp_path_factory.mktemp("store"), table)
    for row, span in zip(rows(lake, "SELECT attributes FROM spans ORDER BY span_id"), spans, strict=True):
        expected = {f"t{k}": v for k, v in span["text"].items()} | {f"r{k}": v for k, v in span["real"].items()}
        assert json.loads(row["attributes"]) == expected


def test_events_are_kept_with_their_attributes(store: Path) -> None:
    event = {"time_ns": 5, "name": "exception", "attributes": '{"exception.type":"KeyError"}'}
    (row,) = rows(written(store, spans_of({"events": [event]})), "SELECT events FROM spans")
    assert row["events"] == [event | {"dropped_attributes_count": None}]


def test_links_are_rows_in_the_order_of_the_span(store: Path) -> None:
    links = [
        {"trace_id": "c" * 32, "span_id": "d" * 16, "flags": 1, "attributes": '{"n":1}', "trace_state": "x=1"},
        {"trace_id": "e" * 32, "span_id": "f" * 16},
    ]
    lake = written(store, spans_of({"span_id": "1" * 16}, {"span_id": "2" * 16, "links": links}))
    assert rows(lake, "SELECT * FROM links ORDER BY link_index") == [
        {
            "trace_id": "a" * 32,
            "span_id": "2" * 16,
            "link_index": index,
            "linked_trace_id": link["trace_id"],
            "linked_span_id": link["span_id"],
            "flags": link.get("flags"),
            "attributes": link.get("attributes"),
            "trace_state": link.get("trace_state"),
        }
        for index, link in enumerate(links)
    ]


@pytest.mark.parametrize("view", ["spans", "links"])
def test_a_filter_on_the_trace_reaches_the_scan(store: Path, view: str) -> None:
    connection = written(store, numbered(0, 10)).connect()
    plan = connection.execute(f"EXPLAIN SELECT span_id FROM {view} WHERE trace_id = '{2:032x}'").fetchall()[0][1]
    connection.close()
    scan = plan[plan.index("DUCKLAKE_SCAN") :]
    assert "Filters" in scan
    assert "trace_id" in scan.split("Filters")[1]


def test_a_reader_cannot_write(store: Path) -> None:
    connection = written(store, numbered(0, 2)).connect()
    with pytest.raises(Exception, match="read-only"):
        connection.execute("DELETE FROM lake.spans")
    connection.close()


def test_the_version_changes_when_spans_arrive_and_only_then(store: Path) -> None:
    lake = written(store, numbered(0, 2))
    connection = lake.connect()
    before = lake.version(connection)
    assert lake.version(connection) == before
    written(store, numbered(2, 2))
    assert lake.version(connection) > before
    connection.close()


def test_figures_of_the_store(store: Path) -> None:
    spans = spans_of(
        {"start_ns": 5, "received_ns": 100, "span_id": "1" * 16},
        {"start_ns": 9, "received_ns": 90, "span_id": "2" * 16},
    )
    statistics = written(store, spans).statistics()
    times = (statistics.oldest_start_ns, statistics.newest_start_ns, statistics.newest_arrival_ns)
    assert (statistics.spans, statistics.traces, times) == (2, 1, (5, 9, 100))
    assert statistics.bytes_on_disk > sum(file.stat().st_size for file in (store / "data").rglob("*.parquet"))


def test_a_store_that_was_moved_is_read_where_it_is(store: Path) -> None:
    written(store, numbered(0, 4))
    moved = store.rename(store.parent / "it's moved; really")
    lake = written(moved, numbered(4, 2))
    assert rows(lake, "SELECT count(*) AS n FROM spans") == [{"n": 6}]


def test_readers_elsewhere_go_on_while_a_batch_is_written(store: Path) -> None:
    writer = LakeWriter(store)
    writer.write(numbered(0, 3), position=Position(1, 1), digests=[])
    count = "from pathlib import Path; from tracer.store import Lake\n"
    count += f"print(Lake.open(Path({str(store)!r})).connect().execute('SELECT count(*) FROM spans').fetchone()[0])"
    try:
        first = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True, timeout=60)
        writer.write(numbered(3, 3), position=Position(1, 2), digests=[])
        second = subprocess.run([sys.executable, "-c", count], capture_output=True, text=True, check=True, timeout=60)
    finally:
        writer.close()
    assert (first.stdout, second.stdout) == ("3\n", "6\n")


def test_an_open_connection_sees_what_is_written_later(store: Path) -> None:
    writer = LakeWriter(store)
    connection = Lake.open(store).connect()
    counts = []
    for number in range(1, 3):
        writer.write(numbered(number * 10, 3), position=Position(1, number), digests=[])
        counts.append(connection.execute("SELECT count(*) FROM spans").fetchone())
    connection.close()
    writer.close()
    assert counts == [(3,), (6,)]


def test_reading_needs_no_arrow(store: Path) -> None:
    written(store, numbered(0, 1))
    code = "import sys; from pathlib import Path; from tracer.store import Lake\n"
    code += f"c = Lake.open(Path({str(store)!r})).connect(); c.execute('SELECT * FROM spans').fetchall()\n"
    code += "print(sorted({'pyarrow', 'ptars', 'numpy'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert "pyarrow" not in told.stdout
    assert "ptars" not in told.stdout
