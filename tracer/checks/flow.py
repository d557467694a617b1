"""The problems of one flow: what the checks that it may concern say of it, in the time around it.

The cost follows what happened around the flow, not the store.
"""

from __future__ import annotations

import time

import duckdb

from tracer.checks.ground import lay
from tracer.checks.model import AROUND, Check, Scope
from tracer.checks.registry import CHECKS
from tracer.checks.running import look, rows, statement
from tracer.flows import Flows
from tracer.flows.model import Flow, FlowProblems, Graph, Problem, Unknown
from tracer.flows.sampling import define_sampling

ATTEMPTS = 20_000
"""How many attempts are looked through for the problems of one flow: those of less time where there are more."""

_SECOND = 10**9

_READ = ("parent", "link")


def problems_of(flows: Flows, flow: Flow) -> FlowProblems:
    """The problems that events and attempts of a flow show, and what they leave open.

    Where the store has more than ATTEMPTS attempts they are looked for in the time around the flow that holds no more,
    an hour at most, or, where the flow itself takes too long for that, around what was asked for. SurroundingsError
    when the store cannot be read.
    """
    nodes = frozenset([event.id for event in flow.graph.events] + [item.id for item in flow.graph.processings])
    with flows.relations() as connection:
        looked = _time_of(connection, flow)
        scope = Scope(time.time_ns(), *looked, around=0)
        laid: set[str] = set()
        checks = _concerned(connection, flow.graph, nodes, scope, laid)
        if checks:
            define_sampling(connection)
        found = [each for check in checks for each in look(connection, check, scope, laid, nodes)]
    problems = tuple(each for each in found if isinstance(each, Problem))
    return FlowProblems(problems, *looked, tuple(each for each in found if isinstance(each, Unknown)))


def _time_of(connection: duckdb.DuckDBPyConnection, flow: Flow) -> tuple[int | None, int | None]:
    """From when to when the flow is looked at; None: no bound."""
    around: int | None = 0
    first = last = 0
    for graph in (flow.graph, _asked(flow)):
        times = _times(graph)
        if not times:
            return None, None
        first, last = min(times), max(times)
        around = _around(connection, first, last)
        if around is None:
            return None, None
        if around:
            break
    around = around or _SECOND
    return first - around, last + around


def _asked(flow: Flow) -> Graph:
    """What was asked for, alone."""
    found = frozenset(flow.found)
    return Graph(
        tuple(event for event in flow.graph.events if event.id in found),
        tuple(item for item in flow.graph.processings if item.id in found or item.event in found),
    )


def _times(graph: Graph) -> list[int]:
    times = [event.produced_at for event in graph.events] + [item.started_at for item in graph.processings]
    return [each for each in times if each is not None]


def _around(connection: duckdb.DuckDBPyConnection, first: int, last: int) -> int | None:
    """How much time before and after holds ATTEMPTS at most, 0: none does; None: all of the store does."""
    around, attempts = 0, 0
    for row in rows(connection, statement("flow_time"), {"first": first, "last": last}):
        attempts += row["attempts"]
        if attempts > ATTEMPTS:
            return around
        around = min(AROUND, _SECOND << row["step"])
    return None


def _concerned(
    connection: duckdb.DuckDBPyConnection, graph: Graph, nodes: frozenset[str], scope: Scope, laid: set[str]
) -> list[Check]:
    """The checks that may find something of the flow."""
    connection.execute(statement("flow_nodes"), {"nodes": sorted(nodes)})
    query = statement("flow_concern")
    lay(connection, [query], scope, laid)
    (may,) = rows(connection, query)
    return [check for check in CHECKS if (may[check.name] if check.name in may else _context_unread(graph))]


def _context_unread(graph: Graph) -> bool:
    """Whether there is an attempt of which nothing tells that it read the context that the event's send wrote."""
    read = {
        edge.target
        for edge in graph.edges
        if any(each.method in _READ and each.confidence >= 0.9 for each in edge.evidence)
    }
    return any(item.id not in read for item in graph.processings if item.attempt == 1)
