"""Telemetry of odd shapes: layers that trace a message twice, dropped links, circles, contexts of lost spans."""

from __future__ import annotations

from tests.flows.spans import Story, edge, event, processing


def test_two_layers_that_handle_a_message_one_inside_the_other_in_time_are_one_attempt() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    outer = story.process("orders", "pay", (40, 60), parent=sent, partition=0, offset=5, group="payers")
    story.process("orders", "pay", (41, 59), parent=sent, group="payers", error="Broken")
    graph = story.graph()
    handled = processing(graph)
    assert (handled.id, handled.span_id, handled.outcome) == ("kafka://orders/0/5#payers@1", outer.span_id, "error")
    assert edge(graph).target == handled.id


def test_handlings_of_other_instances_or_one_after_the_other_are_attempts_of_their_own() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "pay", (40, 60), parent=sent, group="payers", instance="pay-1")
    story.process("orders", "pay", (41, 59), parent=sent, group="payers", instance="pay-2")
    story.process("orders", "pay", (60, 70), parent=sent, group="payers", instance="pay-1")
    assert sorted(p.attempt for p in story.graph().processings) == [1, 2, 3]


def test_a_client_that_traces_each_send_twice_sends_one_message() -> None:
    story = Story()
    outer = story.send("events", "shop", 0, system="rabbitmq")
    inner = story.send("events", "shop", 1, parent=outer, system="rabbitmq")
    story.receive("mail", "mail", 9, parent=inner, system="rabbitmq")
    assert event(story.graph()).span_id == inner.span_id


def test_links_that_a_batch_dropped_are_counted_among_its_messages() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, key=f"k{n}") for n in range(2)]
    batch = story.process("orders", "pay", (40, 60), links=sends, group="payers")
    batch.otlp.dropped_links_count = 3
    story.send("paid", "pay", 50, parent=batch, key="k1")
    graph = story.graph()
    assert {(p.dropped_links, p.batch_size, p.duration_ns) for p in graph.processings} == {(3, 5, None)}
    caused = [e for e in graph.edges if e.kind == "caused"]
    assert {(e.confidence, e.evidence[0].detail) for e in caused} == {(0.2, "1 of 5 in the batch")}


def test_a_batch_of_which_one_link_is_left_is_no_message_of_its_own() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    batch = story.process("orders", "pay", (40, 60), links=[sent], group="payers")
    batch.otlp.dropped_links_count = 9
    story.send("paid", "pay", 50, parent=batch)
    graph = story.graph()
    assert (processing(graph).batch_size, processing(graph).duration_ns) == (10, None)
    assert edge(graph, kind="caused").confidence == 0.1


def test_links_in_a_circle_are_told_as_they_are() -> None:
    story = Story()
    first = story.send("a", "svc", 0)
    one = story.process("a", "svc", (5, 9), links=[first], group="g")
    second = story.send("b", "svc", 7, links=[one])
    other = story.process("b", "svc", (12, 20), links=[second], group="g")
    first.otlp.links.add(trace_id=bytes.fromhex(other.trace_id), span_id=bytes.fromhex(other.span_id))
    steps = {e.source: e.target for e in story.graph().edges}
    at, seen = first.event_id, []
    while at not in seen:
        seen.append(at)
        at = steps[at]
    assert (len(seen), at) == (4, first.event_id)


def test_sends_and_handlings_that_are_their_own_ancestors_come_to_an_end() -> None:
    story = Story()
    first = story.send("a", "svc", 0)
    handling = story.process("a", "svc", (5, 9), parent=first, group="g", remote=True)
    second = story.send("b", "svc", 7, parent=handling)
    first.otlp.parent_span_id = bytes.fromhex(second.span_id)
    graph = story.graph()
    assert {e.id for e in graph.events} == {first.event_id, second.event_id}
    assert edge(graph, kind="delivered").source == first.event_id


def test_groups_that_read_one_lost_context_read_one_event_whether_they_tell_its_topic_or_not() -> None:
    story = Story()
    lost = story.send("orders", "shop", 0, lost=True)
    story.process("orders", "pay", (40, 60), parent=lost, group="payers")
    told = {"messaging.system": "kafka", "messaging.consumer.group.name": "loggers"}
    story.span("recv", "log", (30, 35), kind="CONSUMER", links=[lost], attributes=told)
    graph = story.graph()
    assert (event(graph).id, event(graph).topic) == (lost.event_id, "orders")
    assert {p.group for p in graph.processings} == {"payers", "loggers"}


def test_queues_behind_one_exchange_that_read_one_lost_context_read_one_event() -> None:
    story = Story()
    lost = story.send("events", "shop", 0, system="rabbitmq", lost=True)
    for service in ("pay", "mail"):
        story.process(f"{service}-queue", service, (40, 60), parent=lost, system="rabbitmq")
    assert len(story.graph().events) == 1


def test_a_lost_context_in_a_retry_topic_is_that_of_the_event_whose_own_topic_names_it_too() -> None:
    story = Story()
    lost = story.send("orders", "shop", 0, lost=True)
    story.process("orders", "pay", (40, 60), links=[lost], partition=0, offset=5, group="payers")
    story.process("orders.retry", "pay", (90, 95), links=[lost], partition=0, offset=1, group="payers")
    graph = story.graph()
    assert event(graph, topic="orders").span_id == lost.span_id
    assert event(graph, topic="orders.retry").span_id is None
    cause = edge(graph, kind="retried")
    assert (cause.source, cause.method) == ("kafka://orders/0/5#payers@1", "headers")


def test_coordinates_that_dispute_one_send_say_so_in_the_evidence() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    for offset in (4, 9):
        begin = 40 + offset
        story.process("orders", "pay", (begin, begin + 3), parent=sent, partition=0, offset=offset, group="payers")
    graph = story.graph()
    assert {e.disputed for e in graph.events} == {True}
    for delivered in graph.edges:
        assert [(one.method, one.confidence, one.detail) for one in delivered.evidence] == [
            ("coordinates", 1.0, None),
            ("parent", 0.5, "its consumers tell several coordinates of this send"),
        ]
