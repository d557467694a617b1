"""Critical paths without a store, for tests: the spans come by the same statement, out of another table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from tracer.flows.critical_path import CriticalPath, critical_path, traces_of, waited_for
from tracer.flows.model import Graph
from tracer.flows.reading import spans_of_traces
from tracer.flows.span_tree import TreeSpan
from tracer.formats.otlp_protobuf import decode


def path_of(
    graph: Graph, spans: Iterable[TreeSpan], nodes: Iterable[str] | None = None, group: str | None = None
) -> CriticalPath:
    """The critical path of what `nodes` caused (the first event, when none are given); it is checked that it tiles."""
    chain = waited_for(graph, [graph.events[0].id] if nodes is None else nodes, group)
    traces = set(traces_of(chain))
    path = critical_path(chain, [span for span in spans if span.trace_id in traces])
    check_that_it_tiles(path)
    return path


def tree_spans(requests: Sequence[bytes]) -> list[TreeSpan]:
    """Every span of some requests, as it would come out of a store."""
    spans = decode(requests, [1] * len(requests)).spans
    with duckdb.connect() as connection:
        connection.register("decoded", spans)
        connection.execute("ATTACH ':memory:' AS lake; CREATE TABLE lake.spans AS FROM decoded")
        return spans_of_traces(connection, spans["trace_id"].unique().to_pylist())


def check_that_it_tiles(path: CriticalPath) -> None:
    """The segments follow on one another from the start of the path to its end, so they add up to it."""
    moments = [path.started_at, *(segment.ended_at for segment in path.segments)]
    assert [segment.started_at for segment in path.segments] == moments[:-1]
    assert moments[-1] == path.ended_at
    assert sum(segment.duration_ns for segment in path.segments) == path.duration_ns
