"""Guesses outside of a service: the order on a partition, and the only send of a key (analysis 1.2)."""

from __future__ import annotations

from tests.flows.spans import Span, Story, edge
from tracer.flows.model import Edge, Graph


def guessed(graph: Graph) -> list[Edge]:
    """Deliveries that adjacency tells."""
    return [e for e in graph.edges if e.kind == "delivered" and e.method == "adjacency"]


def queue(story: Story, sends: list[int], arrivals: list[int], **more: str) -> list[Span]:
    """Sends on a partition, and arrivals of a group that name none of them."""
    sent = [story.send("orders", "shop", at, partition=0) for at in sends]
    for at in arrivals:
        story.receive("orders", "mail", at, partition=0, group="mailers", **more)
    return sent


def test_arrivals_that_name_no_send_are_its_deliveries_in_order() -> None:
    story = Story()
    sends = queue(story, [0, 10, 20], [100, 110, 120])
    graph = story.graph()
    assert {event.id for event in graph.events} == {sent.event_id for sent in sends}
    assert len(graph.events) == 3
    assert {(e.source, e.confidence) for e in guessed(graph)} == {(sent.event_id, 0.8) for sent in sends}
    assert guessed(graph)[0].evidence[0].detail == "in order among 3 on the partition"


def test_arrivals_that_come_before_the_next_send_are_surer() -> None:
    story = Story()
    queue(story, [0, 100], [50, 150])
    assert {e.confidence for e in guessed(story.graph())} == {0.88}


def test_an_arrival_before_its_send_breaks_the_order() -> None:
    story = Story()
    queue(story, [0, 100], [50, 60])
    assert guessed(story.graph()) == []


def test_where_the_numbers_differ_only_what_was_sent_and_read_alone_is_told() -> None:
    story = Story()
    sends = queue(story, [0, 100, 110], [50, 150])
    assert [(e.source, e.confidence) for e in guessed(story.graph())] == [(sends[0].event_id, 0.5)]


def test_known_pairs_bound_the_order() -> None:
    story = Story()
    story.send("orders", "shop", 0, partition=0)  # read before the group was seen
    known = story.send("orders", "shop", 10, partition=0)
    unknown = story.send("orders", "shop", 20, partition=0)
    story.receive("orders", "mail", 100, partition=0, group="mailers", parent=known)
    story.receive("orders", "mail", 110, partition=0, group="mailers")
    assert [e.source for e in guessed(story.graph())] == [unknown.event_id]


def test_a_message_of_another_partition_or_that_the_group_has_named_is_no_candidate() -> None:
    story = Story()
    story.send("orders", "shop", 0, partition=1)
    known = story.send("orders", "shop", 10, partition=0)
    story.receive("orders", "mail", 100, partition=0, group="mailers", parent=known)
    story.receive("orders", "mail", 110, partition=0, group="mailers")
    assert guessed(story.graph()) == []


def test_keys_that_differ_break_the_order() -> None:
    story = Story()
    story.send("orders", "shop", 0, partition=0, key="k1")
    story.receive("orders", "mail", 100, partition=0, group="mailers", key="k2")
    assert guessed(story.graph()) == []


def test_an_arrival_that_tells_its_place_needs_no_guess() -> None:
    story = Story()
    story.send("orders", "shop", 0, partition=0)
    story.process("orders", "mail", (100, 110), partition=0, offset=7, group="mailers")
    assert edge(story.graph(), kind="delivered").method == "coordinates"


def test_the_only_send_of_a_key_is_a_weak_guess() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, key="k1")
    story.send("orders", "shop", 5, key="k2")
    story.receive("orders", "mail", 100, group="mailers", key="k1")
    told = guessed(story.graph())
    assert [(e.source, e.confidence) for e in told] == [(sent.event_id, 0.3)]
    assert told[0].evidence[0].detail == "the only send of key k1 in 5 minutes"


def test_two_sends_of_a_key_or_one_long_ago_are_no_guess() -> None:
    story = Story()
    for at in (0, 10):
        story.send("orders", "shop", at, key="k1")
    story.receive("orders", "mail", 100, group="mailers", key="k1")
    story.send("orders", "shop", 0, key="k2")
    story.receive("orders", "mail", 300_100, group="mailers", key="k2")
    assert guessed(story.graph()) == []


def test_a_send_of_the_key_that_the_group_has_read_is_no_guess() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, key="k1")
    story.receive("orders", "mail", 50, group="mailers", parent=sent)
    story.receive("orders", "mail", 100, group="mailers", key="k1")
    assert guessed(story.graph()) == []
