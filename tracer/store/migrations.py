"""From any older store to the present schema: an ordered list of steps, each in one transaction with its number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import UsageError
from tracer.store.ducklake import SCHEMA_PREFIX, SCHEMA_TABLE, statement

if TYPE_CHECKING:
    import duckdb

MIGRATIONS: tuple[str, ...] = ("migration_0001", "migration_0002", "migration_0003", "migration_0004", "migration_0005")
"""SQL files in order. Step N brings a store of version N - 1 to N. A step that is released never changes."""

VERSION = len(MIGRATIONS)
"""The schema version that this code reads and writes."""


def stored_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The schema version of the lake that is attached; 0 for one without our tables."""
    row = connection.execute(statement("schema_version"), {"table": SCHEMA_TABLE}).fetchone()
    return int(row[0].removeprefix(SCHEMA_PREFIX)) if row else 0


def migrate(connection: duckdb.DuckDBPyConnection, store: Path, steps: Sequence[str] | None = None) -> None:
    """Bring the lake of `store` that is attached up to date; `steps` are SQL texts.

    UsageError when it is newer than this code.
    """
    texts = [statement(name) for name in MIGRATIONS] if steps is None else list(steps)
    version = stored_version(connection)
    require_not_newer(store, version, len(texts))
    for number, text in enumerate(texts[version:], version + 1):
        connection.begin()
        connection.execute(text)
        connection.execute(f"COMMENT ON TABLE lake.{SCHEMA_TABLE} IS '{SCHEMA_PREFIX}{number}'")
        connection.commit()


def require_not_newer(path: Path, version: int, known: int = VERSION) -> None:
    """UsageError when a store of schema `version` was written by a later release."""
    if version > known:
        raise UsageError(
            f"the store {path} has schema {version}, this release knows up to {known}",
            'upgrade with pip install --upgrade "event-tracer[all]", or choose another store with --store',
        )
