"""Which lines of a flow are shown in which order, and what is folded."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.random_flows import flows
from tests.render.sample_flows import caused, event, flow, handled, registration
from tracer.flows.model import Flow
from tracer.render.outline import ALWAYS, Folds, Outline, Row, children
from tracer.render.tree import FlowTree, flow_tree

CREATED = "kafka://user-created/2/17"
CRM = f"{CREATED}#crm-sync"
DEAD = "kafka://user-created.crm.dlq/0/3"


def rows(shown: Flow, folds: Folds | None = None, deepest: int | None = None) -> list[Row]:
    tree = flow_tree(shown)
    assert tree.focus is not None
    return Outline(tree).rows([tree.focus], folds or Folds(), deepest)


def drawn(found: list[Row]) -> list[str]:
    """The drawing and the key of each line."""
    return [f"{row.indent}{row.branch} {row.key}" for row in found]


def fan_out(groups: int, failed: int = 0) -> Flow:
    of = event("orders")
    handling = [
        handled(of, f"g{number:05}", 1, 1, "error" if number >= groups - failed else "ok") for number in range(groups)
    ]
    return flow(of.id, [of], handling, [])


def test_groups_stand_under_the_event_and_effects_under_the_group_that_caused_them() -> None:
    assert drawn(rows(registration())) == [
        f" {CREATED}",
        f"├ {CREATED}#email-senders",
        f"├ {CREATED}#analytics-loaders",
        f"├ {CRM}",
        f"│└ {DEAD}",
        f"├ {CREATED}#audit",
        f"└ {CREATED}#provisioning-workers",
        " └ kafka://resource-provisioned/0/4",
        "  └ kafka://resource-provisioned/0/4#email-senders",
        "   └ kafka://email-sent/0/9",
    ]


def test_several_attempts_are_one_line_until_they_are_unfolded() -> None:
    folded = next(row for row in rows(registration()) if row.key == CRM)
    assert folded.node is not None
    assert (folded.fold, len(folded.node.attempts)) == ("folded", 3)
    for folds in (Folds(attempts=True), Folds(opened={CRM})):
        found = rows(registration(), folds)
        place = next(place for place, row in enumerate(found) if row.key == CRM)
        assert [row.key for row in found[place : place + 5]] == [CRM, f"{CRM}@1", f"{CRM}@2", f"{CRM}@3", DEAD]
        assert found[place].fold == "open"


def test_closing_hides_what_is_below() -> None:
    found = rows(registration(), Folds(closed={CREATED}))
    assert [(row.key, row.fold, row.below) for row in found] == [(CREATED, "folded", False)]


def test_a_wide_fan_out_is_folded_to_a_count_and_what_failed_is_shown() -> None:
    found = rows(fan_out(1_000, failed=1))
    assert len(found) == 1 + 20 + 1
    assert any(row.key.endswith("#g00999") for row in found)
    assert len(found[-1].hidden) == 980
    assert len(rows(fan_out(22))) == 23


def test_more_failures_than_fit_are_shown_up_to_a_limit() -> None:
    assert len(rows(fan_out(1_000, failed=50))) == 1 + 50 + 1
    assert len(rows(fan_out(1_000, failed=900))) == 1 + ALWAYS * 20 + 1


def test_what_leads_to_a_failure_further_on_is_not_folded_away() -> None:
    shown = fan_out(100)
    late = event("payments", at=50)
    failing = handled(late, "books", 60, 1, "error")
    graph = shown.graph
    extra = flow(
        shown.asked, [*graph.events, late], [*graph.processings, failing], [caused(graph.processings[97], late)]
    )
    assert any(row.key.endswith("#books") for row in rows(extra))


def test_an_opened_fan_out_is_shown_whole() -> None:
    shown = fan_out(1_000)
    assert len(rows(shown, Folds(opened={shown.asked}))) == 1_001
    assert len(rows(shown, Folds(fan_out=None))) == 1_001


def test_an_event_with_two_causes_is_shown_once_and_referred_to_after() -> None:
    source, effect = event("orders"), event("payments", at=9)
    first, second = handled(source, "a", 1, 1), handled(source, "b", 2, 1)
    found = rows(
        flow(
            source.id,
            [source, effect],
            [first, second],
            [caused(first, effect), caused(second, effect, confidence=0.4)],
        )
    )
    again = [row for row in found if row.node is not None and row.node.event.id == effect.id and not row.node.attempts]
    assert [row.repeats for row in again] == ["", "above"]
    assert again[1].node is not None
    assert again[1].node.is_dashed
    assert len({row.key for row in found}) == len(found)


def test_many_events_that_were_shown_above_are_counted() -> None:
    batch = [event("orders", number) for number in range(3)]
    mails = [event("mails", number, at=9) for number in range(6)]
    first = event("ticks", at=-1)
    sending = [handled(one, "mailer", 5, None) for one in batch]
    tick = handled(first, "shop", 0, 1)
    edges = [caused(one, mail, confidence=1 / 3) for one in sending for mail in mails]
    shown = flow(first.id, [first, *batch, *mails], [tick, *sending], [*(caused(tick, one) for one in batch), *edges])
    counted = [row for row in rows(shown) if row.repeats]
    assert [(row.node, len(row.hidden)) for row in counted] == [(None, 6), (None, 6)]
    assert sum(row.repeats == "above" for row in rows(shown, Folds(fan_out=None))) == 12


def test_a_circle_of_causes_ends_and_is_told() -> None:
    one, two = event("orders"), event("payments", at=5)
    forth, back = handled(one, "a", 1, 1), handled(two, "b", 6, 1)
    found = rows(flow(one.id, [one, two], [forth, back], [caused(forth, two), caused(back, one)]))
    assert [row.repeats for row in found] == ["", "", "", "", "circle"]


def chain(steps: int) -> Flow:
    events = [event("hops", number, at=number) for number in range(steps)]
    hops = [handled(one, "relay", 1, 1) for one in events]
    return flow(events[0].id, events, hops, [caused(hops[n], events[n + 1]) for n in range(steps - 1)])


def test_a_chain_of_thousands_of_steps_is_only_a_long_list() -> None:
    assert len(rows(chain(3_000))) == 6_000


def test_what_is_too_deep_goes_on_below_under_a_number() -> None:
    found = rows(chain(9), deepest=5)
    assert [row.goes_on for row in found if row.goes_on] == [1, 1, 2, 2]
    assert max(len(row.indent) for row in found) <= 6
    assert sum(row.node is not None and bool(row.node.attempts) for row in found) == 9


def test_roots_are_what_nothing_caused_and_a_circle_that_nothing_leads_into_begins_at_the_focus() -> None:
    one, two = event("orders"), event("payments", at=5)
    forth, back = handled(one, "a", 1, 1), handled(two, "b", 6, 1)
    circle: FlowTree = flow_tree(flow(two.id, [one, two], [forth, back], [caused(forth, two), caused(back, one)]))
    assert [event.id for event in circle.roots()] == [two.id]
    assert [event.id for event in flow_tree(registration()).roots()] == [CREATED]


@settings(max_examples=80, deadline=None)
@given(flows())
def test_unfolded_every_event_and_every_attempt_has_one_line(shown: Flow) -> None:
    tree = flow_tree(shown)
    found = Outline(tree).rows(tree.roots(), Folds(fan_out=None, attempts=True))
    nodes = [row.node for row in found if row.node is not None and not row.repeats]
    assert sorted(node.event.id for node in nodes if node.kind == "event") == sorted(tree.events)
    single = [node for node in nodes if node.kind == "attempt" or len(node.attempts) == 1]
    attempts = [node.attempts[0].id for node in single if node.kind == "attempt" or node.delivery is not None]
    assert sorted(attempts) == sorted(tree.processings)


@settings(max_examples=80, deadline=None)
@given(flows(), st.integers(1, 3))
def test_folded_nothing_is_lost_that_is_not_counted(shown: Flow, fan_out: int) -> None:
    tree = flow_tree(shown)
    outline = Outline(tree)
    folds = Folds(fan_out=fan_out)
    for row in outline.rows(tree.roots(), folds):
        if row.node is not None and not row.repeats and row.below:
            seen, hidden = outline.below(row.node, False, fan_out)
            assert len(seen) + len(hidden) == len(children(tree, row.node, False))
            assert {id(one) for one in seen}.isdisjoint(id(one) for one in hidden)
