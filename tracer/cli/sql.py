"""`tracer sql`: one read-only statement on the documented views."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tracer.cli import options, output
from tracer.cli.reading import note_state
from tracer.errors import SurroundingsError, TracerError, UsageError
from tracer.store.ducklake import CTRL_C

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from tracer.cli.sql_types import Reader
    from tracer.store import Lake

_BATCH = 1000
_OUTSIDE = re.compile(r"\b(sqlite_\w+|query|query_table)\"?\s*\(", re.IGNORECASE)
"""Functions that reach beyond the views and that DuckDB's own lock of the outside does not cover."""
_LINE = re.compile(r"^LINE (\d+): (.*)\n( *)\^", re.MULTILINE)
_PRAGMA = re.compile(r"(\s|--[^\n]*\n|/\*.*?\*/)*pragma\b", re.IGNORECASE | re.DOTALL)
_SHOW_TABLES = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
_VIEWS = "SELECT unnest(['edges', 'events', 'links', 'problems', 'processings', 'spans']) AS name"
"""What SHOW TABLES tells: DuckDB's own answer has the tables that the views are made of."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer sql`."""
    about = "one SELECT in DuckDB's dialect, on spans, links, events, processings, edges, problems"
    parser.add_argument("statement", metavar="SQL", help=about)
    options.add_store(parser)
    options.add_format(parser, ("text", "json", "csv"))


def run(arguments: argparse.Namespace) -> int:
    """Prints the rows. UsageError when the statement is wrong or would do anything else than read the store."""
    from tracer.store import location

    columns, rows = query(location.resolve(arguments.store), arguments.statement)
    if arguments.format == "json":
        output.print_json_array(dict(zip(columns, row, strict=True)) for row in rows)
        return 0
    from tracer.render import table

    if arguments.format == "csv":
        for line in table.csv_lines(columns, rows):
            output.print_text(line)
        return 0
    terminal = output.width() if output.on_terminal() else None
    for line in table.table_lines(columns, rows, terminal):
        output.print_text(line)
    return 0


def query(store: Path, sql: str) -> tuple[list[str], Iterator[list[Any]]]:
    """Column names and rows (JSON values) of a SELECT on the views of the store."""
    import duckdb

    from tracer.store import Lake

    lake = Lake.open(store)
    connection = lake.connect()
    try:
        statement = _checked(connection, sql)
        _lock(connection, lake, statement)
        names, readers, relation = _planned(connection, statement)
    except duckdb.Error as error:
        connection.close()
        raise _told(error) from error
    except TracerError:
        connection.close()
        raise
    return names, _rows(connection, relation, readers)


def _checked(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The statement, if it is one SELECT and nothing else."""
    import duckdb

    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise UsageError(f"{len(statements)} statements", "give one SELECT")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise _refused(statements[0].type.name.replace("_", " "))
    if _PRAGMA.match(sql):
        raise _refused("PRAGMA")
    if match := _OUTSIDE.search(sql):
        raise UsageError(f"{match.group(1)}() is refused: tracer sql reads the store alone")
    query = str(statements[0].query)
    return _VIEWS if _SHOW_TABLES.fullmatch(query) else query


def _refused(what: str) -> UsageError:
    return UsageError(f"{what} is refused", "tracer sql only reads; give one SELECT")


def _lock(connection: duckdb.DuckDBPyConnection, lake: Lake, statement: str) -> None:
    """The views that the statement needs; then nothing outside the store's data can be reached any more."""
    from tracer.flows.rules import rules
    from tracer.flows.views import named, register_views
    from tracer.store.location import DATA

    if register_views(connection, statement):
        note_state(lake.uncovered(connection), lake.rules(connection) not in {None, rules()})
    if "problems" in named(statement):
        from tracer.checks.running import register_problems

        register_problems(connection)
    data = str(lake.path / DATA).replace("'", "''")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = ['{data}/']")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _planned(
    connection: duckdb.DuckDBPyConnection, statement: str
) -> tuple[list[str], list[Reader], duckdb.DuckDBPyRelation]:
    """The columns' names, the readers of their values, and the rows, with the casts that the readers need."""
    import duckdb

    from tracer.cli.sql_types import column

    try:
        connection.execute("EXPLAIN\n" + statement)  # tells the place of an error, which a relation does not
    except duckdb.Error as error:
        raise _told(error, lines_before=1) from error
    relation = connection.sql(statement)
    plans = [column(kind) for kind in relation.types]
    selected = ", ".join(f"CAST(#{n} AS {cast})" if cast else f"#{n}" for n, (cast, _) in enumerate(plans, 1))
    return _unique(relation.columns), [reader for _, reader in plans], relation.project(selected)


def _rows(
    connection: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, readers: list[Reader]
) -> Iterator[list[Any]]:
    import duckdb

    try:
        while batch := relation.fetchmany(_BATCH):
            for row in batch:
                yield [reader(value) for reader, value in zip(readers, row, strict=True)]
    except duckdb.Error as error:
        raise _told(error) from error
    except RuntimeError as error:
        if str(error) != CTRL_C:
            raise
        raise KeyboardInterrupt from error
    finally:
        connection.interrupt()  # else closing waits for a query that nobody wants to the end any more
        connection.close()


def _unique(names: list[str]) -> list[str]:
    """Column names told apart, since a JSON object holds each once: `a`, `a_2`."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return unique


def _told(error: duckdb.Error, lines_before: int = 0) -> TracerError:
    """DuckDB's message as one line: what, its hints, and the place in the statement."""
    import duckdb

    text, place = str(error), ""
    if match := _LINE.search(text):
        line, shown, caret = match.groups()
        place = f" (line {int(line) - lines_before}"
        if not shown.startswith("..."):  # a long line is shown from its middle, and the column is not told
            place += f", column {len(caret) - len(f'LINE {line}: ') + 1}"
        place += ")"
        text = text[: match.start()]
    message = " ".join(part.strip() for part in text.splitlines() if part.strip())
    surroundings = isinstance(error, (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InternalException))
    return SurroundingsError(message) if surroundings else UsageError(f"{message}{place}")
