"""A flow as boxes and arrows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.render.random_flows import flows
from tests.render.sample_flows import T0, caused, event, flow, handled, registration
from tracer.flows.model import Flow, Problem
from tracer.render.drawings import flow_drawing
from tracer.render.flow_picture import flow_picture, surest_first
from tracer.render.picture import Picture
from tracer.render.tree import flow_tree


def drawn(of: Flow, boxes: int = 120, arrows: int = 400) -> Picture:
    return flow_picture(flow_tree(of), boxes, arrows)


def fan_out(width: int) -> Flow:
    """One event by whose processing many came about; the one with the highest number was not handled well."""
    first = event("orders", 0)
    by = handled(first, "splitter", 5, 10)
    parts = [event("parts", number, at=8 + number) for number in range(width)]
    each = [handled(part, "packer", 50, 2, "error" if part is parts[-1] else "ok") for part in parts]
    return flow(first.id, [first, *parts], [by, *each], [caused(by, part) for part in parts])


def test_attempts_are_one_box_that_says_how_it_went() -> None:
    crm = next(box for box in drawn(registration()).boxes if box.id.endswith("#crm-sync"))
    assert crm.lines == ("crm-sync", "† dead-lettered, 3 attempts", "in queue 12ms, took 29ms")
    assert crm.told[-1] == "attempt 3: dead-lettered, in queue 1.3s, took 14ms: KeyError: 'address'"


def with_problems(of: Flow, *problems: Problem) -> Flow:
    return replace(of, graph=replace(of.graph, problems=problems))


def problem(check: str, group: str | None, *evidence: str) -> Problem:
    return Problem(check, "subject", None, group, len(evidence), T0, T0, f"{check} happened", evidence, 1.0)


def test_problems_are_marked_at_the_event_or_the_group_that_shows_them() -> None:
    asked = registration().asked
    found = [
        problem("poison", "crm-sync", asked),
        problem("failing", "crm-sync", f"{asked}#crm-sync@3"),
        problem("dead-letters", "crm-sync", "kafka://user-created.crm.dlq/0/3"),
        problem("lost", "audit", "kafka://elsewhere/0/0"),
    ]
    picture = drawn(with_problems(registration(), *found))
    assert {box.lines[0]: box.mark for box in picture.boxes if box.mark} == {
        "crm-sync": "⚠ poison, failing",
        "† user-created.crm.dlq/0/3": "⚠ dead-letters",
    }
    crm = next(box for box in picture.boxes if box.lines[0] == "crm-sync")
    assert crm.told[-2:] == ("poison: poison happened", "failing: failing happened")
    assert picture.notes == ("⚠ lost: not in this picture",)


def test_a_count_of_what_is_folded_tells_the_problems_in_it() -> None:
    picture = drawn(with_problems(fan_out(500), problem("slow-group", "packer", "kafka://parts/0/250#packer@1")))
    assert [box.mark for box in picture.boxes if box.kind == "more"] == ["⚠ slow-group"]


@pytest.mark.parametrize("form", ["mermaid", "dot", "svg", "html"])
def test_every_drawing_has_the_marks(form: str) -> None:
    found = problem("poison", "crm-sync", registration().asked)
    assert "⚠ poison" in flow_drawing(with_problems(registration(), found), form)
    assert "⚠" not in flow_drawing(registration(), form)


def test_an_arrow_tells_how_the_step_is_known() -> None:
    first, then = event("orders"), event("payments", at=20)
    by = handled(first, "pay", 5, 10)
    picture = drawn(flow(first.id, [first, then], [by], [caused(by, then, confidence=0.33, method="adjacency")]))
    guess = picture.arrows[-1]
    assert (guess.label, guess.dashed, guess.told) == ("guess 0.33", True, ("caused", "by adjacency, 0.33"))


def test_a_fan_out_is_folded_to_a_count_and_what_is_broken_stays() -> None:
    picture = drawn(fan_out(5_000))
    assert len(picture.boxes) <= 120
    assert any(box.id == "kafka://parts/0/4999#packer" for box in picture.boxes)
    more = next(box for box in picture.boxes if box.kind == "more")
    assert more.lines == ("+4,988 more events: 4,988 in parts",)


def test_of_a_long_chain_what_is_near_to_the_asked_event_is_drawn_and_the_rest_counted() -> None:
    chain = [event("steps", number, at=number) for number in range(500)]
    by = [handled(one, "next", number, 1) for number, one in enumerate(chain[:-1])]
    asked = chain[250].id
    picture = drawn(flow(asked, chain, by, [caused(one, then) for one, then in zip(by, chain[1:], strict=True)]))
    ids = [box.id for box in picture.boxes]
    assert len(ids) == 120
    assert {chain[235].id, asked, chain[265].id} <= set(ids)
    assert picture.notes == ("879 more not drawn",)


def test_a_mesh_of_guesses_is_cut_to_the_surest_arrows() -> None:
    causes = [event("in", number) for number in range(20)]
    by = [handled(one, "join", 5, 10) for one in causes]
    made = [event("out", number, at=20) for number in range(20)]
    edges = [caused(one, then, confidence=0.3, method="adjacency") for one in by for then in made]
    edges = [edge for edge in edges if edge.target != made[3].id] + [caused(by[0], made[3])]
    picture = drawn(flow(made[3].id, [*causes, *made], by, edges), arrows=50)
    assert len(picture.arrows) == 50
    assert any(arrow.target == made[3].id and not arrow.label for arrow in picture.arrows)
    assert any("weaker arrows not drawn" in note for note in picture.notes)


def test_the_surest_way_to_the_asked_event_comes_first() -> None:
    early, sure, asked = event("early"), event("sure", at=5), event("asked", at=30)
    by = [handled(early, "a", 10, 5), handled(sure, "b", 20, 5)]
    edges = [caused(by[0], asked, confidence=0.3), caused(by[1], asked)]
    tree = flow_tree(flow(asked.id, [early, sure, asked], by, edges))
    assert [root.topic for root in surest_first(tree)] == ["sure", "early"]


@settings(max_examples=200, deadline=None)
@given(flows())
def test_any_flow_is_drawn_within_the_bounds_with_the_asked_event(of: Flow) -> None:
    picture = drawn(of, boxes=9, arrows=7)
    ids = [box.id for box in picture.boxes]
    assert len(ids) == len(set(ids)) <= 9
    assert len(picture.arrows) <= 7
    assert all({arrow.source, arrow.target} <= set(ids) for arrow in picture.arrows)
    assert sum(box.asked for box in picture.boxes) == 1


def test_unfolded_a_drawing_has_every_box() -> None:
    assert flow_drawing(fan_out(500), "dot").count("tooltip") < 300
    assert flow_drawing(fan_out(500), "dot", unfold=True).count(" -> ") == 1 + 2 * 500
    assert flow_drawing(fan_out(500), "mermaid", unfold=True).count("\n") < 400
