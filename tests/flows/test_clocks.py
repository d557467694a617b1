"""Bounds of how far the clocks of hosts are apart, from the messages between them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.flows.simulation import simulate
from tests.flows.spans import MS, Span, Story, event, processing
from tests.flows.stores import relations_of
from tracer.flows import open_flows
from tracer.flows.clocks import WINDOW_NS, clock_bounds, skews
from tracer.flows.model import ClockBounds, Graph, Skew
from tracer.flows.reading import whole_graph
from tracer.formats.otlp_protobuf import decode


def bounds_of(requests: Sequence[bytes]) -> tuple[Graph, tuple[ClockBounds, ...]]:
    with relations_of(decode(requests, [1] * len(requests)).spans) as connection:
        graph = whole_graph(connection)
        return graph, clock_bounds(connection, graph)


def bounds(story: Story) -> tuple[Graph, tuple[ClockBounds, ...]]:
    return bounds_of(story.requests())


def message(story: Story, by: str, to: str, sent: int, taken: int, **fields: object) -> Span:
    """A message of one service to another; each is one host, named after it."""
    send = story.send(f"to-{to}", by, sent)
    return story.process(f"to-{to}", to, (taken, taken + 1), parent=send, group=to, **fields)


def test_the_shortest_ways_between_two_hosts_bound_their_clocks() -> None:
    story = Story()
    for sent, taken in ((0, 40), (10, 13), (20, 70)):
        message(story, "api", "mail", sent, taken)
    for sent, taken in ((100, 105), (110, 112)):
        message(story, "mail", "api", sent, taken)
    _, found = bounds(story)
    since = found[0].since
    assert found == (ClockBounds(since, "api-1", "mail-1", -2 * MS, 3 * MS, 5),)
    assert since % WINDOW_NS == 0
    assert found[0].proven == ()


def test_a_shortest_way_below_zero_proves_the_skew_and_is_told_of_every_delivery_between_the_two() -> None:
    story = Story()
    message(story, "api", "mail", 10, 7)
    message(story, "api", "mail", 20, 90)
    message(story, "mail", "api", 100, 104)
    graph, found = bounds(story)
    assert (found[0].at_least, found[0].at_most) == (-4 * MS, -3 * MS)
    for one in graph.processings:
        assert skews(found, event(graph, id=one.event), one) == (Skew("mail-1", "api-1", 3 * MS),)


def test_messages_one_way_only_give_one_bound() -> None:
    story = Story()
    message(story, "mail", "api", 10, 6)
    _, found = bounds(story)
    assert (found[0].a, found[0].at_least, found[0].at_most) == ("api-1", 4 * MS, None)
    assert found[0].proven == (Skew("api-1", "mail-1", 4 * MS),)


def test_bounds_that_contradict_each_other_are_both_told() -> None:
    one = ClockBounds(0, "a", "b", 5, -3, 2)
    assert one.proven == (Skew("b", "a", 3), Skew("a", "b", 5))


def test_a_message_within_one_host_bounds_nothing() -> None:
    story = Story()
    message(story, "api", "api", 10, 40)
    assert bounds(story)[1] == ()


def test_a_delivery_that_is_only_guessed_bounds_nothing() -> None:
    story = Story()
    story.send("orders", "api", 10, key="k", partition=0)
    story.receive("orders", "mail", 2, key="k", partition=0)
    message(story, "api", "mail", 20, 25)
    graph, found = bounds(story)
    unsure = [edge for edge in graph.edges if edge.kind == "delivered" and edge.confidence < 0.9]
    assert len(unsure) == 1
    assert [(one.at_most, one.messages) for one in found] == [(5 * MS, 1)]


def test_each_window_has_bounds_of_its_own() -> None:
    story = Story()
    later = 2 * WINDOW_NS // MS
    message(story, "api", "mail", 10, 12)
    message(story, "api", "mail", later, later - 30)
    graph, found = bounds(story)
    assert [one.at_most for one in found] == [2 * MS, -30 * MS]
    early, late = graph.processings
    assert skews(found, event(graph, id=early.event), early) == ()
    assert skews(found, event(graph, id=late.event), late) == (Skew("mail-1", "api-1", 30 * MS),)


def test_the_flow_of_one_event_knows_the_bounds_by_the_other_messages_of_its_hosts(tmp_path: Path) -> None:
    story = Story()
    message(story, "api", "mail", 10, 7)
    fine = message(story, "api", "mail", 20, 90)
    with open_flows(story.store(tmp_path / "store")) as flows:
        flow = flows.flow(fine.span_id)
    attempt = processing(flow.graph, span_id=fine.span_id)
    assert attempt.queue_ns == 70 * MS
    assert skews(flow.clocks, flow.graph.events[0], attempt) == (Skew("mail-1", "api-1", 3 * MS),)


@pytest.mark.parametrize("first", [0, 40])
def test_in_simulated_systems_the_true_offset_is_always_within_the_bounds(first: int) -> None:
    simulations = [simulate(seed, prefix=f"s{seed}-") for seed in range(first, first + 40)]
    requests = [request for one in simulations for request in one.requests]
    random.Random(first).shuffle(requests)
    offset = {
        f"host-of-{service.name}-{number}": skew
        for one in simulations
        for service in one.run.system.services
        for number, skew in enumerate(service.skews)
    }
    _, found = bounds_of(requests)
    assert found
    assert any(one.proven for one in found)
    for one in found:
        true = offset[one.b] - offset[one.a]
        assert one.at_least is None or one.at_least <= true, one
        assert one.at_most is None or true <= one.at_most, one
