"""By which rules the derived tables are made: rows of others are made anew by the next writer."""

from __future__ import annotations

RULES = 6
"""Counts the changes of the rules of `reconstruction` and `upkeep` that change rows."""


def rules() -> str:
    """The rules of this release; with DuckDB's version, whose hash() the keys in `refs` are."""
    import duckdb

    return f"{RULES}, DuckDB {duckdb.__version__}"
