"""Attempts and outcomes (analysis 1.3): what is one attempt, whose group it is, how it ended, how long it took."""

from __future__ import annotations

import pytest

from tests.flows.spans import BEGAN_NS, MS, Story, Value, processing


def test_each_process_span_of_a_delivery_is_an_attempt_in_order_of_start() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    for begin in (100, 40, 70):
        story.process("orders", "mail", (begin, begin + 10), links=[sent], group="mailers")
    graph = story.graph()
    assert [(p.attempt, p.started_at) for p in graph.processings] == [
        (1, BEGAN_NS + 40 * MS),
        (2, BEGAN_NS + 70 * MS),
        (3, BEGAN_NS + 100 * MS),
    ]
    assert [p.queue_ns for p in graph.processings] == [40 * MS, 70 * MS, 100 * MS]
    assert [p.backoff_ns for p in graph.processings] == [None, 20 * MS, 20 * MS]
    assert {p.duration_ns for p in graph.processings} == {10 * MS}
    assert len({p.id for p in graph.processings}) == 3


def test_a_receive_span_with_a_process_span_under_it_is_the_arrival_of_one_attempt() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=9)
    for begin in (40, 80):  # read again by seek: a further pair of spans
        arrival = story.receive("orders", "mail", begin, parent=sent, partition=0)
        story.process(
            "orders",
            "mail",
            (begin + 2, begin + 12),
            parent=arrival,
            links=[sent],
            partition=0,
            offset=9,
            group="mailers",
        )
    graph = story.graph()
    assert [(p.id, p.duration_ns) for p in graph.processings] == [
        ("kafka://orders/0/9#mailers@1", 10 * MS),
        ("kafka://orders/0/9#mailers@2", 10 * MS),
    ]


@pytest.mark.parametrize(("sign", "duration"), [("failed", 20 * MS), ("work", 20 * MS), ("nothing", None)])
def test_a_consumer_span_that_does_not_tell_what_it_does_handles_where_it_fails_or_has_work_under_it(
    sign: str, duration: int | None
) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    told = {"messaging.system": "kafka", "messaging.destination.name": "orders"}
    error = "Broken" if sign == "failed" else None
    own = story.span("orders", "mail", (40, 60), kind="CONSUMER", parent=sent, error=error, attributes={**told})
    if sign == "work":
        story.span("deliver", "mail", (45, 80), parent=own)  # goes on after it
    assert processing(story.graph()).duration_ns == duration


def test_a_process_span_gives_its_place_to_the_receive_span_above_it_with_a_stale_parent() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    again = story.send("orders.retry", "mail", 20)
    arrival = story.receive("orders.retry", "mail", 40, parent=first, partition=0)
    story.process(
        "orders.retry", "mail", (42, 50), parent=arrival, links=[again, first], partition=0, offset=1, group="mailers"
    )
    graph = story.graph()
    assert {e.id for e in graph.events} == {first.event_id, "kafka://orders.retry/0/1"}
    assert processing(graph).event == "kafka://orders.retry/0/1"


def polled(*spans: tuple[int, int], work: bool) -> Story:
    """A poll that goes on while its messages are handled, with a process span for each, and work beside them."""
    story = Story()
    poll = story.span("poll orders", "mail", (40, 100), kind="CLIENT", attributes=POLL)
    for n, at in enumerate(spans):
        sent = story.send("orders", "shop", n)
        story.process("orders", "mail", at, parent=poll, links=[sent], partition=0, offset=n)
    if work:
        story.span("work", "mail", (50, 60), parent=poll)
    return story


POLL: dict[str, Value] = {
    "messaging.system": "kafka",
    "messaging.operation.type": "receive",
    "messaging.operation.name": "poll",
    "messaging.destination.name": "orders",
    "messaging.batch.message_count": 3,
}


@pytest.mark.parametrize("work", [False, True])
def test_process_spans_of_one_handling_have_the_duration_of_their_batch(work: bool) -> None:
    found = polled((41, 99), (41, 99), (42, 99), work=work).graph().processings
    assert [(p.duration_ns, p.batch_ns, p.batch_size) for p in found] == [
        (None, 58 * MS, 3),
        (None, 58 * MS, 3),
        (None, 57 * MS, 3),
    ]


