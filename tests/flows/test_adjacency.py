"""Guesses inside a service: roots that begin after an arrival whose handling leaves no span (analysis 1.4)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.spans import Span, Story, edge, processing
from tests.flows.test_edges import effects
from tracer.flows.model import Graph


def arrive(story: Story, at: int, **more: Any) -> Span:
    """A message of `orders` sent a little before, received by `mail` at `at`. Returns its send."""
    sent = story.send("orders", "shop", at - 5, key=more.get("key"))
    story.receive("orders", "mail", at, parent=sent, group="mailers", **more)
    return sent


def causes(graph: Graph) -> dict[str, str]:
    """The event that each effect is guessed to come from, by the effect's id."""
    return {e.target: e.source.split("#")[0] for e in effects(graph) if e.method == "adjacency"}


def test_a_root_send_after_an_arrival_is_guessed_to_be_its_effect() -> None:
    story = Story()
    sent = arrive(story, 40)
    onward = story.send("mails", "mail", 50)
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.target) == (f"{sent.event_id}#mailers@1", onward.event_id)
    assert (caused.method, caused.confidence) == ("adjacency", 0.53)
    assert caused.evidence[0].detail == "arrived before it in the same instance"


def test_a_send_under_a_root_of_the_handler_is_guessed_like_the_root() -> None:
    story = Story()
    arrive(story, 40)
    work = story.span("work", "mail", (42, 60))
    onward = story.send("mails", "mail", 50, parent=work)
    assert edge(story.graph(), kind="caused").target == onward.event_id


def test_equal_keys_make_the_guess_surer_and_other_keys_rule_it_out() -> None:
    story = Story()
    arrive(story, 40, key="k1")
    story.send("mails", "mail", 50, key="k1")
    story.send("bills", "mail", 55, key="k2")
    caused = edge(story.graph(), kind="caused")
    assert (caused.confidence, caused.evidence[0].detail) == (0.89, "key k1 fits")


def test_a_key_that_every_message_has_makes_no_guess_surer() -> None:
    story = Story()
    for at in range(100, 106):
        arrive(story, at, key="always")
    story.send("mails", "mail", 110, key="always")
    assert [e.confidence for e in effects(story.graph())] == [0.1] * 6


def test_other_keys_rule_nothing_out_where_no_key_is_handed_on() -> None:
    story = Story()
    for n in range(6):
        arrive(story, 100 + n * 100, key=f"order-{n}")
        story.send("mails", "mail", 150 + n * 100, key=f"customer-{n}")
    assert len(effects(story.graph())) == 6


@pytest.mark.parametrize("other", [{"instance": "mail-2"}, {"kind": "SERVER"}])
def test_nothing_is_guessed_of_another_instance_or_of_what_a_request_began(other: dict[str, str]) -> None:
    story = Story()
    arrive(story, 40, instance="mail-1")
    work = story.span("work", "mail", (50, 60), **{"instance": "mail-1", **other})  # type: ignore[arg-type]
    story.send("mails", "mail", 52, parent=work, instance=work.instance)
    assert effects(story.graph()) == []


def test_a_span_whose_parent_is_lost_is_no_root() -> None:
    story = Story()
    arrive(story, 40)
    lost = story.span("work", "mail", (45, 60), lost=True)
    story.send("mails", "mail", 50, parent=lost)
    assert effects(story.graph()) == []


def test_nothing_is_guessed_beyond_the_horizon() -> None:
    story = Story()
    arrive(story, 40)
    story.send("mails", "mail", 61_000)
    assert effects(story.graph()) == []


def test_a_process_span_that_has_work_under_it_or_has_ended_takes_no_roots() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    story.span("work", "mail", (41, 59), parent=handling)
    story.send("mails", "mail", 50)
    other = story.send("orders", "shop", 100)
    story.process("orders", "post", (140, 160), parent=other, group="posters")
    story.send("letters", "post", 170)
    assert effects(story.graph()) == []


def test_a_root_inside_a_process_span_is_of_a_handler_in_another_thread() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    work = story.span("work", "mail", (50, 80))
    onward = story.send("mails", "mail", 70, parent=work)
    graph = story.graph()
    assert causes(graph) == {onward.event_id: sent.event_id}
    handled = processing(graph, group="mailers")
    assert handled.duration_ns is None  # the span of 20 ms is not the handling
    assert handled.started_at is not None


def test_stronger_evidence_of_a_cause_leaves_no_room_for_a_guess() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    arrival = story.receive("orders", "mail", 10, parent=first, group="mailers")
    arrive(story, 40)
    onward = story.send("mails", "mail", 50, links=[arrival])
    told = [e for e in effects(story.graph()) if e.target == onward.event_id]
    assert [(e.source, e.method) for e in told] == [(f"{first.event_id}#mailers@1", "link")]


