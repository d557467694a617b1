"""What several checks stand on: temporary tables and macros `check_*`, one .sql file each, out of the documented views.

For `checks.running`; imports nothing of ours but the scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

from tracer.checks.model import Scope

ORDER = (
    "scope",
    "event",
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
    "quiet",
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

_MADE = re.compile(r"TEMP (?:TABLE|MACRO) (check_\w+)")
_NAMED = re.compile(r"\bcheck_\w+")


def lay(connection: duckdb.DuckDBPyConnection, queries: Iterable[str], scope: Scope, laid: set[str]) -> None:
    """Make what these queries name, and what that stands on, but for what is `laid` already; it is added there.

    The relations are read at once, as they are now.
    """
    topics = None if scope.topics is None else list(scope.topics)
    values = {"now": scope.now, "since": scope.since, "until": scope.until, "topics": topics}
    for sql in _needed(queries):
        if sql in laid:
            continue
        laid.add(sql)
        for statement in sql.split(";\n"):
            if statement.strip():
                connection.execute(statement, {key: value for key, value in values.items() if f"${key}" in statement})


def _needed(queries: Iterable[str]) -> list[str]:
    """The files whose tables or macros are named, by the queries or by one another, in their order."""
    files = [Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8") for name in ORDER]
    named = {name for query in queries for name in _NAMED.findall(query)}
    needed = []
    for sql in reversed(files):
        if named & set(_MADE.findall(sql)):
            needed.append(sql)
            named.update(_NAMED.findall(sql))
    return needed[::-1]
