"""What a person types finds the event it means, out of the tables, and else out of the spans around it alone."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from tests.flows.simulation import simulate
from tests.flows.spans import Span, Story
from tests.flows.stores import fill
from tracer.errors import NotFoundError
from tracer.flows import lookup, open_flows
from tracer.store import Lake


def chain(story: Story, hops: int, partition: int = 0, key: str = "start") -> list[Span]:
    """Services that hand on to one another, each in a trace of its own."""
    sends = [story.send("t0", "s0", 0, key=key)]
    for n in range(1, hops):
        handling = story.process(
            f"t{n - 1}", f"s{n}", (n * 10, n * 10 + 9), links=[sends[-1]], partition=partition, offset=n, group=f"g{n}"
        )
        sends.append(story.send(f"t{n}", f"s{n}", n * 10 + 5, parent=handling))
    return sends


def test_every_id_finds_a_flow_over_many_traces(tmp_path: Path) -> None:
    story = Story()
    sends = chain(story, 14)
    chain(story, 3, partition=1, key="other")  # of the same topics, and no part of it
    with open_flows(story.store(tmp_path)) as flows:
        last, whole = sends[-1], flows.flow(sends[-1].event_id)
        assert (len(whole.graph.events), len(whole.graph.processings), len(whole.graph.edges)) == (14, 13, 26)
        for asked in (last.span_id, last.trace_id, "kafka://t3/0/4", "key=start", sends[0].event_id):
            assert flows.flow(asked).graph == whole.graph
        assert flows.flow(sends[0].event_id).asked == "kafka://t0/0/1"
        for asked in ("kafka://t3/0/99", "key=nothing", "ab" * 16, "ab" * 8, f"span://{'ab' * 16}/{'ab' * 8}"):
            with pytest.raises(NotFoundError):
                flows.flow(asked)


def test_coordinates_that_only_the_link_of_a_batch_tells_are_found(tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    told = {"messaging.kafka.offset": 7, "messaging.destination.partition.id": "3", "messaging.kafka.message.key": "k"}
    other = {"messaging.kafka.offset": 8, "messaging.destination.partition.id": "3"}
    links = [(sent, told), (story.send("orders", "shop", 1), other)]
    story.process("orders", "mail", (40, 60), links=links, batch=2, group="mailers")
    with open_flows(story.store(tmp_path)) as flows:
        for asked in ("kafka://orders/3/7", "key=k", sent.event_id, sent.span_id):
            assert flows.flow(asked).asked == "kafka://orders/3/7"


def test_what_a_span_is_about_is_told_by_the_traces_around_it_and_no_others(tmp_path: Path) -> None:
    story = Story()
    sends = chain(story, 4)
    for n in range(40):
        story.process("t0", "s9", (500 + n, 501 + n), links=[story.send("t0", "s0", 400)], partition=1, offset=n)
    with open_flows(story.store(tmp_path)) as flows:
        assert len(flows.flow(sends[0].span_id).graph.processings) == 3
        around = flows._connections.around(None, sends[0].span_id)
        assert around.execute("SELECT count(*) FROM flow_source").fetchone() == (7,)


def test_a_dead_letter_is_found_by_its_headers_from_either_end(tmp_path: Path) -> None:
    story = Story()
    chain(story, 3, partition=1)
    story.process("orders", "pay", (40, 50), partition=0, offset=5, group="payers")
    headers = {"source_topic": "orders", "source_partition": "0", "source_offset": "5"}
    story.process("given-up", "watch", (90, 95), partition=0, offset=1, group="watchers", headers=headers)
    with open_flows(story.store(tmp_path)) as flows:
        for asked in ("kafka://orders/0/5", "kafka://given-up/0/1"):
            assert len(flows.flow(asked).graph.events) == 2


@pytest.mark.parametrize("seed", [3, 8])
def test_what_the_tables_tell_of_a_trace_or_a_span_is_what_the_spans_around_tell(tmp_path: Path, seed: int) -> None:
    store = fill(tmp_path, [simulate(seed).requests])
    with open_flows(store) as flows, closing(Lake.open(store).connect()) as connection:
        spans = connection.execute("SELECT trace_id, span_id FROM spans ORDER BY ALL").fetchall()
        ids = sorted({trace for trace, _ in spans} | {span for _, span in spans})
        for words in random.Random(seed).sample(ids, 15):
            wanted = lookup.parse(words)
            if told := lookup.find_told(flows._connections.tables(), wanted):
                around = flows._connections.around(wanted.trace_id, wanted.span_id)
                assert sorted(told) == sorted(lookup.find_by_span(around, wanted)), words