def test_messages_of_a_poll_that_are_handled_in_turn_or_end_apart_have_their_own() -> None:
    for times in (((41, 50), (50, 60)), ((41, 60), (41, 90))):
        found = polled(*times, work=False).graph().processings
        assert [p.duration_ns for p in found] == [(end - start) * MS for start, end in times]
        assert {p.batch_size for p in found} == {None}


def test_messages_of_a_poll_with_work_of_their_own_have_their_own_duration() -> None:
    story = Story()
    poll = story.span("poll orders", "mail", (40, 100), kind="CLIENT", attributes=POLL)
    for n in range(2):
        handling = story.process("orders", "mail", (41, 99), parent=poll, partition=0, offset=n)
        story.span("work", "mail", (50, 60), parent=handling)
    assert {p.duration_ns for p in story.graph().processings} == {58 * MS}


def test_process_spans_above_one_another_are_one_attempt_with_the_outermost_times() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    outer = story.process("orders", "mail", (40, 90), parent=sent, group="mailers")
    work = story.span("listener", "mail", (42, 88), parent=outer)
    story.process("orders", "mail", (45, 80), parent=work, links=[sent], group="mailers", error="Broken")
    one = processing(story.graph())
    assert (one.span_id, one.duration_ns, one.outcome, one.error) == (
        outer.span_id,
        50 * MS,
        "error",
        "Broken: Broken happened",
    )


def test_only_a_receive_span_leaves_the_duration_unknown_and_speaks_of_no_failure() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.receive("orders", "mail", 40, parent=sent)
    one = processing(story.graph())
    assert (one.outcome, one.duration_ns, one.started_at, one.queue_ns) == (
        "ok",
        None,
        BEGAN_NS + 41 * MS,
        41 * MS,
    )


def test_a_receive_span_with_the_handler_inside_it_is_the_handling() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    arrival = story.span(
        "orders receive", "mail", (40, 60), kind="CONSUMER", parent=sent,
        attributes={"messaging.system": "kafka", "messaging.destination.name": "orders"},
    )  # fmt: skip
    story.span("work", "mail", (45, 55), parent=arrival)
    one = processing(story.graph())
    assert (one.outcome, one.duration_ns, one.started_at) == ("ok", 20 * MS, BEGAN_NS + 40 * MS)


def test_a_handler_that_follows_its_receive_span_begins_with_its_first_span() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    arrival = story.receive("orders", "mail", 40, parent=sent)
    story.span("work", "mail", (50, 55), parent=arrival)
    one = processing(story.graph())
    assert (one.outcome, one.duration_ns, one.started_at) == ("ok", None, BEGAN_NS + 50 * MS)


def test_an_arrival_without_handling_is_no_attempt_where_the_service_shows_handling() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, partition=0, offset=n) for n in range(2)]
    for n, sent in enumerate(sends):
        arrival = story.receive("orders", "mail", 40 + n * 20, parent=sent, partition=0, offset=n)
        if n == 0:
            story.process("orders", "mail", (45, 50), parent=arrival, partition=0, offset=n, group="mailers")
    graph = story.graph()
    assert [p.id for p in graph.processings] == ["kafka://orders/0/0#mailers@1"]
    assert len(graph.events) == 2


def test_an_arrival_whose_handling_span_was_lost_is_an_attempt_when_spans_under_it_are_there() -> None:
    story = Story()
    first, second = (story.send("orders", "shop", n, partition=0, offset=n) for n in range(2))
    story.process("orders", "mail", (30, 35), parent=first, partition=0, offset=0, group="mailers")
    story.receive("orders", "mail", 40, kind="CLIENT", links=[second], batch=1, partition=0, offset=1, group="mailers")
    crashed = story.process("orders", "mail", (45, 50), parent=second, partition=0, offset=1, lost=True)
    story.span("work", "mail", (46, 48), parent=crashed)
    one = processing(story.graph(), event="kafka://orders/0/1")
    assert (one.group, one.outcome, one.duration_ns) == ("mailers", "unknown", None)


