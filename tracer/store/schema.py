"""The shape of the lake: the Arrow schema of a batch of spans.

Ids are lower-case hex text (DuckDB 1.5.5 silently finds nothing when it compares BLOB ids in Parquet). Attributes are
kept by type in lists of (k, v), so that types survive and columns stay scannable; what is neither text, integer, real
nor boolean is kept as plain JSON in `other`: lists and maps as such, bytes as {"bytesValue": BASE64}, no value as null.
Times are BIGINT nanoseconds. Text columns hold no NUL (decoding puts its symbol there): DuckLake cannot compare it. The
lists of attributes keep it.
"""

from __future__ import annotations

import pyarrow as pa

from tracer.semconv import MESSAGING


def _pairs(value: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct([("k", pa.string()), ("v", value)]))


LINK = pa.struct(
    [
        ("trace_id", pa.string()),
        ("span_id", pa.string()),
        ("trace_state", pa.string()),
        ("flags", pa.uint32()),
        ("attributes", pa.string()),  # a JSON object; null when there are none
        ("dropped_attributes_count", pa.uint32()),
    ]
)

SPAN_EVENT = pa.struct(
    [
        ("time_ns", pa.int64()),
        ("name", pa.string()),
        ("attributes", pa.string()),  # a JSON object; null when there are none
        ("dropped_attributes_count", pa.uint32()),
    ]
)

SPANS = pa.schema(
    [
        ("batch", pa.int64()),  # the lake transaction that brought it; the key of `batches`
        ("received_ns", pa.int64()),  # arrival at the journal; retention counts from it
        ("trace_id", pa.string()),
        ("span_id", pa.string()),
        ("parent_span_id", pa.string()),  # null for a root
        ("trace_state", pa.string()),
        ("flags", pa.uint32()),
        ("name", pa.string()),
        ("kind", pa.uint8()),  # OTLP numbers, 0 to 5
        ("start_ns", pa.int64()),
        ("end_ns", pa.int64()),
        ("status_code", pa.uint8()),  # 0 unset, 1 ok, 2 error
        ("status_message", pa.string()),
        ("service", pa.string()),  # service.name
        ("service_instance", pa.string()),  # service.instance.id, else host.name and process.pid where told
        ("resource_attributes", pa.string()),  # a JSON object
        ("scope_name", pa.string()),
        ("scope_version", pa.string()),
        ("scope_attributes", pa.string()),  # a JSON object; null when there are none
        ("text_attributes", _pairs(pa.string())),
        ("int_attributes", _pairs(pa.int64())),
        ("real_attributes", _pairs(pa.float64())),
        ("bool_attributes", _pairs(pa.bool_())),
        ("other_attributes", _pairs(pa.string())),
        ("dropped_attributes_count", pa.uint32()),
        ("events", pa.list_(SPAN_EVENT)),
        ("dropped_events_count", pa.uint32()),
        ("links", pa.list_(LINK)),
        ("dropped_links_count", pa.uint32()),
        *MESSAGING,
        ("host", pa.string()),  # host.name, else the node's, pod's or container's name
        ("thread", pa.string()),  # thread.id, else thread.name
        ("error_type", pa.string()),  # error.type
    ]
)
"""A batch of spans on its way into the lake, and the columns of the private table `spans`."""

BATCHES = pa.schema(
    [
        ("batch", pa.int64()),
        ("segment", pa.int64()),  # where in the journal the batch ended
        ("position", pa.int64()),
        ("spans", pa.int64()),
        ("first_received_ns", pa.int64()),  # null for a batch without requests
        ("last_received_ns", pa.int64()),
        ("digests", pa.list_(pa.struct([("digest", pa.binary()), ("received_ns", pa.int64())]))),
    ]
)
"""One row of the private table `batches`: a transaction of the writer, and the requests that it took in."""
