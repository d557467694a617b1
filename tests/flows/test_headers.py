"""What a record's headers tell of the event that it descends from (analysis 1.2 and 1.4, method `headers`)."""

from __future__ import annotations

from typing import Any

from tests.flows.spans import Story, edge, processing
from tracer.flows.model import Edge, Graph


def told_by_headers(graph: Graph) -> dict[tuple[str, str], Edge]:
    """The edges whose strongest evidence are headers."""
    return {(e.source, e.target): e for e in graph.edges if e.method == "headers"}


def origin(topic: str, partition: int, offset: int, **more: str) -> dict[str, str]:
    """Headers that name the original, as Karafka writes them."""
    told = {"source_topic": topic, "source_partition": str(partition), "source_offset": str(offset)}
    return told | {f"source_{name}": value for name, value in more.items()}


def test_headers_of_a_dead_letter_name_the_event_and_the_group_that_gave_it_up() -> None:
    story = Story()
    for service in ("pay", "mail"):
        story.receive("orders", service, 40, partition=0, offset=5, group=f"{service}ers")
    headers = origin("orders", 0, 5, consumer_group="payers")
    letter = story.receive("given-up", "watch", 90, partition=0, offset=1, group="watchers", headers=headers)
    graph = story.graph()
    cause = edge(graph, kind="caused")
    assert (cause.source, cause.target) == ("kafka://orders/0/5#payers@1", "kafka://given-up/0/1")
    assert (cause.method, cause.confidence) == ("headers", 1.0)
    told = cause.evidence[0]
    assert (told.span_id, told.detail) == (letter.span_id, "headers name kafka://orders/0/5")
    assert {e.id for e in graph.events} == {"kafka://orders/0/5", "kafka://given-up/0/1"}


def test_headers_that_name_no_group_mean_the_one_whose_service_sent_the_record() -> None:
    story = Story()
    for service in ("pay", "mail"):
        story.receive("orders", service, 40, partition=0, offset=5, group=f"{service}ers")
    story.send("given-up", "mail", 60, partition=0, offset=1, headers=origin("orders", 0, 5))
    cause = edge(story.graph(), method="headers")
    assert (cause.source, cause.confidence) == ("kafka://orders/0/5#mailers@1", 1.0)


def test_headers_that_name_an_event_without_a_span_prove_nothing() -> None:
    story = Story()
    story.receive("given-up", "watch", 90, partition=0, offset=1, headers=origin("orders", 0, 5))
    graph = story.graph()
    assert [e.id for e in graph.events] == ["kafka://given-up/0/1"]
    assert told_by_headers(graph) == {}


def test_headers_against_the_parent_of_the_send_are_kept_as_the_weaker() -> None:
    story = Story()
    story.receive("orders", "pay", 40, partition=0, offset=5, group="payers")
    other = story.process("bills", "pay", (50, 70), partition=0, offset=8, group="payers")
    headers = origin("orders", 0, 5, consumer_group="payers")
    story.send("given-up", "pay", 60, parent=other, partition=0, offset=1, headers=headers)
    graph = story.graph()
    assert edge(graph, target="kafka://given-up/0/1", method="parent").confidence == 1.0
    told = edge(graph, target="kafka://given-up/0/1", method="headers")
    assert (told.source, told.confidence) == ("kafka://orders/0/5#payers@1", 0.5)
    assert told.evidence[0].detail == "headers name kafka://orders/0/5, its send is in another handling"


def test_headers_and_the_parent_of_the_send_that_agree_are_two_pieces_of_evidence() -> None:
    story = Story()
    handled = story.process("orders", "pay", (50, 70), partition=0, offset=5, group="payers")
    headers = origin("orders", 0, 5, consumer_group="payers")
    story.send("given-up", "pay", 60, parent=handled, partition=0, offset=1, headers=headers)
    told = edge(story.graph(), target="kafka://given-up/0/1").evidence
    assert [(one.method, one.confidence) for one in told] == [("parent", 1.0), ("headers", 1.0)]


def test_an_attempt_number_that_nothing_explains_tells_that_retries_are_missing() -> None:
    story = Story()
    story.receive("orders", "pay", 40, partition=0, offset=5, group="payers")
    headers = origin("orders", 0, 5, consumer_group="payers", attempts="3")
    story.receive("orders.retry", "pay", 90, partition=0, offset=1, group="payers", headers=headers)
    cause = edge(story.graph(), method="headers")
    assert cause.confidence == 0.5
    assert cause.evidence[0].detail == "headers name kafka://orders/0/5, attempts before attempt 4 are missing"


