"""What a record's headers tell of the event that it descends from (analysis 1.2 and 1.4, method `headers`)."""

from __future__ import annotations

from tests.flows.spans import Story, edge, processing
from tracer.flows.model import Edge, Graph


def told_by_headers(graph: Graph) -> dict[tuple[str, str], Edge]:
    """The edges whose strongest evidence are headers."""
    return {(e.source, e.target): e for e in graph.edges if e.method == "headers"}


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
