"""The walk through random span trees, held against the definition written out naively."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracer.flows.span_tree import Move, SpanTrees, TreeSpan

TRACE = "a" * 32
Stretch = tuple[int, int, str]
"""From, to (backward), and the span whose own time it is."""


def span(number: int, parent: int | None, start: int, end: int, **fields: bool) -> TreeSpan:
    parent_id = None if parent is None else f"{parent:016x}"
    return TreeSpan(TRACE, f"{number:016x}", parent_id, f"span {number}", "pay", start, max(start, end), **fields)


@st.composite
def trees(draw: st.DrawFn, skew: int = 0) -> list[TreeSpan]:
    """A root 0-1000 and spans below it; with `skew` they may begin so much before their parents, and end after them."""
    spans = [span(0, None, 0, 1_000)]
    for number in range(1, draw(st.integers(1, 14))):
        parent = draw(st.sampled_from(spans))
        start = draw(st.integers(parent.start_ns - skew, parent.end_ns))
        end = start + draw(st.integers(0, max(0, parent.end_ns - start) + 200))
        spans.append(span(number, int(parent.span_id, 16), start, end))
    return spans


def stretches(moves: list[Move], at: int) -> list[Stretch]:
    made = []
    for move in moves:
        made.append((at, move.to, move.span.span_id))
        at = move.to
    return made


def naively(spans: list[TreeSpan], top: TreeSpan, at: int, taken: set[str]) -> list[Stretch]:
    """Section 2 of the analysis page, word by word; of children that gate the same moment the youngest goes first."""
    made: list[Stretch] = []
    children = [one for one in spans if one.parent_span_id == top.span_id]
    moment = at
    while before := [one for one in children if one.start_ns < moment and one.span_id not in taken]:
        gate = max(before, key=lambda one, now=moment: (min(one.end_ns, now), one.start_ns, -int(one.span_id, 16)))  # type: ignore[misc]
        until = min(gate.end_ns, moment)
        made += _own(top, moment, until)
        taken.add(gate.span_id)
        made += naively(spans, gate, until, taken)
        moment = gate.start_ns
    return made + _own(top, moment, top.start_ns)


def _own(top: TreeSpan, moment: int, to: int) -> list[Stretch]:
    cuts = [moment, top.end_ns, to] if to < top.end_ns < moment else [moment, to]
    return [(a, b, top.span_id) for a, b in pairwise(cuts) if a != b]


@given(trees(), st.integers(1, 1_200))
def test_inside_a_span_the_walk_is_the_definition(spans: list[TreeSpan], moment: int) -> None:
    moves = list(SpanTrees(spans).inside(spans[0], moment, set()))
    assert stretches(moves, moment) == naively(spans, spans[0], moment, set())


@given(trees(), st.integers(1, 1_200))
def test_without_skew_the_walk_only_goes_back_and_ends_at_the_start_of_the_span(
    spans: list[TreeSpan], moment: int
) -> None:
    walked = stretches(list(SpanTrees(spans).inside(spans[0], moment, set())), moment)
    assert all(later > earlier for later, earlier, _ in walked)
    assert walked[-1][1] == 0


@given(trees(skew=300), st.integers(1, 1_200))
def test_with_skew_it_still_ends_there_and_goes_through_each_span_once(spans: list[TreeSpan], moment: int) -> None:
    met: set[tuple[str, str]] = set()
    walked = stretches(list(SpanTrees(spans).inside(spans[0], moment, met)), moment)
    assert walked[-1][1] == 0
    assert [later for later, _, _ in walked[1:]] == [earlier for _, earlier, _ in walked[:-1]]
    assert len(met) <= len(spans)


@given(trees(), st.data())
def test_upward_from_any_span_leads_to_the_start_of_the_root(spans: list[TreeSpan], data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(spans[1:])) if len(spans) > 1 else spans[0]
    walked = stretches(list(SpanTrees(spans).upward(start, set())), start.start_ns)
    assert all(later > earlier for later, earlier, _ in walked)
    assert start.start_ns == 0 or walked[-1][1] == 0


def test_time_after_the_end_of_a_span_is_not_its_own() -> None:
    spans = [span(0, None, 0, 10), span(1, 0, 20, 30)]
    moves = list(SpanTrees(spans).inside(spans[0], 30, set()))
    assert [(move.to, move.span.name, move.running) for move in moves] == [
        (20, "span 1", True),
        (10, "span 0", False),
        (0, "span 0", True),
    ]


def test_spans_that_are_their_own_ancestors_end_the_walk() -> None:
    spans = [span(0, 1, 0, 10), span(1, 0, 2, 8), span(2, 1, 5, 6)]
    assert [move.span.name for move in SpanTrees(spans).upward(spans[2], set())] == ["span 0", "span 1"]


def test_a_consumer_under_a_send_or_in_another_service_is_no_child() -> None:
    send, consumer = span(0, None, 0, 5, sends=True), span(1, 0, 2, 4, consumes=True)
    trees_ = SpanTrees([send, consumer])
    assert trees_.parent(consumer) is None
    assert [move.span.name for move in trees_.inside(send, 5, set())] == ["span 0"]
    poll, handled = span(2, None, 0, 9), span(3, 2, 1, 8, consumes=True)
    assert SpanTrees([poll, handled]).parent(handled) is poll


def test_a_trace_of_many_children_and_a_deep_one_are_walked() -> None:
    many = 50_000
    wide = [span(0, None, 0, many * 2), *(span(n, 0, 2 * n, 2 * n + 1) for n in range(1, many))]
    assert len(list(SpanTrees(wide).inside(wide[0], many * 2, set()))) == 2 * many - 1
    deep = [span(n, n - 1 if n else None, n, 100_000 - n) for n in range(5_000)]
    assert len(list(SpanTrees(deep).inside(deep[0], 100_000, set()))) == 2 * 5_000 - 1
