"""Flows of a store: the one object that commands and screens ask."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tracer.flows import lookup, reading
from tracer.flows.closure import Extent
from tracer.flows.connections import Connections
from tracer.flows.critical_path import CriticalPath, critical_path, traces_of, waited_for
from tracer.flows.filter import EventFilter
from tracer.flows.model import EventSummary, Flow, Graph, ServiceMap, SpanDetail
from tracer.flows.rules import rules
from tracer.store import Lake
from tracer.store.ducklake import surroundings

if TYPE_CHECKING:
    import duckdb

NODES = 10_000
"""How many events and processings a flow shows before it counts the rest."""


def open_flows(path: Path) -> Flows:
    """The flows of the store at `path`. UsageError when it is no store, SurroundingsError when it cannot be read."""
    return Flows(Lake.open(path))


class Flows:
    """What happened to the events of a store. Used from one thread at a time; close it or use it with `with`.

    Answers follow the store: whatever the writer has committed is in the next answer. Every call raises
    SurroundingsError when the store cannot be read any more.
    """

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._connections = Connections(lake)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections. The object is of no use afterwards."""
        self._connections.close()

    def version(self) -> int:
        """A number that changes when the store has changed."""
        with self._reading():
            return self._connections.version()

    def waiting(self) -> int:
        """How many spans have come that events, processings and edges do not reflect yet."""
        with self._reading():
            return self._connections.waiting()

    def of_other_rules(self) -> bool:
        """Whether events, processings and edges are what the rules of another release tell."""
        with self._reading():
            return self._connections.rules() not in {None, rules()}

    def graph(self) -> Graph:
        """Every event, processing and edge of the store."""
        with self._reading(), self._connections.snapshot() as connection:
            return reading.whole_graph(connection)

    def flow(self, asked: str, up: bool = True, down: bool = True, *, whole: bool = False, limit: int = NODES) -> Flow:
        """What the asked event caused (`down`) and the chain of what caused it (`up`); the `limit` nearest nodes.

        `whole`: everything else, too, that the events of that chain caused, which is only counted else.

        `asked` is an event id, old ones included, the id of a processing, `key=K` (the newest event of that key), a
        trace id or a span id. NotFoundError when the store has no such thing, UsageError when it is no id.
        """
        wanted, extent = lookup.parse(asked), Extent(up, down, whole, limit)
        with self._reading(), self._connections.snapshot() as connection:
            nodes = lookup.find(connection, wanted)
            if not nodes and wanted.names_spans:
                nodes = lookup.find_told(connection, wanted)
            if not nodes and wanted.names_spans:
                nodes = lookup.find_by_span(self._connections.around(wanted.trace_id, wanted.span_id), wanted)
            if not nodes:
                raise lookup.not_found(wanted)
            return reading.closure(connection, nodes, asked, extent)

    def critical_path(self, flow: Flow, group: str | None = None, event: str | None = None) -> CriticalPath:
        """What the end of all that an event of the flow caused waited for, or of what `group` handled of it; the event
        that was asked for, when none is named.

        NotFoundError when the group handled none of it, or no span tells the time of its end.
        """
        chain = waited_for(flow.graph, flow.found if event is None else [event], group)
        with self._reading(), self._connections.snapshot() as connection:
            return critical_path(chain, reading.spans_of_traces(connection, traces_of(chain)))

    def events(self, wanted: EventFilter) -> list[EventSummary]:
        """The events that match, newest first, with their deliveries counted by the outcome of the last attempt."""
        with self._reading(), self._connections.snapshot() as connection:
            return reading.summaries(connection, wanted)

    def map(self, since_ns: int | None = None, until_ns: int | None = None) -> ServiceMap:
        """Services and topics, who produces and who consumes what; of the events produced from since to until."""
        with self._reading(), self._connections.snapshot() as connection:
            return reading.service_map(connection, since_ns, until_ns)

    def span(self, trace_id: str, span_id: str) -> SpanDetail:
        """One span with its attributes. NotFoundError when the store does not have it."""
        with self._reading(), self._connections.snapshot() as connection:
            return reading.span(connection, trace_id, span_id)

    @contextmanager
    def relations(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with `spans`, `links`, `flow_event`, `flow_processing`, `flow_edge` and the rules' macros, all
        of it as one commit left the store. For those that ask more than flows: the checks.
        """
        with self._reading(), self._connections.snapshot() as connection:
            yield connection

    def _reading(self) -> AbstractContextManager[None]:
        return surroundings(f"cannot read the store {self._lake.path}")
