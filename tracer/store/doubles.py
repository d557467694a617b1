"""A span is known by (trace id, span id): what to leave out of a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.store.ducklake import statement

if TYPE_CHECKING:
    import duckdb


def without_doubles(spans: pa.Table) -> pa.Table:
    """The first span of each (trace_id, span_id)."""
    keys = pc.binary_join_element_wise(spans["trace_id"], spans["span_id"], "")
    encoded = keys.combine_chunks().dictionary_encode() if len(keys) else None
    if encoded is None or len(encoded.dictionary) == len(spans):
        return spans
    first = np.unique(np.asarray(encoded.indices), return_index=True)[1]
    return spans.take(pa.array(np.sort(first)))


def without_known(connection: duckdb.DuckDBPyConnection, spans: pa.Table) -> pa.Table:
    """The spans that the attached lake has not got."""
    if not len(spans):
        return spans
    span = pc.min_max(spans["start_ns"]).as_py()
    connection.register("incoming", spans.select(["trace_id", "span_id"]))
    try:
        known = connection.execute(
            statement("batch_known"), {"first": span["min"], "last": span["max"]}
        ).to_arrow_table()
    finally:
        connection.unregister("incoming")
    if not len(known):
        return spans
    fresh = ~_among(spans, known)
    return spans.filter(pa.array(fresh))


def _among(spans: pa.Table, known: pa.Table) -> npt.NDArray[np.bool_]:
    mine, theirs = (pc.binary_join_element_wise(t["trace_id"], t["span_id"], "") for t in (spans, known))
    return np.asarray(pc.is_in(mine, value_set=theirs.combine_chunks()))