def test_a_regular_lane_is_believed_more_than_an_irregular_one() -> None:
    regular, irregular = Story(), Story()
    for n in range(8):
        at = 100 + n * 100
        arrive(regular, at)
        regular.span("work", "mail", (at + 5, at + 20))
        if n % 2:
            arrive(irregular, at)
        for _ in range(n % 3):
            irregular.span("work", "mail", (at + 5, at + 10))
    for story in (regular, irregular):
        arrive(story, 1000)
        story.span("work", "mail", (1005, 1020))
        story.send("mails", "mail", 1030)
    assert edge(regular.graph(), kind="caused").confidence == 0.89
    assert edge(irregular.graph(), kind="caused").confidence <= 0.7


def test_handlers_of_a_batch_begin_in_the_order_of_arrival() -> None:
    story = Story()
    sends = [arrive(story, 40 + n) for n in range(3)]
    onward = []
    for n in range(3):
        story.span("work", "mail", (50 + n * 20, 60 + n * 20))
        onward.append(story.send("mails", "mail", 61 + n * 20))
    graph = story.graph()
    assert causes(graph) == {o.event_id: s.event_id for o, s in zip(onward, sends, strict=True)}
    assert {e.confidence for e in effects(graph)} == {0.8}


def fetched(*places: tuple[int, int]) -> list[str]:
    """Outcomes of messages at these places that arrive at one time and are handled in that order: the last fails."""
    story = Story()
    sends = [arrive(story, 40, partition=partition, offset=offset) for partition, offset in places]
    for n in range(len(places)):
        story.span("work", "mail", (50 + n * 20, 60 + n * 20), error="Broken" if n == len(places) - 1 else None)
    graph = story.graph()
    outcomes = {p.event: p.outcome for p in graph.processings}
    ids = {e.span_id: e.id for e in graph.events}
    return [outcomes[ids[send.span_id]] for send in sends]


def test_what_arrives_at_one_time_is_handled_in_the_order_of_its_offsets() -> None:
    assert fetched(*((0, offset) for offset in range(5))) == ["ok"] * 4 + ["error"]


def test_which_of_several_partitions_comes_first_is_no_more_than_a_guess() -> None:
    assert set(fetched(*((offset % 2, offset) for offset in range(6)))) == {"ok", "unknown"}


def test_of_several_arrivals_and_one_root_each_is_a_possible_cause() -> None:
    story = Story()
    for n in range(3):
        arrive(story, 40 + n)
    story.send("mails", "mail", 60)
    told = effects(story.graph())
    assert [e.confidence for e in told] == [0.2, 0.2, 0.2]
    assert told[0].evidence[0].detail == "1 of 3 that arrived before"


def test_in_a_pool_a_send_belongs_to_the_work_that_ended_before_it() -> None:
    story = Story()
    sends, onward = [], []
    for n in range(6):  # work takes 25 ms, the next message arrives after 10
        sends.append(arrive(story, 100 + n * 10))
        story.span("work", "mail", (102 + n * 10, 127 + n * 10))
        onward.append(story.send("mails", "mail", 128 + n * 10))
    graph = story.graph()
    assert causes(graph) == {o.event_id: s.event_id for o, s in zip(onward, sends, strict=True)}
    assert {e.confidence for e in effects(graph)} == {0.89}


def test_the_work_of_an_attempt_tells_its_start_and_its_failure() -> None:
    story = Story()
    arrive(story, 40)
    story.span("work", "mail", (52, 60), error="Broken")
    failed = processing(story.graph(), group="mailers")
    assert (failed.outcome, failed.error) == ("error", "Broken: Broken happened")
    assert failed.outcome_confidence == 0.7
    assert failed.queue_ns == 17_000_000
    assert failed.duration_ns is None


def test_work_that_failed_and_may_be_the_attempts_leaves_its_outcome_unknown() -> None:
    story = Story()
    for n in range(3):
        arrive(story, 40 + n)
    story.span("work", "mail", (50, 60), error="Broken")
    assert {p.outcome for p in story.graph().processings} == {"unknown"}


def test_work_that_ended_well_makes_the_outcome_ok() -> None:
    story = Story()
    arrive(story, 40)
    story.span("work", "mail", (52, 60))
    assert [p.outcome for p in story.graph().processings] == ["ok"]


@pytest.mark.parametrize(
    ("topic", "kind"), [("orders.retry", "retried"), ("orders.dlq", "dead-lettered"), ("mails", "caused")]
)
def test_a_guessed_send_to_a_retry_or_dead_letter_topic_tells_the_outcome(topic: str, kind: str) -> None:
    story = Story()
    arrive(story, 40, key="k1")
    story.span("work", "mail", (42, 50), error="Broken")
    story.send(topic, "mail", 60, key="k1")
    graph = story.graph()
    assert [e.kind for e in effects(graph)] == [kind]
    told = processing(graph, group="mailers")
    assert told.outcome == (kind if kind != "caused" else "error")
    assert told.outcome_confidence == (effects(graph)[0].confidence if kind != "caused" else 0.7)


def test_a_guess_that_is_likelier_wrong_than_right_decides_no_outcome() -> None:
    story = Story()
    for n in range(3):
        arrive(story, 40 + n)
    story.span("work", "mail", (50, 60), error="Broken")
    story.send("orders.retry", "mail", 70)
    graph = story.graph()
    assert {p.outcome for p in graph.processings} == {"unknown"}
    assert {e.kind for e in effects(graph)} == {"retried"}
