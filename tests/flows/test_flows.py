"""What commands and screens ask: flows by any id, lists, the map, spans."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.spans import BEGAN_NS, MS, Span, Story
from tests.flows.stores import fill
from tracer.errors import NotFoundError, SurroundingsError, UsageError
from tracer.flows import EventFilter, Flows, open_flows
from tracer.flows.model import Beside, MapNode


class Shop:
    """One order with its effects: mail handles it and sends a mail, pay fails and dead-letters it. A second order of
    the same key, newer, that nobody handled.
    """

    def __init__(self, path: Path) -> None:
        story = Story()
        self.root = story.span("POST /orders", "shop", (0, 9), kind="SERVER")
        self.order = story.send("orders", "shop", 5, parent=self.root, key="k1")
        self.mailing = story.process(
            "orders", "mail", (40, 60), parent=self.order, group="mailers", partition=0, offset=1, key="k1"
        )
        self.work = story.span("render", "mail", (41, 49), parent=self.mailing)
        self.mail = story.send("mails", "mail", 50, parent=self.mailing, partition=0, offset=8, key="k1")
        self.posting = story.process(
            "mails", "post", (70, 80), links=[self.mail], group="post", partition=0, offset=8, key="k1"
        )
        self.paying = story.process(
            "orders",
            "pay",
            (45, 65),
            links=[self.order],
            group="payers",
            partition=0,
            offset=1,
            key="k1",
            error="Broke",
        )
        self.dead = story.send("orders.dlq", "pay", 60, parent=self.paying, partition=0, offset=0, key="k1")
        self.newer = story.send("orders", "shop", 900, partition=0, offset=2, key="k1")
        self.lone = story.span("cron", "shop", (500, 501))
        self.store = story.store(path)

    ORDER, MAIL, DEAD = "kafka://orders/0/1", "kafka://mails/0/8", "kafka://orders.dlq/0/0"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def flows(shop: Shop) -> Iterator[Flows]:
    with open_flows(shop.store) as opened:
        yield opened


def nodes(flows: Flows, asked: str, **ways: bool) -> set[str]:
    graph = flows.flow(asked, **ways).graph
    return {event.id for event in graph.events} | {processing.id for processing in graph.processings}


def test_the_flow_of_an_event_is_everything_that_it_caused(flows: Flows) -> None:
    flow = flows.flow(Shop.ORDER)
    assert (flow.asked, flow.found, flow.left_out) == (Shop.ORDER, (Shop.ORDER,), 0)
    assert nodes(flows, Shop.ORDER) == {
        Shop.ORDER,
        f"{Shop.ORDER}#mailers@1",
        f"{Shop.ORDER}#payers@1",
        Shop.MAIL,
        f"{Shop.MAIL}#post@1",
        Shop.DEAD,
    }
    assert {(edge.kind, edge.method) for edge in flow.graph.edges} == {
        ("delivered", "parent"),
        ("delivered", "link"),
        ("caused", "parent"),
        ("dead-lettered", "parent"),
    }


def test_the_flow_of_an_effect_has_the_chain_of_its_causes_without_their_other_effects(flows: Flows) -> None:
    chain = {Shop.ORDER, f"{Shop.ORDER}#payers@1", Shop.DEAD}
    assert nodes(flows, Shop.DEAD) == chain
    assert nodes(flows, Shop.DEAD, up=False) == {Shop.DEAD}
    assert nodes(flows, f"{Shop.ORDER}#payers@1", up=False) == {f"{Shop.ORDER}#payers@1", Shop.DEAD}
    assert nodes(flows, Shop.ORDER, down=False) == {Shop.ORDER}


def test_what_stands_beside_that_chain_is_counted_and_belongs_to_the_whole_flow(flows: Flows, shop: Shop) -> None:
    assert flows.flow(shop.MAIL).beside == (Beside(shop.ORDER, "dead-lettered", 1),)
    assert flows.flow(shop.ORDER).beside == ()
    whole = flows.flow(shop.MAIL, whole=True)
    assert (whole.beside, whole.asked) == ((), shop.MAIL)
    assert set(whole.graph.events) == set(flows.flow(shop.ORDER).graph.events)


def test_other_effects_of_an_attempt_above_are_counted(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=1)
    handling = story.process("orders", "pay", (40, 60), parent=sent, group="pay", partition=0, offset=1)
    for at, topic in ((50, "payments"), (51, "receipts"), (52, "audits")):
        story.send(topic, "pay", at, parent=handling, partition=0, offset=1)
    with open_flows(story.store(tmp_path)) as flows:
        assert flows.flow("kafka://payments/0/1").beside == (Beside("kafka://orders/0/1#pay@1", None, 2),)


def test_every_name_of_an_event_finds_it(flows: Flows, shop: Shop) -> None:
    order, mailing = shop.order, shop.mailing
    for asked in (Shop.ORDER, order.event_id, order.span_id, shop.root.span_id, mailing.span_id, shop.work.span_id):
        assert flows.flow(asked).asked == Shop.ORDER, asked
    assert flows.flow(f"{order.event_id}#mailers@1").asked == f"{Shop.ORDER}#mailers@1"
    assert flows.flow(shop.mail.span_id.upper()).asked == Shop.MAIL


def test_a_key_finds_its_newest_event(flows: Flows) -> None:
    assert flows.flow("key=k1").asked == "kafka://orders/0/2"


def test_a_trace_id_finds_all_that_the_trace_sent_and_handled(flows: Flows, shop: Shop) -> None:
    flow = flows.flow(shop.order.trace_id)
    assert (flow.asked, flow.found) == (shop.order.trace_id, (Shop.ORDER, Shop.MAIL))
    assert flows.flow(shop.posting.trace_id).asked == Shop.MAIL


@pytest.mark.parametrize(
    "asked",
    [
        "kafka://orders/0/77",
        "key=nobody",
        "ab" * 16,
        "ab" * 8,
        f"span://{'ab' * 16}/{'cd' * 8}",
        "kafka://orders/0/1#x@1",
    ],
)
def test_what_the_store_does_not_have_is_not_found(flows: Flows, asked: str) -> None:
    with pytest.raises(NotFoundError, match="in this store"):
        flows.flow(asked)


@pytest.mark.parametrize("asked", ["orders", "", "kafka:", "kafka://x", "span://x/y", "xyz" * 9])
def test_what_is_no_id_is_wrong_use(flows: Flows, asked: str) -> None:
    with pytest.raises(UsageError, match="is no id"):
        flows.flow(asked)


def test_a_span_without_a_message_is_not_found(flows: Flows, shop: Shop) -> None:
    with pytest.raises(NotFoundError, match="no event belongs to a span"):
        flows.flow(shop.lone.span_id)


def ids(flows: Flows, **wanted: object) -> list[str]:
    return [summary.event.id for summary in flows.events(EventFilter(**wanted))]  # type: ignore[arg-type]


def test_events_are_listed_newest_first_with_their_deliveries_counted(flows: Flows) -> None:
    summaries = flows.events(EventFilter())
    assert [summary.event.id for summary in summaries] == ["kafka://orders/0/2", Shop.DEAD, Shop.MAIL, Shop.ORDER]
    order = summaries[-1]
    assert (order.deliveries, order.attempts, order.outcomes) == (2, 2, {"ok": 1, "dead-lettered": 1})
    assert (order.worst, order.last_queue_ns) == ("dead-lettered", 40 * MS)
    assert {found.event.id for found in summaries if found.dead_letter} == {Shop.DEAD}
    assert (summaries[0].deliveries, summaries[0].outcomes, summaries[0].worst) == (0, {}, None)


def test_a_filter_keeps_the_events_that_match_all_of_it(flows: Flows, shop: Shop) -> None:
    assert ids(flows, topic="mails") == [Shop.MAIL]
    assert ids(flows, group="payers") == [Shop.ORDER]
    assert ids(flows, outcome="ok") == [Shop.MAIL, Shop.ORDER]
    assert ids(flows, outcome="ok", group="payers") == []
    assert ids(flows, key="k2") == []
    assert ids(flows, limit=1) == ["kafka://orders/0/2"]
    assert ids(flows, since_ns=BEGAN_NS + 50 * MS, until_ns=BEGAN_NS + 60 * MS) == [Shop.MAIL]
    assert ids(flows, text="ORDERS dlq") == [Shop.DEAD]
    assert ids(flows, text="payers") == [Shop.ORDER]
    assert ids(flows, text="nothing of the kind") == []
    assert ids(flows, text="payers broke") == [Shop.ORDER]
    assert ids(flows, text=shop.paying.span_id[:8].upper()) == [Shop.ORDER]
    assert ids(flows, text=f"mails {shop.mail.trace_id}") == [Shop.MAIL]
    assert ids(flows, text=shop.paying.span_id[:3]) == []


def test_the_map_counts_who_produces_and_who_consumes_what(flows: Flows) -> None:
    drawn = flows.map()
    assert MapNode("shop", "service", 2) in drawn.nodes
    topics = {node.name: node for node in drawn.nodes if node.type == "topic"}
    assert (topics["orders.dlq"].events, topics["orders.dlq"].dead_letter) == (1, True)
    counts = {(edge.source, edge.target, edge.group): edge for edge in drawn.edges}
    assert counts["shop", "orders", None].count == 2
    paying, mailing = counts["orders", "pay", "payers"], counts["orders", "mail", "mailers"]
    assert (paying.count, paying.errors, paying.dead_lettered) == (1, 1, 1)
    assert (paying.queue_p50_ns, paying.queue_p95_ns) == (40 * MS, 40 * MS)
    assert (mailing.count, mailing.errors, mailing.queue_p50_ns) == (1, 0, 35 * MS)


def test_the_map_of_a_period_counts_what_was_produced_in_it(flows: Flows) -> None:
    drawn = flows.map(since_ns=BEGAN_NS + 50 * MS, until_ns=BEGAN_NS + 60 * MS)
    assert {node.name: node.events for node in drawn.nodes if node.type == "topic"} == {"mails": 1}


def test_the_map_tells_what_is_not_traced_how_fast_it_goes_and_what_was_tried_again(tmp_path: Path) -> None:
    story = Story()
    for number in range(3):
        sent = story.send("orders", "shop", 1000 * number, partition=0, offset=number)
        for attempt in range(2 if number == 1 else 1):
            at = 1000 * number + 100 * (attempt + 1)
            failed = "Broke" if number == 1 and attempt == 0 else None
            story.process(
                "orders", "pay", (at, at + 5), parent=sent, partition=0, offset=number, group="g", error=failed
            )
    story.process("legacy", "pay", (5000, 5001), partition=0, offset=1, group="g")
    with open_flows(story.store(tmp_path / "s")) as flows:
        drawn = flows.map()
    topics = {node.name: node for node in drawn.nodes if node.type == "topic"}
    assert (topics["orders"].rate, topics["orders"].untraced) == (1.0, ())
    assert (topics["legacy"].unproduced, topics["legacy"].untraced, topics["legacy"].rate) == (1, ("producer",), None)
    edge = next(edge for edge in drawn.edges if edge.source == "orders")
    assert (edge.count, edge.attempts, edge.retried, edge.errors) == (3, 4, 1, 0)


def test_a_span_is_told_with_typed_attributes_events_and_links(flows: Flows, shop: Shop) -> None:
    span = flows.span(shop.paying.trace_id, shop.paying.span_id)
    assert (span.name, span.kind, span.service, span.status) == ("process orders", "consumer", "pay", "error")
    assert span.attributes["messaging.kafka.offset"] == 1
    assert span.attributes["messaging.destination.partition.id"] == "0"
    assert span.resource_attributes["service.name"] == "pay"
    assert [(happened["name"], happened["attributes"]["exception.type"]) for happened in span.events] == [  # type: ignore[index]
        ("exception", "Broke")
    ]
    assert [(link["trace_id"], link["span_id"]) for link in span.links] == [(shop.order.trace_id, shop.order.span_id)]
    with pytest.raises(NotFoundError, match="no span"):
        flows.span("ab" * 16, "cd" * 8)


def test_answers_follow_the_store(tmp_path: Path) -> None:
    story = Story()
    sent: Span = story.send("orders", "shop", 0)
    fill(tmp_path, [story.requests()])
    with open_flows(tmp_path) as flows:
        before = flows.version()
        assert len(flows.flow(sent.event_id).graph.processings) == 0
        story.process("orders", "mail", (40, 50), links=[sent], partition=0, offset=3, group="mailers")
        fill(tmp_path, [story.requests()[1:]])
        assert flows.version() != before
        assert flows.flow(sent.event_id).asked == "kafka://orders/0/3"
        assert [summary.deliveries for summary in flows.events(EventFilter())] == [1]


def test_a_flow_beyond_the_limit_says_how_much_is_left_out(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    for n in range(9):
        story.process("orders", f"s{n}", (40, 50), links=[sent], group=f"g{n}")
    with open_flows(story.store(tmp_path)) as flows:
        flow = flows.flow(sent.event_id, limit=5)
    assert (len(flow.graph.events), len(flow.graph.processings), flow.left_out) == (1, 4, 5)


def test_what_failed_is_not_what_is_left_out(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, partition=0, offset=1)
    for n in range(9):
        error = "Broke" if n == 8 else None
        story.process("orders", "s", (40, 50), links=[sent], group=f"g{n}", partition=0, offset=1, error=error)
    with open_flows(story.store(tmp_path)) as flows:
        flow = flows.flow("kafka://orders/0/1", limit=3)
    assert [one.group for one in flow.graph.processings] == ["g0", "g8"]


def test_a_circle_of_retries_ends(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("jobs.retry", "worker", 0, partition=0, offset=1)
    handling = story.process("jobs.retry", "worker", (10, 20), links=[sent], partition=0, offset=1, group="w")
    sent.otlp.links.add(trace_id=bytes.fromhex(handling.trace_id), span_id=bytes.fromhex(handling.span_id))
    with open_flows(story.store(tmp_path)) as flows:
        assert nodes(flows, "kafka://jobs.retry/0/1") == {"kafka://jobs.retry/0/1", "kafka://jobs.retry/0/1#w@1"}


def test_what_is_no_store_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        open_flows(tmp_path / "nowhere")


def test_each_of_two_sends_that_claim_the_same_coordinates_finds_the_event(tmp_path: Path) -> None:
    story = Story()
    sends = [story.send("orders", "shop", n, partition=0, offset=1) for n in range(2)]
    with open_flows(story.store(tmp_path)) as flows:
        assert {flows.flow(sent.event_id).asked for sent in sends} == {"kafka://orders/0/1"}


def test_a_numbered_id_of_a_batch_is_still_found_when_the_coordinates_are_known(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, batch=2)
    for n, key in enumerate("ab"):
        story.process("orders", "mail", (40 + n * 10, 45 + n * 10), links=[sent], key=key, group="mailers")
    fill(tmp_path, [story.requests()])
    with open_flows(tmp_path) as flows:
        assert flows.flow(f"{sent.event_id}/2").graph.events[0].key == "b"
        for n, key in enumerate("ab"):
            told = {"partition": 0, "offset": n, "key": key, "group": "auditors"}
            story.process("orders", "audit", (60 + n * 10, 65 + n * 10), links=[sent], **told)
        fill(tmp_path, [story.requests()[3:]])
        assert flows.flow(f"{sent.event_id}/2").asked == "kafka://orders/0/1"
        assert {event.id for event in flows.graph().events} == {"kafka://orders/0/0", "kafka://orders/0/1"}


def test_a_store_that_goes_away_is_told_in_one_line(tmp_path: Path) -> None:
    story = Story()
    story.send("orders", "shop", 0)
    with open_flows(story.store(tmp_path / "store")) as flows:
        shutil.rmtree(tmp_path / "store" / "data")
        with pytest.raises(SurroundingsError, match="cannot read the store") as raised:
            flows.graph()
    assert "\n" not in str(raised.value)
