"""What several checks stand on: temporary tables, views and macros `check_*`, one .sql file each, out of the
relations of `tracer.flows` and the spans.

For `checks.running` and `checks.flow`; imports nothing of ours but the scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb

from tracer.checks.model import Scope

ORDER = (
    "scope",
    "span",
    "event",
    "detour",
    "narrow",
    "attempt",
    "effect",
    "aside",
    "sent_on",
    "chain",
    "delivery",
    "handled",
    "reader",
    "sign",
    "passed",
    "behind",
    "tried",
    "quiet",
    "unseen_try",
    "run",
    "gap",
    "few",
    "unsent",
    "doubt",
    "context",
    "broken",
    "change_span",
    "change",
    "body_sample",
    "body",
)
"""Each stands on those before it."""

_MADE = re.compile(r"TEMP (?:TABLE|VIEW|MACRO) (check_\w+)")
_NAMED = re.compile(r"\bcheck_\w+")


def lay(connection: duckdb.DuckDBPyConnection, queries: Iterable[str], scope: Scope, laid: set[str]) -> None:
    """Make what these queries name, and what that stands on, but for what is `laid` already; it is added there.

    The relations are read at once, as they are now.
    """
    for sql in _needed(queries):
        if sql in laid:
            continue
        laid.add(sql)
        for statement in sql.split(";\n"):
            if statement.strip():
                bound = {name: value for name, value in scope.bounds().items() if f"${name}" in statement}
                connection.execute(statement, bound)


def _needed(queries: Iterable[str]) -> list[str]:
    """The files whose tables or macros are named, by the queries or by one another, in their order."""
    named = {name for query in queries for name in _NAMED.findall(query)}
    needed = []
    for sql in reversed(_files()):
        if named & set(_MADE.findall(sql)):
            needed.append(sql)
            named.update(_NAMED.findall(sql))
    return needed[::-1]


@cache
def _files() -> tuple[str, ...]:
    return tuple(Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8") for name in ORDER)