def test_a_retry_whose_send_is_lost_may_be_of_an_attempt_that_is_lost_with_it() -> None:
    # a process died with the spans of its attempt; the one that is there handled the record again, and well
    story = Story()
    lost = story.send("orders.retry", "pay", 60, lost=True)
    story.process("orders", "pay", (140, 160), partition=0, offset=5, group="payers")
    headers = origin("orders", 0, 5, consumer_group="payers")
    again = {"partition": 0, "offset": 1, "group": "payers", "headers": headers}
    story.process("orders.retry", "pay", (190, 200), parent=lost, remote=True, **again)
    graph = story.graph()
    cause = edge(graph, kind="retried")
    assert (cause.source, cause.confidence) == ("kafka://orders/0/5#payers@1", 0.5)
    assert cause.evidence[0].detail == "headers name kafka://orders/0/5, its send span is lost"
    assert processing(graph, id="kafka://orders/0/5#payers@1").outcome == "unknown"


def test_a_retry_that_is_as_likely_anothers_accounts_for_no_failure_under_a_batch() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, partition=0, offset=n) for n in range(2)]
    batch = story.process("orders", "mail", (40, 60), links=sends, group="mailers")
    story.span("work", "mail", (41, 50), parent=batch, error="Broken")
    lost = story.send("orders.retry", "mail", 55, lost=True)
    told = {"parent": lost, "remote": True, "group": "mailers", "headers": origin("orders", 0, 0)}
    story.process("orders.retry", "mail", (90, 95), partition=0, offset=0, **told)
    graph = story.graph()
    assert edge(graph, kind="retried").confidence <= 0.5
    assert {p.outcome for p in graph.processings if p.event.startswith("kafka://orders/")} == {"unknown"}


def test_a_message_that_its_broker_moved_with_its_id_descends_from_the_one_in_the_queue_told() -> None:
    story = Story()
    told: dict[str, Any] = {"system": "aws_sqs", "message_id": "m-1"}
    story.process("orders", "pay", (40, 50), group="payers", **told)
    headers = {"DeadLetterQueueSourceArn": "arn:aws:sqs:eu-west-1:1:orders"}
    story.receive("orders-dead", "watch", 90, headers=headers, **told)
    cause = edge(story.graph(), kind="dead-lettered")
    assert (cause.source, cause.target) == ("aws_sqs://orders/m-1#payers@1", "aws_sqs://orders-dead/m-1")
    assert (cause.method, cause.confidence) == ("headers", 0.9)


def test_headers_that_tell_a_failure_make_a_dead_letter_whatever_its_topic_is_called() -> None:
    story = Story()
    handled = story.process("orders", "pay", (50, 70), partition=0, offset=5, group="payers")
    headers = {"__connect.errors.topic": "orders", "__connect.errors.exception.class.name": "Broken"}
    story.send("given-up", "pay", 60, parent=handled, headers=headers)
    assert edge(story.graph(), kind="dead-lettered").method == "parent"


def test_a_retry_that_carries_the_context_of_the_first_event_was_caused_by_its_attempt() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.receive("orders", "pay", 40, parent=first, partition=0, offset=5, group="payers")
    again = story.receive("orders.retry", "pay", 90, parent=first, partition=0, offset=1, group="payers")
    graph = story.graph()
    cause = edge(graph, kind="retried")
    assert (cause.source, cause.target) == ("kafka://orders/0/5#payers@1", "kafka://orders.retry/0/1")
    assert (cause.method, cause.confidence) == ("headers", 0.9)
    assert (cause.evidence[0].trace_id, cause.evidence[0].span_id) == (again.trace_id, again.span_id)
    assert processing(graph, event="kafka://orders/0/5").outcome == "retried"


def test_a_second_retry_with_the_same_old_context_was_caused_by_the_first_retry_less_surely() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.process("orders", "pay", (40, 50), links=[first], partition=0, offset=5, group="payers")
    story.process("orders.retry", "pay", (90, 95), links=[first], partition=0, offset=1, group="payers")
    story.process("orders.retry", "pay", (140, 145), links=[first], partition=0, offset=2, group="payers")
    told = told_by_headers(story.graph())
    assert {(source, target): e.confidence for (source, target), e in told.items()} == {
        ("kafka://orders/0/5#payers@1", "kafka://orders.retry/0/1"): 0.9,
        ("kafka://orders.retry/0/1#payers@1", "kafka://orders.retry/0/2"): 0.8,
    }


def test_a_dead_letter_read_by_another_service_was_sent_by_the_one_group_that_read_its_event() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.receive("orders", "pay", 40, parent=first, partition=0, offset=5, group="payers")
    story.receive("orders.dlq", "watch", 90, parent=first, partition=0, offset=1, group="watchers")
    cause = edge(story.graph(), kind="dead-lettered")
    assert (cause.source, cause.confidence) == ("kafka://orders/0/5#payers@1", 0.9)


