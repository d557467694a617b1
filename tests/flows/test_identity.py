"""Which event a span is about (analysis 1.2): coordinates, parent, link, and what must not be unified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.flows.spans import Story, edge, event, processing
from tests.flows.stores import fill
from tracer.flows import open_flows
from tracer.flows.model import Event


def test_an_event_whose_coordinates_nobody_tells_is_named_by_its_send_span() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, key="k1")
    graph = story.graph()
    assert graph.events == (
        Event(
            sent.event_id,
            "kafka",
            "orders",
            None,
            None,
            "k1",
            None,
            1_790_000_000_000_000_000,
            "shop",
            sent.trace_id,
            sent.span_id,
            acknowledged_at=1_790_000_000_002_000_000,
            instance="shop-1",
        ),
    )
    assert graph.processings == graph.edges == ()


def test_a_consumer_span_whose_parent_is_the_send_span_is_the_delivery_of_that_event() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 70), parent=sent, group="mailers")
    graph = story.graph()
    handled = processing(graph)
    assert (handled.id, handled.event) == (f"{sent.event_id}#mailers@1", sent.event_id)
    delivered = edge(graph)
    assert (delivered.source, delivered.target, delivered.kind) == (sent.event_id, handled.id, "delivered")
    assert (delivered.method, delivered.confidence) == ("parent", 1.0)


def test_a_consumer_span_in_a_trace_of_its_own_belongs_by_its_link() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 70), links=[sent], group="mailers")
    assert edge(story.graph(), source=sent.event_id).method == "link"


def test_a_span_with_the_same_context_as_parent_and_link_is_one_delivery_known_twice() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 70), parent=sent, links=[sent], group="mailers")
    graph = story.graph()
    assert len(graph.events) == len(graph.processings) == 1
    assert edge(graph).method == "parent"


def test_equal_coordinates_unify_spans_that_nothing_else_ties() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=2, offset=7)
    story.process("orders", "mail", (40, 70), partition=2, offset=7, group="mailers")
    story.process("orders", "audit", (40, 70), partition=2, offset=7, group="auditors")
    graph = story.graph()
    one = event(graph)
    assert (one.id, one.service, one.span_id) == ("kafka://orders/2/7", "shop", sent.span_id)
    assert {(e.source, e.method, e.confidence) for e in graph.edges} == {("kafka://orders/2/7", "coordinates", 1.0)}
    assert len(graph.edges) == 2


def test_equal_offsets_of_other_partitions_and_topics_are_other_events() -> None:
    story = Story()
    story.process("orders", "mail", (40, 70), partition=2, offset=7, group="mailers")
    story.process("orders", "mail", (80, 90), partition=1, offset=7, group="mailers")
    story.process("bills", "mail", (95, 99), partition=2, offset=7, group="mailers")
    graph = story.graph()
    assert {e.id for e in graph.events} == {"kafka://orders/2/7", "kafka://orders/1/7", "kafka://bills/2/7"}
    assert {e.service for e in graph.events} == {None}


def test_coordinates_that_only_one_consumer_tells_name_the_event_for_all() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 70), parent=sent, partition=0, offset=3, group="mailers")
    story.receive("orders", "audit", 45, parent=sent, partition=0)
    graph = story.graph()
    assert event(graph).id == "kafka://orders/0/3"
    assert {p.id for p in graph.processings} == {"kafka://orders/0/3#mailers@1", "kafka://orders/0/3#audit@1"}


def test_a_stale_context_of_another_topic_does_not_make_it_that_event() -> None:
    story = Story()
    first = story.send("orders", "shop", 0, partition=0, offset=5)
    again = story.send("orders.retry", "pay", 60, partition=0, offset=1)
    story.process("orders.retry", "pay", (80, 90), parent=first, partition=0, offset=1, group="payers")
    graph = story.graph()
    assert {e.id: e.span_id for e in graph.events} == {
        "kafka://orders/0/5": first.span_id,
        "kafka://orders.retry/0/1": again.span_id,
    }
    assert processing(graph).event == "kafka://orders.retry/0/1"
    assert [e.method for e in graph.edges] == ["coordinates"]


def test_an_arrival_with_a_stale_context_and_no_coordinates_is_an_event_of_its_own_unsure() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    arrival = story.receive("orders.retry", "pay", 80, parent=first, partition=0)
    graph = story.graph()
    retried = event(graph, topic="orders.retry")
    assert (retried.id, retried.service, retried.span_id) == (arrival.event_id, None, None)
    assert edge(graph).confidence < 0.9


def test_of_several_contexts_on_a_record_the_one_of_its_own_topic_counts() -> None:
    story = Story()
    first = story.send("orders", "shop", 0)
    again = story.send("orders.retry", "pay", 60)
    story.process("orders.retry", "pay", (80, 90), links=[first, again], partition=0, offset=1, group="payers")
    graph = story.graph()
    assert event(graph, id="kafka://orders.retry/0/1").span_id == again.span_id
    assert event(graph, topic="orders").id == first.event_id


def test_one_batch_send_span_is_the_producer_of_an_event_for_each_coordinate() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, batch=2)
    for offset in (4, 5):
        story.process("orders", "mail", (40 + offset, 46 + offset), links=[sent], partition=0, offset=offset)
    graph = story.graph()
    assert {(e.id, e.span_id) for e in graph.events} == {
        ("kafka://orders/0/4", sent.span_id),
        ("kafka://orders/0/5", sent.span_id),
    }
    assert {(e.method, e.confidence) for e in graph.edges} == {("link", 1.0)}


def test_messages_of_a_batch_send_without_coordinates_are_numbered() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, batch=2)
    story.process("orders", "mail", (40, 45), links=[sent], key="a", group="mailers")
    story.process("orders", "mail", (50, 55), links=[sent], key="b", group="mailers")
    graph = story.graph()
    assert [(e.id, e.key) for e in graph.events] == [(f"{sent.event_id}/1", "a"), (f"{sent.event_id}/2", "b")]


def test_two_coordinates_of_one_single_send_for_one_group_are_a_conflict_and_both_stay() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 45), parent=sent, partition=0, offset=4, group="mailers")
    story.process("orders", "mail", (50, 55), parent=sent, partition=0, offset=9, group="mailers")
    graph = story.graph()
    assert {e.id for e in graph.events} == {"kafka://orders/0/4", "kafka://orders/0/9"}
    # that each arrival is of the event at its coordinates is sure; that this send made it is not
    assert {(e.method, e.confidence) for e in graph.edges} == {("coordinates", 1.0)}


def test_a_send_that_tells_its_coordinates_is_not_the_producer_of_others() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=4)
    story.process("orders", "mail", (50, 55), parent=sent, partition=0, offset=9, group="mailers")
    graph = story.graph()
    assert event(graph, id="kafka://orders/0/4").span_id == sent.span_id
    assert event(graph, id="kafka://orders/0/9").span_id is None
    assert edge(graph).source == "kafka://orders/0/9"


def test_a_send_span_that_is_not_in_the_store_still_joins_its_consumers() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, lost=True)
    story.process("orders", "mail", (40, 45), parent=sent, group="mailers")
    story.process("orders", "audit", (41, 45), links=[sent], group="auditors")
    graph = story.graph()
    one = event(graph)
    assert (one.id, one.service, one.produced_at) == (sent.event_id, None, None)
    assert (one.trace_id, one.span_id) == (sent.trace_id, sent.span_id)
    assert {p.queue_ns for p in graph.processings} == {None}


def test_an_unknown_parent_in_the_same_process_is_no_send() -> None:
    story = Story()
    poll = story.span("recv", "mail", (0, 90), lost=True)
    first = story.process("orders", "mail", (10, 20), parent=poll)
    second = story.process("orders", "mail", (30, 40), parent=poll)
    assert {e.id for e in story.graph().events} == {first.event_id, second.event_id}


def test_an_absent_cluster_is_no_other_cluster() -> None:
    story = Story()
    story.send("orders", "shop", 0, partition=0, offset=1)
    story.process("orders", "mail", (40, 45), partition=0, offset=1, cluster="A", group="mailers")
    assert event(story.graph()).id == "kafka://orders/0/1"


def test_events_of_a_second_cluster_are_told_apart_and_named_with_it() -> None:
    story = Story()
    story.process("orders", "mail", (40, 45), partition=0, offset=1, cluster="home", group="mailers")
    story.process("orders", "mail", (50, 55), partition=0, offset=1, cluster="far/1", group="mailers")
    story.process("orders", "mail", (60, 65), partition=0, offset=2, group="mailers")
    graph = story.graph()
    assert {e.id for e in graph.events} == {
        "kafka://orders/0/1",
        "kafka://far%2F1@orders/0/1",
        "kafka://orders/0/2",
    }
    assert edge(graph, source="kafka://orders/0/2").confidence == 0.9
    assert edge(graph, source="kafka://orders/0/1").confidence == 1.0


def test_a_client_that_learns_its_cluster_late_is_in_that_cluster_all_the_time() -> None:
    story = Story()
    story.send("bills", "till", 0, cluster="home")
    story.send("orders", "shop", 1, partition=0, offset=1)  # kafkajs, before its metadata is loaded
    story.send("orders", "shop", 5, cluster="far", partition=0, offset=2)
    story.process("orders", "mail", (40, 45), cluster="far", partition=0, offset=1, group="mailers")
    graph = story.graph()
    assert event(graph, offset=1).id == "kafka://far@orders/0/1"
    assert edge(graph).confidence == 1.0


def test_coordinates_without_a_cluster_are_those_of_the_cluster_that_has_the_topic_less_surely() -> None:
    story = Story()
    story.send("bills", "till", 0, cluster="home")
    story.send("orders", "shop", 5, cluster="far", partition=0, offset=2)
    story.process("orders", "mail", (40, 45), partition=0, offset=2, group="mailers")
    delivered = edge(story.graph())
    assert (delivered.source, delivered.confidence) == ("kafka://far@orders/0/2", 0.9)
    assert delivered.evidence[0].detail == "no cluster is told"


def test_the_cluster_of_its_send_is_that_of_an_arrival_that_tells_none() -> None:
    story = Story()
    for at, cluster in enumerate(("home", "far")):
        story.send("orders", "till", at, cluster=cluster)
    sent = story.send("orders", "shop", 5, cluster="far")
    story.process("orders", "mail", (40, 45), links=[sent], partition=0, offset=2, group="mailers")
    delivered = edge(story.graph())
    assert delivered.source == "kafka://far@orders/0/2"
    assert [(one.method, one.confidence) for one in delivered.evidence] == [("link", 1.0), ("coordinates", 1.0)]


def test_parts_of_an_id_are_percent_encoded() -> None:
    story = Story()
    story.process("a/b#c@d%", "mail", (40, 45), partition=0, offset=1, group="g@1")
    assert processing(story.graph()).id == "kafka://a%2Fb%23c%40d%25/0/1#g%401@1"


def test_two_layers_that_trace_one_send_are_one_event() -> None:
    story = Story()
    template = story.send("orders", "shop", 0)
    client = story.send("orders", "shop", 1, parent=template, partition=0, offset=1)
    story.process("orders", "mail", (40, 45), parent=template, group="mailers")
    story.process("orders", "audit", (40, 45), parent=client, group="auditors")
    graph = story.graph()
    assert event(graph).id == "kafka://orders/0/1"
    assert len(graph.processings) == 2


def test_a_send_that_links_the_creation_contexts_of_its_batch_is_no_event() -> None:
    story = Story()
    created = [
        story.span(
            "create orders",
            "shop",
            (n, n + 1),
            kind="PRODUCER",
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.type": "create",
                "messaging.destination.name": "orders",
            },
        )
        for n in range(2)
    ]
    story.send("orders", "shop", 5, kind="CLIENT", links=created, batch=2)
    story.process("orders", "mail", (40, 45), links=[created[1]], group="mailers")
    graph = story.graph()
    assert {e.id for e in graph.events} == {span.event_id for span in created}


def test_a_poll_without_links_and_the_frame_of_a_batch_are_no_events() -> None:
    story = Story()
    story.receive("orders", "mail", 0, kind="CLIENT")
    frame = story.receive("orders", "mail", 10, group="mailers")
    sent = story.send("orders", "shop", 0)
    record = story.receive("orders", "mail", 12, parent=sent, group="mailers", partition=0, offset=1)
    story.receive("orders", "mail", 11, parent=frame, batch=1, links=[record])
    assert event(story.graph()).id == "kafka://orders/0/1"


def test_a_frame_that_links_the_spans_of_its_records_names_no_message_where_these_are_lost() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, partition=0, lost=True) for n in range(3)]
    records = [story.receive("orders", "mail", 41, parent=sent, partition=0, lost=sent is sends[0]) for sent in sends]
    poll = story.receive("orders", "mail", 40, batch=3)
    story.receive("orders", "mail", 40, parent=poll, links=records, batch=3, partition=0)
    story.receive("orders", "mail", 40, parent=poll, links=records[:1], batch=1, partition=1)
    assert {e.id for e in story.graph().events} == {sent.event_id for sent in sends[1:]}


def test_a_frame_is_known_by_one_link_that_leads_forward_or_by_a_lost_poll_around_it() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, partition=0, lost=True) for n in range(3)]
    records = [story.receive("orders", "mail", 41, parent=sent, partition=0, lost=sent is sends[0]) for sent in sends]
    story.receive("orders", "mail", 40, links=records, batch=3, partition=0)
    poll = story.receive("orders", "mail", 40, batch=1, lost=True)
    story.receive("orders", "mail", 40, parent=poll, links=records[:1], batch=1, partition=1)
    assert {e.id for e in story.graph().events} == {sent.event_id for sent in sends[1:]}


def test_messages_of_which_one_batch_span_alone_knows_are_numbered() -> None:
    story = Story()
    lost = [story.send("orders", "shop", n, lost=True) for n in range(2)]
    batch = story.process("orders.retry", "mail", (40, 50), links=lost, group="mailers")
    assert {e.id for e in story.graph().events} == {f"{batch.event_id}/1", f"{batch.event_id}/2"}


def test_a_batch_names_each_message_by_the_attributes_of_its_link() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n) for n in range(2)]
    told = [{"messaging.kafka.offset": n, "messaging.destination.partition.id": "3"} for n in range(2)]
    links = list(zip(sends, told, strict=True))
    story.process("orders", "mail", (40, 60), links=links, batch=2, group="mailers")
    graph = story.graph()
    assert {(e.id, e.span_id) for e in graph.events} == {(f"kafka://orders/3/{n}", sends[n].span_id) for n in range(2)}
    assert {(p.span_id, p.batch_size, p.duration_ns) for p in graph.processings} == {
        (graph.processings[0].span_id, 2, None)
    }


def test_a_batch_of_mixed_topics_goes_by_its_sends_not_by_the_topic_of_its_first_record() -> None:
    story = Story()
    order, bill = story.send("orders", "shop", 0), story.send("bills", "shop", 3)
    story.process("orders", "mail", (40, 60), links=[order, bill], group="mailers")
    graph = story.graph()
    assert {e.source for e in graph.edges} == {order.event_id, bill.event_id}


def test_a_second_delivery_span_of_a_resent_request_counts_once(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.process("orders", "mail", (40, 45), parent=sent, group="mailers")
    with open_flows(fill(tmp_path, [story.requests(), story.requests()])) as flows:
        graph = flows.graph()
    assert len(graph.events) == len(graph.processings) == len(graph.edges) == 1


@pytest.mark.parametrize("outer", ["receive", "process"])
@pytest.mark.parametrize("by_link", [False, True])
def test_a_span_with_the_place_inside_one_with_the_context_is_the_same_message(outer: str, by_link: bool) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    named: dict[str, Any] = {"links": [sent]} if by_link else {"parent": sent}
    if outer == "receive":
        above = story.receive("orders", "mail", 40, **named)
    else:
        above = story.process("orders", "mail", (40, 60), **named)
    story.process("orders", "mail", (45, 55), parent=above, partition=0, offset=7)
    graph = story.graph()
    assert event(graph).id == "kafka://orders/0/7"
    assert (event(graph).service, processing(graph).id) == ("shop", "kafka://orders/0/7#mail@1")


def test_a_span_with_the_context_inside_one_with_the_place_is_the_same_message() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    above = story.receive("orders", "mail", 40, partition=0, offset=7)
    story.process("orders", "mail", (45, 55), parent=above, links=[sent])
    graph = story.graph()
    assert (event(graph).id, event(graph).service) == ("kafka://orders/0/7", "shop")


def test_several_places_below_one_context_stay_messages_of_their_own() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    above = story.receive("orders", "mail", 40, parent=sent)
    for n in (7, 8):
        story.process("orders", "mail", (45 + n, 46 + n), parent=above, partition=0, offset=n)
    assert {each.id for each in story.graph().events} == {sent.event_id, "kafka://orders/0/7", "kafka://orders/0/8"}


def test_another_topic_or_another_service_below_is_another_message() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    above = story.process("orders", "mail", (40, 60), parent=sent)
    story.process("answers", "mail", (45, 50), parent=above, partition=0, offset=7)
    story.process("orders", "stock", (45, 50), parent=above, partition=0, offset=8)
    ids = {each.id for each in story.graph().events}
    assert ids == {sent.event_id, "kafka://answers/0/7", "kafka://orders/0/8"}
