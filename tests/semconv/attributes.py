"""Attributes for the tests of normalising, given as one dictionary a span, and the columns that come of them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from tracer.semconv import Attributes, normalise


def attributes_of(
    spans: list[dict[str, Any]],
    scope: str | None = None,
    name: str = "work",
    kind: int = 1,
    version: str | None = None,
) -> Attributes:
    """The flat form of attributes given as one dictionary a span; `kind` is OTLP's number."""
    rows = [(owner, key, value) for owner, span in enumerate(spans) for key, value in span.items()]
    values = [value for _, _, value in rows]

    def only(kind: type, arrow: pa.DataType) -> pa.Array:
        return pa.array([value if type(value) is kind else None for value in values], arrow)

    other = [json.dumps(value) if isinstance(value, list | dict) else None for value in values]
    return Attributes(
        spans=len(spans),
        owner=np.array([owner for owner, _, _ in rows], dtype=np.int64),
        keys=pa.array([key for _, key, _ in rows], pa.string()).dictionary_encode(),
        text=only(str, pa.string()),
        integer=only(int, pa.int64()),
        real=only(float, pa.float64()),
        boolean=only(bool, pa.bool_()),
        other=pa.array(other, pa.string()),
        scopes=pa.array([scope] * len(spans), pa.string()),
        versions=pa.array([version] * len(spans), pa.string()),
        names=pa.array([name] * len(spans), pa.string()),
        kinds=np.full(len(spans), kind, dtype=np.uint8),
    )


def normalised(
    *spans: dict[str, Any],
    scope: str | None = None,
    name: str = "work",
    kind: int = 1,
    version: str | None = None,
) -> list[dict[str, Any]]:
    """The told columns of each span, without the prefix."""
    columns = normalise(attributes_of(list(spans), scope, name, kind, version))
    rows = pa.table(columns).to_pylist()
    return [{k.removeprefix("messaging_"): v for k, v in row.items() if v is not None} for row in rows]
