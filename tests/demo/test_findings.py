"""What broke is found in flows alone, whatever the names of groups, topics and fields."""

from __future__ import annotations

from demo.findings import find_failures
from tracer.errors import NotFoundError
from tracer.flows.model import Edge, Event, Graph, Outcome, Processing, SpanDetail

SECOND = 1_000_000_000


class Told:
    """Flows that were written by hand: a graph, and the exceptions of its spans."""

    def __init__(self, graph: Graph, exceptions: dict[str, tuple[str, str]]) -> None:
        self._graph = graph
        self._exceptions = exceptions

    def graph(self) -> Graph:
        return self._graph

    def span(self, trace_id: str, span_id: str) -> SpanDetail:
        if span_id not in self._exceptions:
            raise NotFoundError(f"no span {span_id}")
        kind, message = self._exceptions[span_id]
        attributes: dict[str, object] = {"exception.type": kind, "exception.message": message}
        happened: tuple[dict[str, object], ...] = ({"name": "exception", "attributes": attributes},)
        return SpanDetail(trace_id, span_id, None, "process", "consumer", None, 0, 1, "error", None, {}, {}, happened)


def event(topic: str, offset: int, at: int) -> Event:
    name = f"kafka://{topic}/0/{offset}"
    return Event(name, "kafka", topic, 0, offset, None, None, at * SECOND, None, "t", f"send-{topic}-{offset}")


def attempt(of: Event, group: str, number: int, outcome: Outcome) -> Processing:
    name = f"{of.id}#{group}@{number}"
    return Processing(name, of.id, group, True, number, group, outcome, None, 0, 0, None, 1, "t", name)


def test_it_names_the_group_the_first_event_and_the_field() -> None:
    fine, first, second, dead = (event("orders", n, n) for n in (1, 2, 3, 4))
    grave = event("orders.graveyard", 0, 5)
    processings = [attempt(e, "stock", 1, "ok") for e in (fine, first, second, dead)]
    processings += [attempt(fine, "billing", 1, "ok"), attempt(first, "billing", 1, "error")]
    processings += [attempt(first, "billing", 2, "error"), attempt(second, "billing", 1, "error")]
    processings += [attempt(second, "billing", 2, "ok"), attempt(dead, "billing", 1, "dead-lettered")]
    edges = (Edge(f"{dead.id}#billing@1", grave.id, "dead-lettered", "parent", 1.0),)
    graph = Graph((fine, first, second, dead, grave), tuple(processings), edges)
    (failure,) = find_failures(Told(graph, {f"{first.id}#billing@1": ("KeyError", "'total'")}))
    assert failure.sentence() == (
        "broken: group billing, first event kafka://orders/0/2, field total (KeyError); "
        "since then 2 of 3 events of orders failed, dead letters in orders.graveyard"
    )
    assert failure.healthy == fine


def test_an_error_that_names_no_field_is_told_as_it_is() -> None:
    only = event("orders", 1, 1)
    graph = Graph((only,), (attempt(only, "billing", 1, "error"),))
    (failure,) = find_failures(Told(graph, {f"{only.id}#billing@1": ("TimeoutError", "no answer")}))
    assert failure.sentence() == (
        "broken: group billing, first event kafka://orders/0/1, no field is named (TimeoutError); "
        "since then 1 of 1 events of orders failed"
    )
    assert failure.healthy is None


def test_a_retry_that_succeeded_is_no_failure() -> None:
    only = event("orders", 1, 1)
    graph = Graph((only,), (attempt(only, "billing", 1, "error"), attempt(only, "billing", 2, "ok")))
    assert find_failures(Told(graph, {})) == ()


def test_the_group_that_failed_most_comes_first() -> None:
    one, two = event("orders", 1, 1), event("orders", 2, 2)
    graph = Graph(
        (one, two), (attempt(one, "a", 1, "error"), attempt(one, "b", 1, "error"), attempt(two, "b", 1, "error"))
    )
    told = Told(graph, {f"{e.id}#{group}@1": ("OSError", "") for e in (one, two) for group in "ab"})
    assert [failure.group for failure in find_failures(told)] == ["b", "a"]
