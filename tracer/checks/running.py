"""Running checks on a connection that has the relations of `tracer.flows` and the spans."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import duckdb

from tracer.checks.ground import lay
from tracer.checks.guarantees import NEEDS, guarantees
from tracer.checks.model import EVIDENCE, Check, Found, Report, Scope
from tracer.checks.registry import CHECKS
from tracer.checks.words import named
from tracer.errors import UsageError
from tracer.flows import reconstruction, register_views
from tracer.flows.model import NotLookedFor, Problem, Unknown
from tracer.flows.rules import rules
from tracer.flows.sampling import define_sampling
from tracer.store import Lake
from tracer.store.ducklake import surroundings


def check_store(path: Path, names: Sequence[str] = (), since: int | None = None, until: int | None = None) -> Report:
    """Run the named checks, or all, on the store at `path`; `since` and `until` narrow what is reported.

    UsageError when it is no store or a name is no check, SurroundingsError when it cannot be read.
    """
    return _check(path, chosen(names), Scope(time.time_ns(), since, until))


def register_problems(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill the view `problems` on a connection that has the other views, by running all checks."""
    report = run_checks(connection, CHECKS, Scope(time.time_ns()))
    connection.execute(statement("problems_table"))
    rows = [astuple(problem) for problem in report.problems]
    if rows:
        connection.executemany(f"INSERT INTO check_problem VALUES ({', '.join('?' * len(rows[0]))})", rows)
    connection.execute(statement("problems_view"))


def _check(path: Path, checks: Iterable[Check], scope: Scope) -> Report:
    lake = Lake.open(path)
    connection = lake.connect()
    try:
        with surroundings(f"cannot read the store {path}"):
            register_views(connection)
            report = run_checks(connection, checks, scope)
            other = lake.rules(connection) not in {None, rules()}
            return replace(report, waiting=lake.uncovered(connection), other_rules=other)
    finally:
        connection.close()


def chosen(names: Sequence[str]) -> tuple[Check, ...]:
    """The checks of these names, all where there are none. UsageError names what is no check."""
    known = {check.name: check for check in CHECKS}
    wrong = [name for name in names if name not in known]
    if wrong:
        near = get_close_matches(wrong[0], known, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"no check is called {wrong[0]}", f"{hint}there are {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(names)) if names else CHECKS


def run_checks(connection: duckdb.DuckDBPyConnection, checks: Iterable[Check], scope: Scope) -> Report:
    """Lay the ground, then run each check on it. The relations are read at once, as they are now."""
    checks = tuple(checks)
    asked = {check.name for check in checks} >= NEEDS
    guaranteed = [statement("guarantee")] if asked else []
    reconstruction.define(connection)
    define_sampling(connection)
    laid: set[str] = set()
    anything = statement("anything")
    lay(connection, [anything, *guaranteed], scope, laid)
    if not connection.execute(anything).fetchone():
        return Report(not_looked_for=tuple(NotLookedFor(check.name, _nothing(scope)) for check in checks))
    problems: list[Problem] = []
    unknown: list[Unknown] = []
    blind: list[NotLookedFor] = []
    for check in checks:
        if any(_empty(connection, name, scope, laid) for name in check.stands_on):
            blind.append(NotLookedFor(check.name, check.without))
            continue
        for found in look(connection, check, scope, laid):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                unknown.append(found)
    observed = guarantees((row for query in guaranteed for row in rows(connection, query)), problems, unknown)
    return Report(tuple(problems), tuple(unknown), tuple(blind), observed)


def _nothing(scope: Scope) -> str:
    return "no span tells of a message" + (
        "" if scope.since is None and scope.until is None else " in the time that is asked for"
    )


def look(
    connection: duckdb.DuckDBPyConnection,
    check: Check,
    scope: Scope,
    laid: set[str],
    about: frozenset[str] | None = None,
) -> Iterator[Problem | Unknown]:
    """What one check says, on ground of which `laid` is there already; `about`: only what one of these ids shows."""
    query = statement(check.sql)
    lay(connection, [query], scope, laid)
    guessed: Collection[str] | None = None
    for found in check.together(rows(connection, query)):
        if about is None or not about.isdisjoint(found["evidence"]):
            if guessed is None and found["group"] is not None:
                guessed = _guessed_groups(connection, scope, laid)
            message = check.message({**found, "group": named(found["group"], guessed or ())})
            yield _problem(check, found, message) if found["doubt"] is None else _unknown(check, found, message)


def _guessed_groups(connection: duckdb.DuckDBPyConnection, scope: Scope, laid: set[str]) -> Collection[str]:
    """The groups that no span tells, called by the name of their service."""
    query = 'SELECT "group" FROM check_reader GROUP BY "group" HAVING NOT bool_or(group_known)'
    lay(connection, [query], scope, laid)
    return {row["group"] for row in rows(connection, query)}


def _problem(check: Check, found: Found, message: str) -> Problem:
    return Problem(
        check.name,
        found["subject"],
        found["topic"],
        found["group"],
        found["count"],
        found["first_ns"],
        found["last_ns"],
        message,
        tuple(found["evidence"][:EVIDENCE]),
        found["confidence"],
    )


def _unknown(check: Check, found: Found, message: str) -> Unknown:
    seen = _problem(check, found, message)
    return Unknown(
        seen.check,
        seen.subject,
        seen.topic,
        seen.group,
        seen.count,
        seen.first_at,
        seen.last_at,
        f"{seen.message}; unknown: {found['doubt']}",
        seen.evidence,
        found["doubt"],
    )


def rows(connection: duckdb.DuckDBPyConnection, sql: str, values: Mapping[str, object] | None = None) -> list[Found]:
    """The rows of a query by the names of its columns."""
    result = connection.execute(sql, values or {})
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _empty(connection: duckdb.DuckDBPyConnection, name: str, scope: Scope, laid: set[str]) -> bool:
    """Whether a part of the ground has no row."""
    lay(connection, [f"check_{name}"], scope, laid)
    return connection.table(f"check_{name}").limit(1).fetchone() is None


@cache
def statement(name: str) -> str:
    """The text of the .sql file of that name beside the checks."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
