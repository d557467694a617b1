"""OTLP trace requests (protobuf) as rows of the lake's schema.

The common path makes columns out of Arrow child arrays and numpy, with no loop over spans; lists, maps and bytes among
the attributes, and the attributes of links and span events, are read one by one. What cannot be decoded is set aside
alone: a broken request without its neighbours, an invalid span without its request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.formats import otlp_columns as columns
from tracer.formats import otlp_values
from tracer.formats.otlp_columns import Flags, Numbers
from tracer.formats.otlp_wire import arrow_handler
from tracer.semconv import Attributes, normalise
from tracer.store.schema import LINK, SPAN_EVENT, SPANS

SLICE_BYTES = 4_000_000
"""Requests are decoded in slices of about this size: memory stays low, and speed does not change."""

HOSTS = ("host.name", "k8s.node.name", "k8s.pod.name", "container.id", "host.id")
"""What names the host that a service runs on, the best first."""

LATEST_NS = 2**63 - 1
"""Times at or beyond it fit neither BIGINT nor TIMESTAMP_NS."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """What was set aside: the request's index, why, and how many of its spans; `spans` None is the whole request."""

    payload: int
    spans: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """Rows of the schema SPANS, in the order of the requests, and what was set aside."""

    spans: pa.Table
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class _Slice:
    """Requests decoded by one call: for each span the index of its request, of its resource and of its scope."""

    resources: pa.Array
    scopes: pa.Array
    spans: pa.StructArray
    payload_of: Numbers
    resource_of: Numbers
    scope_of: Numbers


def decode(payloads: Sequence[bytes], received_ns: Sequence[int], batch: int = 0) -> Decoded:
    """Decode serialized ExportTraceServiceRequests; request i arrived at `received_ns[i]`.

    `batch` is the value of that column. Never raises because of what a request holds.
    """
    rejected: list[Rejected] = []
    tables = [SPANS.empty_table()]
    arrival = np.asarray(received_ns, dtype=np.int64)
    for begin, end in _slices(payloads):
        tables += _slice_rows(list(payloads[begin:end]), begin, arrival, batch, rejected)
    return Decoded(pa.concat_tables(tables), tuple(rejected))


def _slice_rows(
    some: list[bytes], first: int, arrival: Numbers, batch: int, rejected: list[Rejected]
) -> list[pa.Table]:
    """The rows of a few requests, of which the first has the index `first`. A function: its memory goes with it."""
    parts = (_lay_out(*decoded) for decoded in _record_batches(some, first, rejected))
    return [_rows(part, arrival, batch, rejected) for part in parts if len(part.spans)]


def _record_batches(some: list[bytes], first: int, rejected: list[Rejected]) -> list[tuple[pa.RecordBatch, Numbers]]:
    handler = arrow_handler()
    try:
        return [(handler.list_to_record_batch(some), np.arange(first, first + len(some)))]
    except ValueError:  # one bad request fails the call, which does not say which
        good = []
        for index, payload in enumerate(some, first):
            try:
                good.append((handler.list_to_record_batch([payload]), np.array([index])))
            except ValueError as error:
                rejected.append(Rejected(index, None, str(error)))
        return good


