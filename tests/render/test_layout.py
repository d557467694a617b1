"""Where boxes and arrows stand."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tracer.render.layout import BETWEEN_BOXES, Layout, Link, Place, layout

SIZE = (100.0, 40.0)


def placed(arrows: str, **labels: float) -> Layout:
    """`a>b b>c`: boxes in the order in which they are named."""
    links = [Link(*arrow.split(">"), labels.get(arrow.replace(">", "_"), 0.0)) for arrow in arrows.split()]
    return layout(dict.fromkeys((name for link in links for name in (link.source, link.target)), SIZE), links)


def columns(found: Layout) -> list[str]:
    by_x: dict[float, str] = {}
    for name, place in found.places.items():
        by_x[place.x] = by_x.get(place.x, "") + name
    return [by_x[x] for x in sorted(by_x)]


def test_a_box_stands_right_of_everything_that_leads_to_it() -> None:
    assert columns(placed("a>b b>c a>c c>d")) == ["a", "b", "c", "d"]


def test_what_begins_stands_next_to_what_it_leads_to() -> None:
    assert columns(placed("a>b b>c x>c")) == ["a", "bx", "c"]


def test_a_circle_is_broken_and_its_last_arrow_leads_back() -> None:
    found = placed("a>b b>c c>b")
    assert columns(found) == ["a", "b", "c"]
    assert found.ways[1].points[0][0] < found.ways[1].points[-1][0]
    assert found.ways[2].points[0][0] > found.ways[2].points[-1][0]


def test_a_parent_stands_in_the_middle_of_its_children() -> None:
    found = placed("a>b a>c a>d")
    assert abs(found.places["a"].y - found.places["c"].y) < 0.01
    assert found.places["c"].y - found.places["b"].y == 40 + BETWEEN_BOXES


def test_arrows_do_not_cross_where_they_need_not() -> None:
    found = placed("a>x b>y a>p b>q p>z2 q>z1 x>z3")
    assert (found.places["p"].y < found.places["q"].y) == (found.places["z2"].y < found.places["z1"].y)


def test_a_label_has_room_before_the_box_it_leads_to() -> None:
    found = placed("a>b", a_b=80.0)
    assert found.places["b"].x - found.places["a"].x - 100 > 80
    assert found.ways[0].label == (found.places["b"].x - 40, found.places["b"].y + 20)


def test_arrows_that_end_at_one_box_end_beside_each_other() -> None:
    found = placed("a>z b>z c>z")
    ends = [way.points[-1][1] for way in found.ways]
    assert len(set(ends)) == 3
    assert all(found.places["z"].y < end < found.places["z"].y + found.places["z"].height for end in ends)


def test_nothing_is_an_empty_picture_and_a_box_that_leads_to_itself_stands_alone() -> None:
    assert (layout({}, []).width, layout({}, []).height) == (0.0, 0.0)
    found = layout({"a": SIZE}, [Link("a", "a")])
    assert (found.places, found.ways[0].points) == ({"a": Place(0.0, 0.0, *SIZE)}, ())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=30))
def test_boxes_never_overlap_and_all_is_inside(arrows: list[tuple[int, int]]) -> None:
    sizes = {str(number): (50.0 + 7 * number, 20.0 + 5 * number) for number in range(12)}
    found = layout(sizes, [Link(str(one), str(then), 9.0 * one) for one, then in arrows])
    for one, other in combinations(found.places.values(), 2):
        beside = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert beside or one.y + one.height <= other.y + 0.01 or other.y + other.height <= one.y + 0.01
    for place in found.places.values():
        assert place.x >= 0
        assert place.y >= -0.01
        assert place.x + place.width <= found.width + 0.01
        assert place.y + place.height <= found.height + 0.01
    assert all(-0.01 <= y <= found.height + 0.01 and 0 <= x <= found.width for way in found.ways for x, y in way.points)
