"""Where the store is, and the names of what it holds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from tracer.errors import SurroundingsError, UsageError

CATALOG = "catalog.sqlite"
DATA = "data"
JOURNAL = "journal"
WRITER_LOCK = "writer.lock"
REJECTED = "rejected"

VARIABLE = "TRACER_STORE"

_SQLITE_MAGIC = b"SQLite format 3\x00"


def resolve(option: str | None) -> Path:
    """The store's directory, absolute: `option` (--store), else TRACER_STORE, else the user's own.

    Whether it is there is not looked at. UsageError for an empty name.
    """
    chosen = option if option is not None else os.environ.get(VARIABLE) or None
    if chosen is None:
        from platformdirs import user_data_path  # only when needed: start-up time is a figure

        return user_data_path("event-tracer", appauthor=False) / "store"
    if not chosen.strip():
        raise UsageError("the store's name is empty", f"give a directory with --store or {VARIABLE}")
    return Path(chosen).expanduser().absolute()


def is_store(path: Path) -> bool:
    """Whether the directory holds a lake's catalog. SurroundingsError when that cannot be seen.

    The file is not opened: closing it again would drop the locks that DuckDB has on it in this process.
    """
    catalog = path / CATALOG
    try:
        found = catalog.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise SurroundingsError(f"cannot read {catalog}", error.strerror or str(error)) from error
    return stat.S_ISREG(found.st_mode) and found.st_size > 0


def has_foreign_catalog(path: Path) -> bool:
    """Whether the file in the place of the catalog is no SQLite database. Not for a process that reads the lake."""
    catalog = path / CATALOG
    if not catalog.is_file() or not catalog.stat().st_size:
        return False
    with catalog.open("rb") as file:
        return file.read(len(_SQLITE_MAGIC)) != _SQLITE_MAGIC
