"""Which arrows lead back."""

from __future__ import annotations

from graphlib import TopologicalSorter

from hypothesis import given
from hypothesis import strategies as st

from tracer.render.cycles import leading_back
from tracer.render.layers import layers_of

BOXES = 9
ARROWS = st.lists(st.tuples(st.integers(0, BOXES - 1), st.integers(0, BOXES - 1)), max_size=30)


def reachable(ends: list[tuple[int, int]], start: int) -> set[int]:
    """What the arrows lead to from a box, without the box where nothing leads back to it."""
    found: set[int] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        more = {target for source, target in ends if source == here} - found
        found |= more
        waiting += more
    return found


@given(ARROWS)
def test_turned_round_they_leave_no_circle_and_each_closed_one(ends: list[tuple[int, int]]) -> None:
    back = leading_back(BOXES, ends)
    before = TopologicalSorter[int]()
    for place, (source, target) in enumerate(ends):
        if source != target:
            before.add(source, target) if place in back else before.add(target, source)
    before.prepare()
    assert all(ends[place][0] in reachable(ends, ends[place][1]) for place in back)


def test_a_retry_leads_back_to_who_retries_wherever_it_is_listed() -> None:
    way, retry, again, on = (0, 1), (1, 2), (2, 1), (1, 3)
    for ends in ([way, retry, again, on], [again, on, retry, way]):
        assert {ends[place] for place in leading_back(4, ends)} == {again}


def test_what_is_no_circle_leads_on_however_far() -> None:
    assert leading_back(4, [(0, 1), (1, 2), (2, 3), (0, 3)]) == set()


def test_a_mesh_of_services_and_topics_is_as_wide_as_it_takes_steps_to_cross_it() -> None:
    services, topics = range(1, 20), range(20, 60)
    every = [(service, topic) for service in services for topic in topics]
    ends = [(0, 20), *every, *((topic, service) for service, topic in every)]
    assert len(layers_of(60, ends).order) == 4
