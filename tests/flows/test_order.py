"""The result does not depend on the order in which spans arrive, nor on how they were cut into batches."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flows.spans import Span, Story
from tests.flows.stores import fill, graph_of, requests_of
from tracer.flows import open_flows
from tracer.formats.otlp_protobuf import decode

RECORDED = Path(__file__).parents[1] / "data" / "recorded"


def story() -> Story:
    """A bit of everything: groups, attempts, batches, retries with stale contexts, a crash, layers."""
    told = Story()
    orders: list[Span] = [told.send("orders", "shop", n, key=f"k{n}") for n in range(4)]
    for n, order in enumerate(orders):
        arrival = told.receive("orders", "mail", 30 + n * 20, parent=order, partition=0)
        begin = 32 + n * 20
        handling = told.process(
            "orders", "mail", (begin, begin + 9), parent=arrival, links=[order], partition=0, offset=n, group="mailers"
        )
        told.send("mails", "mail", begin + 5, parent=handling, key=f"k{n}")
    batch = told.process("orders", "audit", (50, 90), links=orders, group="auditors")
    told.span("check", "audit", (51, 60), parent=batch, error="Broken")
    told.send("orders.retry", "audit", 62, parent=batch, key="k2")
    for begin in (100, 120):
        told.process("orders.retry", "audit", (begin, begin + 5), links=[orders[2]], partition=0, offset=0)
    lost = told.send("bills", "shop", 10, lost=True)
    told.process("bills", "mail", (40, 41), parent=lost, group="mailers")
    told.process("bills", "audit", (40, 42), links=[lost], group="auditors")
    told.receive("stock", "count", 5)
    return told


SPANS = decode(story().requests(), [1] * len(story().requests())).spans
EXPECTED = graph_of(SPANS)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.permutations(range(SPANS.num_rows)))
def test_a_graph_is_the_same_for_any_order_of_its_spans(order: Sequence[int]) -> None:
    assert graph_of(SPANS.take(pa.array(order))) == EXPECTED


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.sets(st.integers(1, SPANS.num_rows - 1), max_size=4), data=st.data())
def test_a_graph_is_the_same_for_any_batches_that_brought_its_spans(
    tmp_path_factory: object, cuts: set[int], data: st.DataObject
) -> None:
    requests = data.draw(st.permutations(story().requests()))
    edges = [0, *sorted(cuts), len(requests)]
    batches = [requests[begin:end] for begin, end in pairwise(edges)]
    path = tmp_path_factory.mktemp("store")  # type: ignore[attr-defined]
    with open_flows(fill(path, batches)) as flows:
        assert flows.graph() == EXPECTED


def test_a_recording_read_backwards_gives_the_same_graph() -> None:
    requests = list(requests_of(gzip.decompress((RECORDED / "mixed-all.pb.gz").read_bytes())))
    spans = decode(requests, [1] * len(requests)).spans
    assert graph_of(spans.take(pa.array(range(spans.num_rows - 1, -1, -1)))) == graph_of(spans)


def test_handlers_of_a_batch_take_their_places_by_its_links_in_any_order_of_spans() -> None:
    told = Story()
    sends = [told.send("orders", "shop", n) for n in range(4)]
    told.process("orders", "mail", (50, 90), links=sends, group="mailers")
    for n in range(4):
        work = told.span("work", "mail", (52 + n * 8, 56 + n * 8))
        told.send("mails", "mail", 57 + n * 8, parent=work)
    requests = told.requests()
    graphs = {graph_of(decode(order, [1] * len(order)).spans) for order in (requests, requests[::-1])}
    assert len(graphs) == 1