def _slices(payloads: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    begin = size = 0
    for index, payload in enumerate(payloads):
        if size and size + len(payload) > SLICE_BYTES:
            yield begin, index
            begin, size = index, 0
        size += len(payload)
    if begin < len(payloads):
        yield begin, len(payloads)


def _lay_out(some: pa.RecordBatch, indices: Numbers) -> _Slice:
    requests = some.column(0)
    resource_spans = requests.values
    scope_spans = resource_spans.field(1).values
    span_lists = scope_spans.field(1)
    scope_of = columns.owners(span_lists)
    resource_of = columns.owners(resource_spans.field(1))[scope_of]
    payload_of = indices[columns.owners(requests)[resource_of]]
    resources, scopes = resource_spans.field(0), scope_spans.field(0)
    return _Slice(resources, scopes, span_lists.values, payload_of, resource_of, scope_of)


def _rows(part: _Slice, arrival: Numbers, batch: int, rejected: list[Rejected]) -> pa.Table:
    spans = part.spans
    trace_ids, good_trace_ids = columns.hex_ids(spans.field("trace_id"), 16)
    span_ids, good_span_ids = columns.hex_ids(spans.field("span_id"), 8)
    parents, good_parents = columns.hex_ids(spans.field("parent_span_id"), 8)
    start, end = (np.asarray(spans.field(f"{edge}_time_unix_nano")) for edge in ("start", "end"))
    names, kinds, scopes = columns.text(spans.field("name")), columns.within(spans.field("kind"), 5), _scopes(part)
    faults = {
        "trace id is not 16 bytes or all zero": ~good_trace_ids,
        "span id is not 8 bytes or all zero": ~good_span_ids,
        "parent span id is not 8 bytes": ~good_parents & ~columns.empty_or_zero(spans.field("parent_span_id")),
        "start or end time does not fit": (start >= LATEST_NS) | (end >= LATEST_NS),
    }
    made = {
        "batch": np.full(len(spans), batch, dtype=np.int64),
        "received_ns": arrival[part.payload_of],
        "trace_id": trace_ids,
        "span_id": span_ids,
        "parent_span_id": parents,
        "start_ns": start.view(np.int64),
        "end_ns": end.view(np.int64),
        "kind": kinds,
        "trace_state": columns.text_or_null(spans.field("trace_state")),
        "name": names,
        "flags": spans.field("flags"),
        **{name: spans.field(name) for name in SPANS.names if name.startswith("dropped_")},
        **_status(spans.field("status")),
        **_resources(part),
        **scopes,
        **_attributes(spans.field("attributes"), scopes, names, kinds),
        "events": _events(spans.field("events")),
        "links": _links(spans.field("links")),
    }
    table = pa.table([columns.without_nul(made[name]) for name in SPANS.names], schema=SPANS)
    return _without_faults(table, faults, part.payload_of, rejected)


def _without_faults(
    table: pa.Table, faults: dict[str, Flags], payload_of: Numbers, rejected: list[Rejected]
) -> pa.Table:
    bad = np.zeros(len(table), dtype=bool)
    for reason, wrong in faults.items():
        fresh = wrong & ~bad
        if fresh.any():
            for payload, count in zip(*np.unique(payload_of[fresh], return_counts=True), strict=True):
                rejected.append(Rejected(int(payload), int(count), reason))
        bad |= wrong
    return table.filter(pa.array(~bad)) if bad.any() else table


def _status(status: pa.StructArray) -> dict[str, object]:
    message, code = status.flatten()  # null where the span has no status
    return {
        "status_code": columns.within(pc.fill_null(code, columns.UNSET), 2),
        "status_message": columns.text_or_null(message),
    }


def _resources(part: _Slice) -> dict[str, pa.Array]:
    """Each distinct resource is read once."""
    distinct = part.resources.dictionary_encode()
    read = [_resource(resource) for resource in distinct.dictionary.to_pylist()]
    codes = distinct.indices.take(pa.array(part.resource_of))
    names = ("resource_attributes", "service", "service_instance", "host")
    return {name: pa.array([row[i] for row in read], pa.string()).take(codes) for i, name in enumerate(names)}


def _resource(resource: bytes) -> tuple[str, str | None, str | None, str | None]:
    parsed = otlp_values.parse("Resource", resource)
    found = otlp_values.undecodable(resource) if parsed is None else otlp_values.attributes(parsed.attributes)
    service, instance = found.get("service.name"), found.get("service.instance.id")
    host, process = found.get("host.name"), found.get("process.pid")
    if instance is None and host is not None and process is not None:
        instance = f"{host}/{process}"
    place = next((found[name] for name in HOSTS if found.get(name) is not None), None)
    return otlp_values.to_json(found), _word(service), _word(instance), _word(place)


def _word(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else otlp_values.to_json(value)


def _scopes(part: _Slice) -> dict[str, pa.Array]:
    distinct = part.scopes.dictionary_encode()
    read = [_scope(scope) for scope in distinct.dictionary.to_pylist()]
    codes = distinct.indices.take(pa.array(part.scope_of))
    names = ("scope_name", "scope_version", "scope_attributes")
    return {name: pa.array([row[i] for row in read], pa.string()).take(codes) for i, name in enumerate(names)}


def _scope(scope: bytes) -> tuple[str | None, str | None, str | None]:
    parsed = otlp_values.parse("Scope", scope)
    if parsed is None:
        return None, None, otlp_values.to_json(otlp_values.undecodable(scope))
    found = otlp_values.attributes(parsed.attributes)
    name, version = otlp_values.text(parsed.name), otlp_values.text(parsed.version)
    return name or None, version or None, otlp_values.to_json(found) if found else None


def _attributes(
    lists: pa.ListArray, scopes: dict[str, pa.Array], names: pa.Array, kinds: npt.NDArray[np.uint8]
) -> dict[str, pa.Array]:
    """The five lists of pairs by type, and the messaging columns."""
    offsets = np.asarray(lists.offsets)
    keys = columns.text(lists.values.field("key"))
    values = dict(zip(("string", "bool", "int", "double", "array", "kvlist", "bytes"), _children(lists), strict=True))
    typed = {
        "text": columns.text(values["string"]),
        "int": values["int"],
        "real": values["double"],
        "bool": values["bool"],
        "other": _others(values),
    }
    flat = Attributes(
        spans=len(lists),
        owner=columns.owners(lists),
        keys=keys.dictionary_encode(),
        text=typed["text"],
        integer=typed["int"],
        real=typed["real"],
        boolean=typed["bool"],
        other=typed["other"],
        scopes=scopes["scope_name"],
        versions=scopes["scope_version"],
        names=names,
        kinds=kinds,
    )
    pairs = {}
    for name, values_of_type in typed.items():
        field = SPANS.field(f"{name}_attributes")
        pairs[field.name] = columns.pairs(field.type, offsets, keys, values_of_type)
    return pairs | normalise(flat)


def _children(lists: pa.ListArray) -> list[pa.Array]:
    children: list[pa.Array] = lists.values.field("value").flatten()
    return children


def _others(values: dict[str, pa.Array]) -> pa.Array:
    """JSON where the value is a list, a map, bytes or not set at all; null elsewhere."""
    plain = [values[name].is_valid() for name in ("string", "bool", "int", "double")]
    left = np.flatnonzero(~np.logical_or.reduce([np.asarray(mask) for mask in plain]))
    if not len(left):
        return pa.nulls(len(values["string"]), pa.string())
    found = np.full(len(values["string"]), None, dtype=object)
    encoded = (values[name].take(pa.array(left)).to_pylist() for name in ("array", "kvlist", "bytes"))
    found[left] = [_other(*row) for row in zip(*encoded, strict=True)]
    return pa.array(found, pa.string())


def _other(array: bytes | None, kvlist: bytes | None, raw: bytes | None) -> str:
    if array is not None:
        return otlp_values.to_json(otlp_values.encoded_value("ArrayValue", array))
    if kvlist is not None:
        return otlp_values.to_json(otlp_values.encoded_value("KeyValueList", kvlist))
    return otlp_values.to_json(None if raw is None else otlp_values.raw(raw))


def _events(lists: pa.ListArray) -> pa.Array:
    events = lists.values
    time = np.asarray(events.field("time_unix_nano"))
    children = [
        pa.array(time.view(np.int64), mask=time >= LATEST_NS),
        columns.text(events.field("name")),
        columns.json_objects(events.field("attributes")),
        events.field("dropped_attributes_count"),
    ]
    struct = pa.StructArray.from_arrays(children, fields=list(SPAN_EVENT))
    return pa.ListArray.from_arrays(lists.offsets, struct, type=SPANS.field("events").type)


def _links(lists: pa.ListArray) -> pa.Array:
    """Links with an invalid id keep their place and attributes; the id is null."""
    links = lists.values
    children = [
        columns.hex_ids(links.field("trace_id"), 16)[0],
        columns.hex_ids(links.field("span_id"), 8)[0],
        columns.text_or_null(links.field("trace_state")),
        links.field("flags"),
        columns.json_objects(links.field("attributes")),
        links.field("dropped_attributes_count"),
    ]
    struct = pa.StructArray.from_arrays(children, fields=list(LINK))
    return pa.ListArray.from_arrays(lists.offsets, struct, type=SPANS.field("links").type)
