"""The tree of a flow, and which of its lines are shown."""

from __future__ import annotations

from tests.tui.hand_written import MS, broken_flow, delivered, event, fan_out, processing
from tracer.flows.model import Edge, Flow, Graph
from tui.flow_rows import FAN_OUT, Row, visible_rows
from tui.flow_tree import build


def drawn(rows: list[Row]) -> list[str]:
    """The drawing and the key of each line."""
    return [f"{row.branch} {row.key}".strip() for row in rows]


def test_groups_stand_under_the_event_and_effects_under_the_attempt_that_caused_them() -> None:
    tree = build(broken_flow(9))
    assert tree.roots == ("kafka://user-created/0/9",)
    assert tree.children["kafka://user-created/0/9"] == (
        "kafka://user-created/0/9#email-senders@1",
        "kafka://user-created/0/9#provisioners@1",
        "kafka://user-created/0/9#usage-analytics@1",
        "kafka://user-created/0/9#crm-sync",
        "kafka://user-created/0/9#audit@1",
    )
    assert tree.children["kafka://user-created/0/9#provisioners@1"] == ("kafka://resource-provisioned/0/9",)
    assert tree.children["kafka://user-created/0/9#crm-sync@3"] == ("kafka://user-created.crm.dlq/0/9",)


def test_several_attempts_stand_in_order_under_one_line_of_their_delivery() -> None:
    tree = build(broken_flow(9))
    attempts = [tree.nodes[key] for key in tree.children["kafka://user-created/0/9#crm-sync"]]
    assert [node.attempts[0].attempt for node in attempts] == [1, 2, 3]
    assert all(node.is_one_of_many for node in attempts)


def test_the_tree_spans_from_the_first_moment_to_the_last() -> None:
    tree = build(broken_flow(9))
    assert tree.end - tree.start == 73 * MS


def test_what_led_to_the_event_comes_first_cause_first() -> None:
    flow = broken_flow(9)
    tree = build(Flow("kafka://email-sent/0/9", flow.graph))
    assert [node.key for node in tree.causes] == [
        "up:kafka://user-created/0/9",
        "up:kafka://user-created/0/9#provisioners@1",
        "up:kafka://resource-provisioned/0/9",
        "up:kafka://resource-provisioned/0/9#email-senders@1",
    ]
    rows = visible_rows(tree)
    assert [row.is_cause for row in rows] == [True] * 4 + [False]


def test_an_event_with_two_causes_is_shown_once_and_referred_to_after() -> None:
    source, effect = event(1), event(2)
    first, second = processing(source, "a", 1, 1), processing(source, "b", 2, 1)
    edges = (
        delivered(first),
        delivered(second),
        Edge(first.id, effect.id, "caused", "parent", 1.0),
        Edge(second.id, effect.id, "caused", "adjacency", 0.4),
    )
    tree = build(Flow(source.id, Graph((source, effect), (first, second), edges)))
    assert tree.children[first.id] == (effect.id,)
    again = tree.nodes[tree.children[second.id][0]]
    assert (again.kind, again.event, again.is_guess) == ("again", effect, True)


def test_a_circle_of_causes_ends() -> None:
    one, two = event(1), event(2)
    forth, back = processing(one, "a", 1, 1), processing(two, "a", 1, 1)
    edges = (
        delivered(forth),
        delivered(back),
        Edge(forth.id, two.id, "caused", "parent", 1.0),
        Edge(back.id, one.id, "caused", "parent", 1.0),
    )
    tree = build(Flow(one.id, Graph((one, two), (forth, back), edges)))
    assert len(visible_rows(tree)) == 7


def test_a_chain_of_thousands_of_steps_is_only_a_long_list() -> None:
    events = [event(number) for number in range(3_000)]
    steps = [processing(one, "relay", 1, 1) for one in events]
    edges = [delivered(step) for step in steps]
    edges += [Edge(steps[n].id, events[n + 1].id, "caused", "parent", 1.0) for n in range(2_999)]
    tree = build(Flow(events[0].id, Graph(tuple(events), tuple(steps), tuple(edges))))
    assert len(visible_rows(tree)) == 6_000


def test_guesses_are_drawn_dashed() -> None:
    rows = visible_rows(build(broken_flow(9)))
    assert drawn(rows)[-1] == "└┄┄ kafka://user-created/0/9#audit@1"
    assert not any("┄" in row.branch for row in rows[:-1])


def test_folding_hides_what_is_below() -> None:
    tree = build(broken_flow(9))
    rows = visible_rows(tree, folded={"kafka://user-created/0/9#crm-sync"})
    assert not any("@3" in row.key for row in rows)
    folded = next(row for row in rows if row.key == "kafka://user-created/0/9#crm-sync")
    assert folded.foldable
    assert folded.folded


def test_a_wide_fan_out_is_folded_to_a_count_and_what_failed_is_shown() -> None:
    tree = build(fan_out(1_000, failed=1))
    rows = visible_rows(tree)
    assert len(rows) == 1 + FAN_OUT + 1
    assert any(row.key.endswith("#group-00999@1") for row in rows)
    assert rows[-1].counts == {"ok": 980}


def test_an_opened_fan_out_is_shown_whole() -> None:
    tree = build(fan_out(1_000))
    assert len(visible_rows(tree, opened={tree.roots[0]})) == 1_001