def test_the_group_comes_from_another_span_of_the_instance_where_the_attempt_does_not_tell_it() -> None:
    story = Story()
    first, second = story.send("orders", "shop", 0), story.send("orders", "shop", 5)
    story.process("orders", "mail", (40, 45), parent=first, group="mailers")
    story.process("orders", "mail", (50, 55), parent=second)
    graph = story.graph()
    assert {(p.group, p.group_known) for p in graph.processings} == {("mailers", True)}


def test_the_service_stands_in_for_a_group_that_nothing_tells_and_says_so() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 45), parent=sent)
    one = processing(story.graph())
    assert (one.id, one.group, one.group_known) == (f"{sent.event_id}#mail@1", "mail", False)


def test_the_service_stands_in_where_one_instance_has_two_groups() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n) for n in range(3)]
    for n, group in enumerate(("fast", "slow", None)):
        story.process("orders", "mail", (40 + n, 45 + n), parent=sends[n], group=group)
    assert {p.group: p.group_known for p in story.graph().processings} == {
        "fast": True,
        "slow": True,
        "mail": False,
    }


def test_each_group_has_attempts_of_its_own() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    for group in ("a", "b"):
        story.process("orders", "mail", (40, 45), links=[sent], group=group)
    assert {p.attempt for p in story.graph().processings} == {1}


def test_a_failed_span_below_in_the_same_service_fails_the_attempt() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    work = story.span("work", "mail", (41, 59), parent=handling)
    story.span("render", "mail", (42, 58), parent=work, error="KeyError")
    one = processing(story.graph())
    assert (one.outcome, one.error) == ("error", "KeyError: KeyError happened")
    assert one.outcome_confidence == 1


def test_a_failed_span_of_another_service_or_of_another_handling_does_not() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    call = story.span("POST", "mail", (42, 50), kind="CLIENT", parent=handling)
    story.span("POST", "printer", (43, 49), kind="SERVER", parent=call, error="Jam")
    onward = story.send("mails", "mail", 51, parent=handling)
    story.process("mails", "audit", (70, 75), parent=onward, group="auditors", error="Broken")
    graph = story.graph()
    assert {p.service: p.outcome for p in graph.processings} == {"mail": "ok", "audit": "error"}
    assert {p.service: p.outcome_confidence for p in graph.processings} == {"mail": None, "audit": 1}


@pytest.mark.parametrize("told", [{"error.type": "timeout"}, {}])
def test_an_error_type_fails_an_attempt_without_an_exception(told: dict[str, str]) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers")
    story.span("work", "mail", (41, 59), parent=handling, attributes={**told})
    one = processing(story.graph())
    assert (one.outcome, one.error) == (("error", "timeout") if told else ("ok", None))


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("orders.mailers.dlq", "dead-lettered"),
        ("orders-dlt", "dead-lettered"),
        ("orders.dead", "dead-lettered"),
        ("orders.DLT", "dead-lettered"),
        ("error.orders.mailers", "dead-lettered"),
        ("orders_error", "dead-lettered"),
        ("dlq-orders", "dead-lettered"),
        ("%DLQ%mailers", "dead-lettered"),
        ("OrdersDeadLetter", "dead-lettered"),
        ("ordersDLQ", "dead-lettered"),
        ("orders.dlq.mailers", "dead-lettered"),
        ("orders.dead-letter-queue", "dead-lettered"),
        ("dead-letter-topic-orders", "dead-lettered"),
        ("%RETRY%mailers", "retried"),
        ("orders-retry-1000", "retried"),
        ("orders__mailers__retry_2", "retried"),
        ("orders.retry", "retried"),
        ("orders.retry.30s", "retried"),
        ("orders-retry-5m", "retried"),
        ("orders.retry.mailers", "retried"),
        ("OrdersRetry", "retried"),
        ("errors-by-day", "caused"),
        ("retrying", "caused"),
        ("idlt", "caused"),
        ("retry-policies", "caused"),
        ("mails", "caused"),
    ],
)
def test_what_leaves_an_attempt_decides_its_outcome_by_the_name_of_the_topic(topic: str, kind: str) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    handling = story.process("orders", "mail", (40, 60), parent=sent, group="mailers", error="Broken")
    story.send(topic, "mail", 50, parent=handling)
    graph = story.graph()
    assert {e.kind for e in graph.edges if e.source.endswith("@1")} == {kind}
    one = processing(graph)
    assert (one.outcome, one.error) == (kind if kind != "caused" else "error", "Broken: Broken happened")


