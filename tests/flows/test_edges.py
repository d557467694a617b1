"""What an attempt caused (analysis 1.4): by parent and by link, out of batches, and where causes do not pass."""

from __future__ import annotations

from tests.flows.spans import Story, edge
from tracer.flows.model import Edge, Graph


def effects(graph: Graph) -> list[Edge]:
    """The edges out of attempts."""
    return [e for e in graph.edges if e.kind != "delivered"]


def test_a_send_below_the_handling_is_caused_by_it() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    work = story.span("work", "mail", (41, 59), parent=handling)
    onward = story.send("mails", "mail", 50, parent=work)
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.target) == (f"{sent.event_id}#mailers@1", onward.event_id)
    assert (caused.method, caused.confidence) == ("parent", 1.0)


def test_a_send_in_a_service_that_the_handling_called_is_caused_by_it() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    call = story.span("POST", "mail", (41, 59), kind="CLIENT", parent=handling)
    served = story.span("POST", "printer", (42, 58), kind="SERVER", parent=call)
    onward = story.send("prints", "printer", 50, parent=served)
    assert edge(story.graph(), kind="caused").target == onward.event_id


def test_of_two_handlings_above_a_send_the_nearest_caused_it() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    first = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    onward = story.send("mails", "mail", 50, parent=first)
    second = story.process("mails", "post", (70, 90), parent=onward, group="post")
    last = story.send("letters", "post", 80, parent=second)
    graph = story.graph()
    assert {(e.source, e.target) for e in effects(graph)} == {
        (f"{sent.event_id}#mailers@1", onward.event_id),
        (f"{onward.event_id}#post@1", last.event_id),
    }


def test_a_send_outside_of_any_handling_has_no_cause() -> None:
    story = Story()
    root = story.span("POST /orders", "shop", (0, 20), kind="SERVER")
    story.send("orders", "shop", 5, parent=root)
    assert story.graph().edges == ()


def test_causes_do_not_pass_through_a_message_whose_handling_left_no_span() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    onward = story.send("mails", "mail", 50, parent=handling)
    story.send("letters", "post", 90, parent=onward)  # another service read the context out of the message itself
    assert [e.target for e in effects(story.graph())] == [onward.event_id]


def test_a_send_that_links_the_handling_span_is_caused_by_it() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    onward = story.send("mails", "mail", 90, links=[handling])
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.target) == (f"{sent.event_id}#mailers@1", onward.event_id)
    assert (caused.method, caused.confidence) == ("link", 1.0)


def test_a_send_that_links_the_send_of_the_handled_event_is_caused_by_its_handling() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    story.process("orders", "audit", (40, 60), parent=sent, group="auditors")
    onward = story.send("mails", "mail", 50, links=[sent])
    story.send("mails", "mail", 10, links=[sent])  # before any handling began
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.target) == (f"{sent.event_id}#mailers@1", onward.event_id)
    assert (caused.method, caused.confidence) == ("link", 0.9)


def test_out_of_a_batch_the_key_tells_the_cause() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, key=f"k{n}") for n in range(3)]
    batch = story.process("orders", "mail", (40, 60), links=sends, group="mailers")
    story.send("mails", "mail", 50, parent=batch, key="k1")
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.confidence) == (f"{sends[1].event_id}#mailers@1", 0.9)


def test_out_of_a_batch_without_keys_each_message_is_a_possible_cause() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n) for n in range(4)]
    batch = story.process("orders", "mail", (40, 60), links=sends, group="mailers")
    story.send("mails", "mail", 50, parent=batch)
    caused = effects(story.graph())
    assert {e.source for e in caused} == {f"{sent.event_id}#mailers@1" for sent in sends}
    assert {e.confidence for e in caused} == {0.25}


def test_work_beside_the_process_spans_of_a_poll_belongs_to_the_one_message_of_its_key() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, key=f"k{n}") for n in range(2)]
    poll = story.receive("orders", "mail", 40, kind="CLIENT", batch=2)
    for n, sent in enumerate(sends):
        story.process("orders", "mail", (41, 60), parent=poll, links=[sent], partition=0, offset=n, key=f"k{n}")
    work = story.span("work", "mail", (42, 50), parent=poll)
    onward = story.send("mails", "mail", 45, parent=work, key="k0")
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.target) == ("kafka://orders/0/0#mail@1", onward.event_id)
    assert caused.confidence == 0.9


def test_a_key_does_not_tell_while_messages_of_the_batch_are_missing() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, key=f"k{n}") for n in range(2)]
    poll = story.receive("orders", "mail", 40, kind="CLIENT", batch=4)
    for n, sent in enumerate(sends):
        story.process("orders", "mail", (41, 60), parent=poll, links=[sent], partition=0, offset=n, key=f"k{n}")
    story.send("mails", "mail", 45, parent=poll, key="k0")
    assert {e.confidence for e in effects(story.graph())} == {0.25}


def test_a_poll_of_one_message_is_as_sure_as_its_process_span() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    poll = story.receive("orders", "mail", 40, kind="CLIENT", batch=1)
    story.process("orders", "mail", (41, 60), parent=poll, links=[sent])
    story.send("mails", "mail", 45, parent=poll)
    assert edge(story.graph(), kind="caused").confidence == 1.0


def test_the_producer_of_disputed_coordinates_is_no_sure_effect() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    onward = story.send("mails", "mail", 50, parent=handling)
    for offset in (4, 9):
        story.process("mails", "post", (70, 71), parent=onward, partition=0, offset=offset, group="post")
    assert {(e.target, e.confidence) for e in effects(story.graph())} == {
        ("kafka://mails/0/4", 0.5),
        ("kafka://mails/0/9", 0.5),
    }


def test_spans_that_are_their_own_ancestors_do_no_harm() -> None:
    story = Story()
    first = story.span("a", "mail", (0, 9))
    second = story.span("b", "mail", (1, 8), parent=first)
    first.otlp.parent_span_id = bytes.fromhex(second.span_id)
    story.send("mails", "mail", 5, parent=second)
    assert len(story.graph().events) == 1


def test_a_failed_attempt_that_sends_its_record_to_its_own_topic_again_retries_it() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, key="k1")
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers", key="k1", error="Broken")
    story.send("orders", "mail", 50, parent=handling, key="k1")
    story.send("orders", "mail", 55, parent=handling, key="k2")
    assert sorted(e.kind for e in effects(story.graph())) == ["caused", "retried"]


def test_a_key_does_not_tell_while_keys_of_the_batch_are_unknown() -> None:
    story = Story()
    sends = [
        story.send("orders", "shop", 0, key="k0"),
        story.send("orders", "shop", 1),
        story.send("orders", "shop", 2),
    ]
    batch = story.process("orders", "mail", (40, 60), links=sends, group="mailers")
    onward = story.send("mails", "mail", 45, parent=batch, key="k0")
    assert {(e.target, round(e.confidence, 3)) for e in effects(story.graph())} == {(onward.event_id, 0.333)}


def test_a_second_delivery_by_a_batch_that_tells_no_coordinates_may_be_of_the_retry_and_is_less_sure() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n) for n in range(3)]
    story.process("orders", "mail", (40, 50), links=sends[:2], group="mailers")
    story.process("orders", "mail", (60, 70), links=[sends[2], sends[0]], group="mailers")
    told = {(e.source, e.target[-1]): e.confidence for e in story.graph().edges if e.kind == "delivered"}
    assert told[sends[0].event_id, "1"] == told[sends[2].event_id, "1"] == 1.0
    assert told[sends[0].event_id, "2"] == 0.8
