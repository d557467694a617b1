"""The problems of one flow are those of the store that the flow shows, and cost what is around it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.flows.recordings import DIRECTORY, NAMES
from tests.flows.stores import fill, requests_of
from tracer.checks import check_store, flow
from tracer.checks.flow import problems_of
from tracer.flows import open_flows
from tracer.flows.model import Flow, Graph


def store_of(name: str, path: Path) -> Path:
    """A store with a recording."""
    return fill(path, [list(requests_of(gzip.decompress((DIRECTORY / f"{name}.pb.gz").read_bytes())))])


def nodes(graph: Graph) -> set[str]:
    """The ids of a graph's events and attempts."""
    return {event.id for event in graph.events} | {item.id for item in graph.processings}


@pytest.mark.parametrize("name", NAMES)
def test_a_flow_shows_the_problems_of_the_store_that_its_ids_are_evidence_of(name: str, tmp_path: Path) -> None:
    store = store_of(name, tmp_path)
    report = check_store(store)
    with open_flows(store) as flows:
        whole = flows.graph()
        shown = {each.check: each.evidence[0].partition("#")[0] for each in (*report.problems, *report.unknown)}
        others = [event.id for event in whole.events][:: len(whole.events) // 2][:2]
        for asked in {*shown.values(), *others}:  # one for each check that finds something
            one = flows.flow(asked)
            of_flow = nodes(one.graph)
            found = problems_of(flows, one)
            assert found.problems == tuple(each for each in report.problems if not of_flow.isdisjoint(each.evidence))
            assert found.unknown == tuple(each for each in report.unknown if not of_flow.isdisjoint(each.evidence))
        everything = problems_of(flows, Flow("", whole))
        assert (everything.problems, everything.unknown, everything.since_ns) == (report.problems, report.unknown, None)


def test_a_store_with_more_around_the_flow_is_looked_at_in_less_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_flows(store_of("mixed-all", tmp_path)) as flows:
        whole = flows.graph()
        one = flows.flow(whole.events[len(whole.events) // 2].id)
        monkeypatch.setattr(flow, "ATTEMPTS", len(whole.processings) // 2)
        some = problems_of(flows, one)
        times = [event.produced_at for event in one.graph.events if event.produced_at is not None]
        assert some.since_ns is not None
        assert some.until_ns is not None
        assert some.since_ns < min(times) <= max(times) < some.until_ns
        inside = [item for item in whole.processings if some.since_ns <= (item.started_at or 0) <= some.until_ns]
        assert 0 < len(inside) <= len(whole.processings) // 2
        monkeypatch.setattr(flow, "ATTEMPTS", 1)
        asked = next(event.produced_at for event in one.graph.events if event.id == one.asked)
        least = problems_of(flows, one)
        assert asked is not None
        assert (least.since_ns, least.until_ns) == (asked - 10**9, asked + 10**9) or least.since_ns <= asked