def test_an_event_that_a_handler_of_dead_letters_writes_to_their_topic_is_no_dead_letter() -> None:
    story = Story()
    sent = story.send("orders.dlq", "shop", 0)
    handling = story.process("orders.dlq", "desk", (40, 60), parent=sent, group="desk")
    story.send("orders.dlq", "desk", 50, parent=handling)
    assert processing(story.graph()).outcome == "ok"


def test_an_attempt_says_what_number_the_telemetry_gives_it() -> None:
    story = Story()
    sent = story.send("orders.retry", "shop", 0)
    story.process("orders.retry", "mail", (40, 50), links=[sent], group="mail", headers={"retry_topic-attempts": "3"})
    story.process("orders.retry", "audit", (40, 50), links=[sent], group="audit")
    graph = story.graph()
    assert (processing(graph, group="mail").attempt, processing(graph, group="mail").attempt_told) == (1, 3)
    assert processing(graph, group="audit").attempt_told is None


def test_the_attempt_that_a_batch_tells_is_of_no_message_of_it() -> None:
    story = Story()
    sends = [story.send("orders", "shop", at, key=f"k-{at}") for at in (0, 5)]
    story.process("orders", "mail", (40, 50), links=sends, headers={"retry_topic-attempts": "3"})
    assert [(p.batch_size, p.attempt_told) for p in story.graph().processings] == [(2, None), (2, None)]


def test_a_subscription_is_the_group_where_systems_have_no_groups() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, system="pulsar")
    told = {"messaging.destination.subscription.name": "mail-sub"}
    story.process("orders", "mail", (40, 50), links=[sent], system="pulsar", attributes=told)
    assert [(p.group, p.group_known) for p in story.graph().processings] == [("mail-sub", True)]


def test_clock_skew_shows_as_negative_time_in_queue() -> None:
    story = Story()
    sent = story.send("orders", "shop", 100)
    story.process("orders", "mail", (40, 45), parent=sent, group="mailers")
    assert processing(story.graph()).queue_ns == -60 * MS


def test_a_poll_that_names_no_message_is_none_where_handlings_have_spans_of_their_own() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    poll = story.receive("orders", "mail", 38)
    story.process("orders", "mail", (40, 50), parent=poll, links=[sent])
    story.receive("orders", "mail", 60)
    graph = story.graph()
    assert [event.id for event in graph.events] == [sent.event_id]
    assert len(graph.processings) == 1


def test_a_failure_under_a_batch_leaves_each_of_its_messages_unknown() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n) for n in range(2)]
    batch = story.process("orders", "mail", (40, 60), links=sends, group="mailers")
    story.span("work", "mail", (41, 50), parent=batch, error="Broken")
    graph = story.graph()
    assert {(p.outcome, p.duration_ns, p.batch_size) for p in graph.processings} == {("unknown", None, 2)}


def test_a_retry_accounts_for_the_failure_under_a_batch_when_its_key_tells_whose_it_is() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, key=f"k{n}") for n in range(2)]
    batch = story.process("orders", "mail", (40, 60), links=sends, group="mailers")
    story.span("work", "mail", (41, 50), parent=batch, error="Broken")
    story.send("orders.retry", "mail", 52, parent=batch, key="k1")
    graph = story.graph()
    assert {p.event: p.outcome for p in graph.processings} == {sends[0].event_id: "ok", sends[1].event_id: "retried"}
