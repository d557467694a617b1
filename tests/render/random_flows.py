"""Any flow: what a renderer must bear, whether it makes sense or not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from tests.render.sample_flows import T0, caused, event, flow, handled
from tracer.flows.model import Edge, Event, Flow, Outcome, Processing


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any graph of events and attempts: cycles, odd names, unknown and negative times."""
    names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
    number = draw(st.integers(1, 12))
    times = st.none() | st.integers(T0 - 10**10, T0 + 10**13)
    events: list[Event] = [
        event(draw(names), place, key=draw(st.none() | names), produced_at=draw(times), service=draw(st.none() | names))
        for place in range(number)
    ]
    processings: list[Processing] = []
    edges: list[Edge] = []
    outcomes: st.SearchStrategy[Outcome] = st.sampled_from(["ok", "error", "retried", "dead-lettered", "unknown"])
    for place in range(draw(st.integers(0, 25))):
        of = draw(st.sampled_from(events))
        processing = handled(
            of,
            draw(st.sampled_from(["a", "группа", "日本語のグループ", "x" * 90])),
            0,
            1,
            draw(outcomes),
            attempt=place,
        )
        processing = replace(processing, started_at=draw(times), duration_ns=draw(st.none() | st.integers(0, 10**13)))
        processings.append(replace(processing, queue_ns=draw(st.none() | st.integers(-(10**12), 10**13))))
        for effect in draw(st.lists(st.sampled_from(events), max_size=3)):
            kind = draw(st.sampled_from(["caused", "retried", "dead-lettered"]))
            edges.append(caused(processing, effect, kind, draw(st.sampled_from([1.0, 0.9, 0.3])), "adjacency"))
    return flow(events[0].id, events, processings, edges)
