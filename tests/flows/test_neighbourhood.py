"""A flow out of its neighbourhood is the flow out of the whole store, however little of the store was read."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.flows.spans import Span, Story
from tests.flows.stores import fill, requests_of
from tracer.errors import NotFoundError
from tracer.flows import EventFilter, Flows, connections, open_flows, recent

RECORDED = Path(__file__).parents[1] / "data" / "recorded"


@pytest.fixture
def exploring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every store is big."""
    monkeypatch.setattr(connections, "SMALL", -1)


@contextmanager
def both(path: Path) -> Iterator[tuple[Flows, Flows]]:
    """Readers of one store: one that knows it as a whole, one that explores."""
    with open_flows(path) as whole, open_flows(path) as explorer:
        whole.graph()
        yield whole, explorer


@pytest.mark.parametrize("name", ["kafkajs-batch", "java-newsemconv"])
def test_a_flow_of_a_recording_is_the_same_out_of_its_neighbourhood(exploring: None, tmp_path: Path, name: str) -> None:
    requests = list(requests_of(gzip.decompress((RECORDED / f"{name}.pb.gz").read_bytes())))
    with both(fill(tmp_path, [requests])) as (whole, explorer):
        graph = whole.graph()
        for event in random.Random(name).sample(graph.events, 2):
            assert explorer.flow(event.id) == whole.flow(event.id)
        attempt = graph.processings[len(graph.processings) // 2]
        assert explorer.flow(attempt.id) == whole.flow(attempt.id)


def chain(story: Story, hops: int, partition: int = 0) -> list[Span]:
    """Services that hand on to one another, each in a trace of its own."""
    sends = [story.send("t0", "s0", 0, key="start")]
    for n in range(1, hops):
        handling = story.process(
            f"t{n - 1}", f"s{n}", (n * 10, n * 10 + 9), links=[sends[-1]], partition=partition, offset=n, group=f"g{n}"
        )
        sends.append(story.send(f"t{n}", f"s{n}", n * 10 + 5, parent=handling))
    return sends


def test_every_id_finds_a_flow_over_many_traces(exploring: None, tmp_path: Path) -> None:
    story = Story()
    sends = chain(story, 14)
    chain(story, 3, partition=1)  # of the same topics, and no part of it
    with both(story.store(tmp_path)) as (whole, explorer):
        last = sends[-1]
        for asked in (last.event_id, last.span_id, last.trace_id, "kafka://t3/0/4", "key=start", sends[0].event_id):
            assert explorer.flow(asked) == whole.flow(asked)
        assert len(explorer.flow(last.event_id).graph.events) == 14
        for asked in ("kafka://t3/0/99", "key=nothing", "ab" * 16):
            with pytest.raises(NotFoundError):
                explorer.flow(asked)


def test_coordinates_that_only_the_link_of_a_batch_tells_are_found(exploring: None, tmp_path: Path) -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    told = {"messaging.kafka.offset": 7, "messaging.destination.partition.id": "3", "messaging.kafka.message.key": "k"}
    other = {"messaging.kafka.offset": 8, "messaging.destination.partition.id": "3"}
    links = [(sent, told), (story.send("orders", "shop", 1), other)]
    story.process("orders", "mail", (40, 60), links=links, batch=2, group="mailers")
    with both(story.store(tmp_path)) as (whole, explorer):
        for asked in ("kafka://orders/3/7", "key=k"):
            assert explorer.flow(asked) == whole.flow(asked)
            assert explorer.flow(asked).asked == "kafka://orders/3/7"


def test_it_reads_the_traces_of_the_flow_and_no_others(exploring: None, tmp_path: Path) -> None:
    story = Story()
    sends = chain(story, 4)
    for n in range(40):
        story.process("t0", "s9", (500 + n, 501 + n), links=[story.send("t0", "s0", 400)], partition=1, offset=n)
    with open_flows(story.store(tmp_path)) as flows:
        assert len(flows.flow(sends[0].event_id).graph.processings) == 3
        neighbourhood = flows._connections.neighbourhood()
        assert neighbourhood is not None
        loaded = neighbourhood.connection.execute("SELECT count(*) FROM flow_source").fetchone()
    assert loaded == (7,)


@pytest.mark.parametrize("name", ["mixed-all", "java-receive"])
def test_the_newest_events_and_those_of_a_key_are_the_same_out_of_few_spans(
    exploring: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(recent, "WINDOWS", (150,))
    requests = list(requests_of(gzip.decompress((RECORDED / f"{name}.pb.gz").read_bytes())))
    with both(fill(tmp_path, [requests])) as (whole, explorer):
        newest = whole.events(EventFilter(limit=15))
        assert explorer.events(EventFilter(limit=15)) == newest
        topic = newest[0].event.topic
        wanted = EventFilter(topic=topic, since_ns=newest[5].event.produced_at)
        assert explorer.events(wanted) == whole.events(wanted) != []
        for key in {summary.event.key for summary in newest}:
            assert explorer.events(EventFilter(key=key)) == whole.events(EventFilter(key=key))
        assert explorer.events(EventFilter(key="of nobody")) == []
        everything = EventFilter(limit=1000)
        assert explorer.events(everything) == whole.events(everything)


def test_a_dead_letter_is_found_by_its_headers_from_either_end(exploring: None, tmp_path: Path) -> None:
    story = Story()
    chain(story, 3, partition=1)
    story.process("orders", "pay", (40, 50), partition=0, offset=5, group="payers")
    headers = {"source_topic": "orders", "source_partition": "0", "source_offset": "5"}
    story.process("given-up", "watch", (90, 95), partition=0, offset=1, group="watchers", headers=headers)
    with both(story.store(tmp_path)) as (whole, explorer):
        for asked in ("kafka://orders/0/5", "kafka://given-up/0/1"):
            assert explorer.flow(asked) == whole.flow(asked)
            assert len(explorer.flow(asked).graph.events) == 2
