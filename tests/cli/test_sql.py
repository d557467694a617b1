"""`tracer sql` reads the documented views, exactly, and does nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.cli.stories import T0


def rows(tracer: Tracer, statement: str) -> list[dict[str, object]]:
    answer = tracer("sql", statement, "--format", "json")
    assert (answer.status, answer.err) == (0, "")
    found: list[dict[str, object]] = answer.json
    return found


def test_every_documented_view_is_there(tracer: Tracer) -> None:
    counts = {"spans": 7, "links": 0, "events": 4, "processings": 3, "edges": 8, "problems": 1}
    for view, count in counts.items():
        assert rows(tracer, f"SELECT count(*) AS n FROM {view}") == [{"n": count}], view


def test_views_join(tracer: Tracer) -> None:
    found = rows(
        tracer,
        "SELECT e.id, s.name, s.kind FROM events e JOIN spans s USING (trace_id, span_id) WHERE e.topic = 'email-sent'",
    )
    assert found == [{"id": "kafka://email-sent/0/3", "name": "send email-sent", "kind": "producer"}]


def test_times_keep_their_nanoseconds_and_json_columns_are_json(tracer: Tracer) -> None:
    (found,) = rows(tracer, "SELECT start_time, start_ns, attributes FROM spans ORDER BY start_ns LIMIT 1")
    assert found["start_time"] == "2026-11-24T06:11:01.123456789Z"
    assert found["start_ns"] == T0
    attributes = found["attributes"]
    assert isinstance(attributes, dict)
    assert attributes["messaging.kafka.offset"] == 7


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("170141183460469231731687303715884105727", 170141183460469231731687303715884105727),
        ("9007199254740993", 9007199254740993),
        ("NULL", None),
        ("1.10::DECIMAL(9, 3)", 1.1),
        ("12345678901234567890.123456789::DECIMAL(38, 9)", "12345678901234567890.123456789"),
        ("'nan'::DOUBLE", "NaN"),
        ("'-inf'::DOUBLE", "-Infinity"),
        ("true", True),
        ("'\\xFF'::BLOB", "/w=="),
        ("DATE '2026-11-24'", "2026-11-24"),
        ("INTERVAL 1 MONTH", "1 month"),
        ("TIMESTAMP '2026-11-24 08:15:02.5'", "2026-11-24T08:15:02.500000000Z"),
        ("TIMESTAMPTZ '2026-11-24 08:15:02+02'", "2026-11-24T06:15:02.000000000Z"),
        ("[TIMESTAMP_NS '2026-11-24 08:15:02.000000001', NULL]", ["2026-11-24T08:15:02.000000001Z", None]),
        ("{'a b': '{\"x\": [1]}'::JSON, 'n': 1}", {"a b": {"x": [1]}, "n": 1}),
        ("MAP {1: DATE '2026-01-01'}", {"1": "2026-01-01"}),
        ("uuid '254e3eff-68a0-49de-a2c6-0e6f4e6be867'", "254e3eff-68a0-49de-a2c6-0e6f4e6be867"),
    ],
)
def test_values_are_exact(tracer: Tracer, expression: str, value: object) -> None:
    assert rows(tracer, f"SELECT {expression} AS v") == [{"v": value}]


def test_columns_of_one_name_are_told_apart(tracer: Tracer) -> None:
    assert rows(tracer, "SELECT 1 AS a, 2 AS a") == [{"a": 1, "a_2": 2}]


def test_the_order_of_the_statement_is_kept_and_a_comment_or_semicolon_at_its_end_is_no_matter(tracer: Tracer) -> None:
    found = rows(tracer, 'SELECT "offset" FROM events ORDER BY produced_at DESC; -- newest first')
    assert found == [{"offset": 0}, {"offset": 8}, {"offset": 3}, {"offset": 7}]


def test_no_rows_are_an_empty_list(tracer: Tracer) -> None:
    assert rows(tracer, "SELECT id FROM events WHERE false") == []


def test_text_is_an_aligned_table_and_csv_reads_back(tracer: Tracer) -> None:
    statement = "SELECT topic, count(*) AS n FROM events GROUP BY ALL ORDER BY topic"
    assert tracer("sql", statement).out.splitlines() == [
        "topic                 n",
        "────────────────────  ─",
        "email-sent            1",
        "user-created          2",
        "user-created.crm.dlq  1",
        "(3 rows)",
    ]
    lines = list(csv.reader(tracer("sql", statement, "--format", "csv").out.splitlines()))
    assert lines == [["topic", "n"], ["email-sent", "1"], ["user-created", "2"], ["user-created.crm.dlq", "1"]]


@pytest.mark.parametrize(
    "statement", ["DESCRIBE events", "SUMMARIZE processings", "SHOW TABLES", "FROM edges", "VALUES (1)"]
)
def test_what_else_only_reads_is_allowed(tracer: Tracer, statement: str) -> None:
    assert len(rows(tracer, statement)) > 0


def test_show_tables_tells_the_documented_views_and_nothing_else(tracer: Tracer) -> None:
    names = [row["name"] for row in rows(tracer, "show tables;")]
    assert names == ["edges", "events", "links", "problems", "processings", "spans"]
    for name in names:
        assert len(rows(tracer, f"DESCRIBE {name}")) > 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO lake.spans SELECT * FROM lake.spans",
        "DELETE FROM lake.spans",
        "DROP VIEW spans",
        "COPY (SELECT 1) TO '{outside}'",
        "ATTACH '{outside}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 1",
        "PRAGMA database_list",
        "-- a comment first\nPRAGMA database_list",
        "CALL pragma_version()",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{outside}'",
        "SELECT 1; SELECT 2",
        "",
        "SELECT * FROM '{outside}'",
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM sqlite_scan('{outside}', 'a')",
        "SELECT * FROM query('SELECT 1')",
    ],
)
def test_anything_but_reading_the_store_is_refused_in_one_line(tracer: Tracer, tmp_path: Path, statement: str) -> None:
    outside = tmp_path / "outside"
    answer = tracer("sql", statement.format(outside=outside))
    assert (answer.status, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert not outside.exists()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("SELEC 1", 'syntax error at or near "SELEC" (line 1, column 1)'),
        ("SELECT\n  nope FROM events", "(line 2, column 3)"),
        ("SELECT * FROM nope", "nope does not exist"),
        ("SELECT 'a'::INTEGER", "Could not convert string 'a' to INT32"),
        ("SELECT CAST(name AS INTEGER) FROM spans", "Could not convert string"),
    ],
)
def test_an_error_is_one_line_with_its_place(tracer: Tracer, statement: str, told: str) -> None:
    answer = tracer("sql", statement, "--format", "csv")
    assert answer.status == 2
    assert answer.err.count("\n") == 1
    assert told in answer.err
