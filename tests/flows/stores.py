"""Stores for the tests of flows, filled the way the product fills them: OTLP requests, decoded, written to a lake."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from tracer.flows import register_views, scope, upkeep
from tracer.flows.model import Graph
from tracer.flows.reading import whole_graph
from tracer.flows.reconstruction import reconstruct
from tracer.flows.upkeep import Upkeep
from tracer.formats.otlp_protobuf import decode
from tracer.store import Lake, LakeWriter, Position, derived
from tracer.store.ducklake import statement


def fill(path: Path, batches: Iterable[Sequence[bytes]]) -> Path:
    """A store at `path` with one lake transaction for each batch of serialized requests, kept up to date after each."""
    writer = LakeWriter(path)
    try:
        upkeep = Upkeep(writer)
        for number, requests in enumerate(batches, 1):
            decoded = decode(requests, [number] * len(requests), number)
            assert not decoded.rejected
            writer.write(decoded.spans, position=Position(1, number), digests=[])
            upkeep.step()
    finally:
        writer.close()
    return path


def rows(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """What stands in the derived tables of a store."""
    with closing(Lake.open(store).connect()) as connection:
        return {
            table: connection.execute(f"SELECT * FROM lake.{table} ORDER BY ALL").fetchall() for table in derived.ROWS
        }


def graph_of(spans: pa.Table) -> Graph:
    """The graph of a table of spans, without a store."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")  # tests run side by side, and small tables gain nothing by more
        connection.register("flow_store", spans)
        connection.execute("CREATE TEMP VIEW flow_source AS FROM flow_store")
        reconstruct(connection)
        return whole_graph(connection)


@contextmanager
def relations_of(spans: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the relations of a table of spans, its rows as the writer derives them, without a store."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("CREATE SCHEMA lake")
        connection.register("flow_store", spans)
        connection.execute("CREATE TEMP VIEW flow_source AS FROM flow_store")
        reconstruct(connection)
        scope.define(connection)
        # an event whose send left no span belongs to the trace that its context names
        connection.execute(
            "CREATE TEMP TABLE derived_owner AS SELECT DISTINCT scope_trace_key(trace_id) AS owner"
            " FROM (SELECT trace_id FROM flow_store UNION SELECT trace_id FROM flow_event)"
        )
        connection.execute(Path(upkeep.__file__).with_name("rows.sql").read_text(encoding="utf-8"))
        connection.execute("CREATE TABLE lake.spans AS FROM flow_store")
        for table, derived_rows in derived.ROWS.items():
            connection.execute(f"CREATE TABLE lake.{table} AS FROM {derived_rows}")
        connection.execute("DROP TABLE flow_event")
        connection.execute("DROP TABLE flow_processing")
        for view in ("view_spans", "view_links"):
            connection.execute(statement(view))
        register_views(connection)
        yield connection


def requests_of(data: bytes) -> Iterator[bytes]:
    """The requests of a recording: each after its length, four bytes, big endian."""
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 4 + length]
        at += 4 + length
