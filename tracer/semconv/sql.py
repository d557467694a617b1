"""The table of names as SQL (DuckDB), for attributes that are kept as one JSON object: those of links."""

from __future__ import annotations

from tracer.semconv.names import COLUMNS
from tracer.semconv.words import ADDRESS_PREFIX


def json_value(*columns: str, attributes: str = "attributes") -> str:
    """An expression for the value of the first of `columns` that the JSON object `attributes` tells, in any generation
    of names, the newest first. Its type is that of the columns: VARCHAR, or BIGINT, null for what is no number.
    """
    chosen = {column.name: column for column in COLUMNS if column.name in columns}
    values = []
    for column in (chosen[name] for name in columns):
        for source in column.sources:
            if source.pattern is None:
                value = f"""{attributes} ->> '$."{source.name}"'"""
                if column.none_is_missing:
                    value = f"nullif({value}, 'none')"
                values.append(f"try_cast({value} AS BIGINT)" if column.type == "integer" else value)
    value = f"coalesce({', '.join(values)})"
    if any(column.form == "address" for column in chosen.values()):
        value = f"regexp_replace({value}, '{ADDRESS_PREFIX}', '')"
    return value