def test_of_several_groups_each_may_have_sent_the_dead_letter() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    for service in ("pay", "mail"):
        story.receive("orders", service, 40, parent=first, partition=0, offset=5, group=f"{service}ers")
    story.receive("orders.dlq", "watch", 90, parent=first, partition=0, offset=1, group="watchers")
    assert [e.confidence for e in told_by_headers(story.graph()).values()] == [0.45, 0.45]


def test_the_group_that_reads_the_retry_topic_sent_the_retry() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    for service in ("pay", "mail"):
        story.receive("orders", service, 40, parent=first, partition=0, offset=5, group=f"{service}ers")
    story.receive("orders.retry", "pay", 90, parent=first, partition=0, offset=1, group="payers")
    assert edge(story.graph(), kind="retried").source == "kafka://orders/0/5#payers@1"


def test_in_a_topic_that_is_no_retry_topic_a_carried_context_is_a_guess_at_who_sent_it_on() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.receive("orders", "pay", 40, parent=first, partition=0, offset=5, group="payers")
    story.receive("copies", "watch", 90, parent=first, partition=0, offset=1, group="watchers")
    assert edge(story.graph(), kind="caused").confidence == 0.6


def test_a_context_that_a_stronger_cause_explains_makes_no_second_cause() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.process("orders", "pay", (40, 50), links=[first], partition=0, offset=5, group="payers")
    other = story.process("bills", "pay", (60, 70), partition=0, offset=8, group="payers")
    story.send("orders.retry", "pay", 65, parent=other, partition=0, offset=1)
    story.process("orders.retry", "pay", (90, 95), links=[first], partition=0, offset=1, group="payers")
    graph = story.graph()
    assert edge(graph, kind="retried").source == "kafka://bills/0/8#payers@1"
    assert told_by_headers(graph) == {}


def test_of_several_attempts_that_may_have_sent_it_on_the_last_did_less_surely() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    for at in (40, 60):
        story.receive("orders", "pay", at, parent=first, partition=0, offset=5, group="payers")
    story.receive("orders.retry", "pay", 90, parent=first, partition=0, offset=1, group="payers")
    cause = edge(story.graph(), kind="retried")
    assert (cause.source, cause.confidence) == ("kafka://orders/0/5#payers@2", 0.8)


def test_a_retry_whose_reader_left_no_attempt_at_the_event_is_hardly_another_group_s() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.receive("orders", "mail", 40, parent=first, partition=0, offset=5, group="mailers")
    story.receive("orders.retry", "pay", 90, parent=first, partition=0, offset=1, group="payers")
    assert edge(story.graph(), kind="retried").confidence == 0.5


def test_a_retry_was_not_sent_by_a_group_of_another_service_than_its_send() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.receive("orders", "mail", 40, parent=first, partition=0, offset=5, group="mailers")
    story.send("orders.retry", "pay", 60, partition=0, offset=1)
    story.receive("orders.retry", "pay", 90, parent=first, partition=0, offset=1, group="payers")
    assert told_by_headers(story.graph()) == {}


def test_of_two_retries_that_name_one_attempt_that_which_its_send_does_not_explain_is_another_s() -> None:
    story = Story()
    told = origin("orders", 0, 5, consumer_group="payers")
    attempt = story.process("orders", "pay", (60, 80), partition=0, offset=5, group="payers")
    story.send("orders.retry", "pay", 70, parent=attempt, partition=0, offset=2, headers=told)
    for offset in (1, 2):
        at = (90 + 10 * offset, 95 + 10 * offset)
        story.process("orders.retry", "pay", at, partition=0, offset=offset, group="payers", headers=told)
    sure = {e.target: e.confidence for e in story.graph().edges if e.kind == "retried"}
    assert sure == {"kafka://orders.retry/0/1": 0.5, "kafka://orders.retry/0/2": 1.0}


def test_what_headers_tell_of_a_message_that_only_its_place_names_is_as_sure_as_the_place() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    story.receive("orders", "pay", 40, parent=first, partition=0, offset=5, group="payers")
    again = story.send("orders.retry", "pay", 60, partition=0)
    story.receive("orders.retry", "pay", 90, parent=first, partition=0, group="payers")
    graph = story.graph()
    delivered = edge(graph, kind="delivered", source=again.event_id)
    told = [e for e in edge(graph, kind="retried").evidence if e.method == "headers"]
    assert [round(e.confidence, 2) for e in told] == [round(0.9 * delivered.confidence, 2)]
    assert delivered.confidence < 0.9
