"""The text of a flow tells the whole story of an event and fits the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.sample_flows import T0, caused, delivered, event, flow, handled, registration
from tracer.flows.model import Edge, Event, Flow, Outcome, Processing
from tracer.render.cells import cells
from tracer.render.text import flow_text

ANSI = re.compile(r"\x1b\[[0-9;]*m")

REGISTRATION = """\
kafka://user-created/2/17
key u-17 · produced 2026-11-24 06:11:01.123 UTC · by signup
trace 5b8efff798038103d269b633813fc60c span 000000008b388cd8
5 groups: 1 dead-lettered, 4 ok · further on 1 ok · caused 3 events
† crm-sync: dead-lettered after 3 attempts: KeyError: 'address' → user-created.…

                                                in queue    took 0          1.3s
◆ user-created/2/17  key u-17                                    ◆
├─ ✓ email-senders  ok  email                      9.0ms   2.0ms █
├─ ✓ analytics-loaders  ok  analytics               11ms   3.0ms █
├─ † crm-sync  dead-lettered after 3 attempts       12ms    29ms █·····█·······█
│  ├─ ✗ attempt 1  error                            12ms   8.0ms █
│  │     KeyError: 'address'
│  ├─ ✗ attempt 2  error  backoff 500ms            520ms   7.0ms ······█
│  └─ † attempt 3  dead-lettered  backoff 753ms     1.3s    14ms       ········█
│     └─ † user-created.crm.dlq/0/3  dead letter  not consumed                 ◆
├─ ✓ audit  ok                                      14ms   1.0ms █
└─ ✓ provisioning-workers  ok  provisioning         40ms    55ms ██
   └─ ◆ resource-provisioned/0/4                                  ◆
      └─ ✓ email-senders  ok  email                 40ms    41ms  █
         └─ ◆ email-sent/0/9  not consumed                        ◆

