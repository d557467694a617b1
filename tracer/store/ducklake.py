"""DuckDB connections with a store's lake attached: the only way to the catalog.

The extensions are loaded from their PyPI packages by path: nothing is downloaded, nothing is copied into the home
directory. Nothing else may open the catalog file in a process that has DuckDB, Python's SQLite least of all: DuckDB
carries an SQLite of its own, closing either's file drops the POSIX locks of both, and then a query reads a log that is
being taken away, or a commit goes into one that is gone.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import MissingExtraError, SurroundingsError, UsageError
from tracer.store.location import DATA

if TYPE_CHECKING:
    import duckdb

SCHEMA_TABLE = "batches"
"""Its comment in the catalog holds the schema version: a comment changes in the same transaction as the tables."""

SCHEMA_PREFIX = "event-tracer schema "

BUSY_TIMEOUT_MS = 2000

CTRL_C = "Query interrupted"
"""What DuckDB raises as a RuntimeError where Python would raise KeyboardInterrupt."""

Settings = dict[str, str | bool | int | float | list[str]]
"""DuckDB's settings by name."""


def statement(name: str) -> str:
    """The text of the .sql file of that name in this package."""
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


def connect(catalog: Path, *, read_only: bool, settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB with the lake of that catalog file attached as `lake`.

    UsageError when the file is no database, SurroundingsError when it cannot be attached.
    """
    import duckdb

    spill = Path(tempfile.gettempdir()) / f"event-tracer-{os.getpid()}"
    config: Settings = {
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "python_enable_replacements": False,  # looking for tables among Python's variables loses a Ctrl-C
        "allow_unsigned_extensions": True,  # pip has checked the files; checking 70 MB at each start takes 300 ms
    }
    connection = duckdb.connect(":memory:", config=config | (settings or {}))
    try:
        with surroundings(f"cannot open the store {catalog.parent}"):
            for extension in ("sqlite_scanner", "ducklake"):
                connection.execute(f"LOAD {_quoted(_extension(extension, duckdb.__version__))}")
            _attach(connection, catalog, read_only)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def surroundings(failed: str) -> Iterator[None]:
    """Failures of DuckDB, SQLite and the disk inside become SurroundingsError: `failed`, and the cause on one line.
    Ctrl-C is KeyboardInterrupt here, too.
    """
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as error:
        raise SurroundingsError(failed, " ".join(str(error).split())) from error
    except RuntimeError as error:
        if str(error) != CTRL_C:
            raise
        raise KeyboardInterrupt from error


def _attach(connection: duckdb.DuckDBPyConnection, catalog: Path, read_only: bool) -> None:
    import duckdb

    try:
        connection.execute(_attachment(catalog, read_only))
    except duckdb.Error as error:
        if "not a database" not in str(error):
            raise
        raise UsageError(f"{catalog} is not a catalog of ours", "choose another directory with --store") from error


def _attachment(catalog: Path, read_only: bool) -> str:
    options = [
        f"DATA_PATH {_quoted(catalog.parent / DATA)}",
        "OVERRIDE_DATA_PATH true",  # the store may have been moved
        "DATA_INLINING_ROW_LIMIT 0",  # inlining corrupts nested values in DuckLake 1.5.5
        f"META_BUSY_TIMEOUT {BUSY_TIMEOUT_MS}",
        "READ_ONLY" if read_only else "META_JOURNAL_MODE 'WAL'",
    ]
    return f"ATTACH {_quoted(f'ducklake:sqlite:{catalog}')} AS lake ({', '.join(options)})"


def _extension(name: str, version: str) -> Path:
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    if package is None or not package.submodule_search_locations:
        raise MissingExtraError("the store", "all")
    return Path(package.submodule_search_locations[0]) / "extensions" / f"v{version}" / f"{name}.duckdb_extension"


def _quoted(value: object) -> str:
    """A string literal: ATTACH and LOAD take no parameters."""
    return "'" + str(value).replace("'", "''") + "'"
