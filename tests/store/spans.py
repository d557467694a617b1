"""Batches of spans for the tests of the store."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from tracer.store.schema import SPANS


def spans_of(*rows: dict[str, Any]) -> pa.Table:
    """A table of the lake's schema; what a row does not say has a usual value."""
    usual: dict[str, Any] = {field.name: [] for field in SPANS if pa.types.is_list(field.type)}
    usual |= {"received_ns": 1, "kind": 1, "start_ns": 10, "end_ns": 30, "status_code": 0, "name": "work"}
    usual |= {"flags": 0, "resource_attributes": "{}", "service": "orders"}
    return pa.Table.from_pylist([usual | {"trace_id": "a" * 32, "span_id": "b" * 16} | row for row in rows], SPANS)


def numbered(first: int, count: int, **fields: Any) -> pa.Table:
    """`count` spans, two to a trace, whose ids count from `first`."""
    numbers = range(first, first + count)
    return spans_of(*({"trace_id": f"{n // 2 + 1:032x}", "span_id": f"{n + 1:016x}"} | fields for n in numbers))