░ in queue  █ handled  · backoff  ◆ produced
"""


def lines(shown: Flow, width: int = 80) -> list[str]:
    return flow_text(shown, width, colour=False).splitlines()


def line(shown: Flow, words: str, width: int = 80) -> str:
    found = [text for text in lines(shown, width) if words in text]
    assert len(found) == 1, found
    return found[0]


def test_a_broken_registration_reads_as_one_tree_of_80_columns() -> None:
    assert flow_text(registration(), 80, colour=False) == REGISTRATION


def test_colour_changes_nothing_but_the_colour() -> None:
    painted = flow_text(registration(), 80, colour=True)
    assert "\x1b[" in painted
    assert ANSI.sub("", painted) == REGISTRATION


def test_what_led_to_the_event_stands_above_it_oldest_first_with_the_other_groups_counted() -> None:
    shown = lines(replace(registration(), asked="kafka://email-sent/0/9"))
    start = next(place for place, text in enumerate(shown) if text.startswith("caused by"))
    assert [re.split(r"  +", text)[0] for text in shown[start + 1 : start + 8]] == [
        "◆ user-created/2/17",
        "│",
        "│",
        "◆ resource-provisioned/0/4",
        "│",
        "▼",
        "◆ email-sent/0/9",
    ]
    assert "provisioning-workers" in shown[start + 2]
    assert "4 other groups" in shown[start + 3]
    assert "1 more event beside this path" in "\n".join(shown)


def test_queue_and_handling_are_told_apart_in_the_bar() -> None:
    of = event("orders")
    text = line(flow(of.id, [of], [handled(of, "pay", 500, 500)], []), "pay")
    assert re.search(r"░{6,8}█{7,9}$", text)


def test_a_start_before_the_event_was_produced_is_told_as_clock_skew_and_not_moved() -> None:
    of = event("orders", at=3)
    shown = flow(of.id, [of], [handled(of, "pay", 0, 5)], [])
    assert "-3.0ms" in line(shown, " pay")
    assert "clock skew: started 3.0ms before it was produced" in "\n".join(lines(shown))


def test_a_guess_is_dashed_and_a_surer_edge_is_not_but_both_tell_method_and_confidence() -> None:
    of, reply, audit = event("orders"), event("payments", at=5), event("audits", at=6)
    pay = handled(of, "pay", 2, 5)
    edges = [
        delivered(pay, 0.7, "adjacency"),
        caused(pay, reply, confidence=0.3, method="adjacency"),
        caused(pay, audit, confidence=0.9, method="link"),
    ]
    shown = flow(of.id, [of, reply, audit], [pay], edges)
    text = "\n".join(lines(shown))
    assert "└─ ✓ pay" in text
    assert "not certain, confidence 0.70, by adjacency" in text
    assert "├┄ ◆ payments/0/0" in text
    assert "a guess, confidence 0.30, by adjacency" in text
    assert "└─ ◆ audits/0/0" in text
    assert "not certain, confidence 0.90, by link" in text


def test_a_guess_in_the_chain_above_is_told_too() -> None:
    of, reply = event("orders"), event("payments", at=5)
    pay = handled(of, "pay", 2, 5)
    shown = flow(reply.id, [of, reply], [pay], [caused(pay, reply, confidence=0.3, method="adjacency")])
    assert "a guess, confidence 0.30, by adjacency" in "\n".join(lines(shown))


def test_a_group_that_no_span_tells_is_marked_and_the_mark_explained() -> None:
    of = event("orders")
    shown = flow(of.id, [of], [handled(of, "pay", 1, 2, group_known=False)], [])
    assert "✓ ~pay  ok" in line(shown, "~pay")
    assert "~ no span tells the group: the service's name stands in" in lines(shown)


def test_what_is_not_known_is_a_dash_and_never_a_zero() -> None:
    of = event("orders", produced_at=None, service=None, key=None)
    shown = flow(of.id, [of], [handled(of, "pay", 1, None, "unknown", queue_ns=None)], [])
    assert re.search(r"\? pay  unknown +– +– ▏", line(shown, "pay  "))
    assert "produced: not known · by a service that no span tells" in lines(shown)


def test_a_wide_fan_out_is_folded_with_counts_and_the_worst_is_shown() -> None:
    of = event("orders")
    groups = [handled(of, f"group-{number:02}", number, 1) for number in range(50)]
    groups[41] = handled(of, "group-41", 41, 1, "error", error="boom")
    effects = [event("payments", number, at=60 + number) for number in range(30)]
    shown = flow(of.id, [of, *effects], groups, [caused(groups[41], effect) for effect in effects])
    text = "\n".join(lines(shown))
    assert "─ ✗ group-41  error" in text
    assert "… 42 more groups: 42 ok" in text
    assert "… 22 more events: 22 in payments" in text
    assert len(lines(shown)) < 40


def test_an_event_that_is_met_again_is_named_and_not_repeated() -> None:
    first, retry = event("orders"), event("orders.retry", at=10)
    one, two = handled(first, "pay", 1, 2, "retried"), handled(retry, "pay", 11, 2, "retried")
    shown = flow(first.id, [first, retry], [one, two], [caused(one, retry, "retried"), caused(two, retry, "retried")])
    text = lines(shown)
    assert sum("↻ orders.retry/0/0" in row for row in text) == 2
    assert sum("shown above" in row for row in text) == 1


def test_a_chain_deeper_than_the_width_goes_on_below() -> None:
    events = [event("hops", number, at=number) for number in range(40)]
    hops = [handled(events[number], "next", number, 1) for number in range(39)]
    shown = flow(events[0].id, events, hops, [caused(hops[number], events[number + 1]) for number in range(39)])
    text = lines(shown)
    assert all(any(f"hops/0/{number}" in row for row in text) for number in range(40))
    assert any("goes on at (1)" in row for row in text)
    assert "(1)" in text


def test_control_characters_of_strangers_are_shown_and_not_obeyed() -> None:
    of = event("orders", key="a\x1b[2Jb")
    shown = flow(of.id, [of], [handled(of, "pay", 1, 2, "error", error="line one\nline two\x07")], [])
    text = "\n".join(lines(shown))
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "line one␊line two·" in text


def test_nodes_that_were_left_out_are_counted() -> None:
    of = event("orders")
    assert "5 nodes left out" in "\n".join(lines(flow(of.id, [of], [], [], left_out=5)))


@pytest.mark.parametrize("asked", ["key=u-17", "span://5b8efff798038103d269b633813fc60c/00000000000000a1"])
def test_the_event_in_question_is_found_by_key_or_span(asked: str) -> None:
    of = event("orders", span_id="00000000000000a1")
    earlier = event("before", at=-5, key="other", span_id="00000000000000a2")
    before = handled(earlier, "shop", -2, 1)
    assert lines(flow(asked, [earlier, of], [before], [caused(before, of)]))[0] == of.id


def test_every_event_of_a_trace_that_holds_several_has_its_tree() -> None:
    first, second = event("orders"), event("audits", at=5)
    read = handled(second, "auditors", 7, 1)
    text = lines(flow(first.trace_id or "", [first, second], [read], []))
    assert text[0] == first.id
    assert [row for row in text if "◆ audits/0/0" in row]
    assert [row for row in text if "✓ auditors" in row]


def test_what_failed_is_told_before_the_tree_the_events_own_groups_first() -> None:
    first, second = event("orders"), event("payments", at=2)
    pay = handled(first, "pay", 1, 2)
    failures = [handled(first, f"g{number}", 3, 1, "error", error="boom") for number in range(3)]
    later = handled(second, "books", 4, 1, "dead-lettered", error="full")
    text = lines(flow(first.id, [first, second], [pay, *failures, later], [caused(pay, second)]))
    assert text[4:9] == ["✗ g0: error: boom", "✗ g1: error: boom", "✗ g2: error: boom", "… and 1 more failure", ""]
    text = lines(flow(first.id, [first, second], [pay, later], [caused(pay, second)]))
    assert text[4:6] == ["† books on payments/0/0: dead-lettered: full", ""]


def test_an_attempt_is_an_id_too() -> None:
    of = event("orders")
    pay = handled(of, "pay", 1, 2)
    assert lines(flow(pay.id, [of], [pay], []))[0] == of.id


def test_a_flow_with_nothing_in_it_says_so() -> None:
    assert flow_text(flow("kafka://a/0/1", [], [], []), 80, colour=False) == "kafka://a/0/1: no events in this flow\n"


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


@settings(max_examples=60, deadline=None)
@given(flows(), st.integers(60, 200))
def test_no_line_of_any_flow_is_wider_than_the_terminal(shown: Flow, width: int) -> None:
    for text in lines(shown, width):
        assert cells(text) <= width
        assert text.isprintable()
