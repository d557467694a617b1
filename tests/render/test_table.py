"""Rows as a table and as CSV."""

from __future__ import annotations

import csv
from typing import Any

from tracer.render.cells import cells
from tracer.render.table import csv_lines, table_lines


def table(columns: list[str], rows: list[list[Any]], width: int | None = None) -> list[str]:
    return "".join(table_lines(columns, rows, width)).splitlines()


def test_numbers_stand_at_the_right_and_text_at_the_left() -> None:
    assert table(["topic", "n"], [["orders", 5], ["payments", 12345], [None, None]]) == [
        "topic         n",
        "────────  ─────",
        "orders        5",
        "payments  12345",
        "NULL       NULL",
        "(3 rows)",
    ]


def test_without_rows_the_head_stands_alone() -> None:
    assert table(["a"], []) == ["a", "─", "(0 rows)"]


def test_the_widest_columns_give_way_to_the_terminal_and_without_one_nothing_is_cut() -> None:
    rows = [["x" * 100, "short", "y" * 50]]
    assert all(cells(line) <= 60 for line in table(["a", "b", "c"], rows, 60))
    assert "short" in table(["a", "b", "c"], rows, 60)[2]
    assert "x" * 100 in table(["a", "b", "c"], rows)[2]


def test_more_columns_than_fit_stand_one_a_line() -> None:
    shown = table([f"column{n}" for n in range(20)], [list(range(20))], 80)
    assert shown[0].startswith("─ row 1")
    assert shown[20].split() == ["column19", "19"]


def test_csv_reads_back_and_null_is_empty_and_nested_values_are_json() -> None:
    lines = list(csv_lines(["a", "b", "c"], [['x, "y"\nz', None, {"k": [1, True]}]]))
    assert list(csv.reader("".join(lines).splitlines(keepends=True))) == [
        ["a", "b", "c"],
        ['x, "y"\nz', "", '{"k": [1, true]}'],
    ]
