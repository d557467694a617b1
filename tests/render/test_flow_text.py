"""The text of a flow tells the whole story of an event and fits the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.random_flows import flows
from tests.render.sample_flows import MS, T0, caused, delivered, event, flow, handled, registration
from tests.render.test_flow_picture import fan_out, problem, with_problems
from tracer.flows.clocks import WINDOW_NS
from tracer.flows.model import Beside, ClockBounds, Evidence, Flow
from tracer.render.cells import cells
from tracer.render.text import View, flow_text

ANSI = re.compile(r"\x1b\[[0-9;]*m")

REGISTRATION = """\
kafka://user-created/2/17
key u-17 · produced 2026-11-24 06:11:01.123 UTC · by signup
trace 5b8efff798038103d269b633813fc60c span 000000008b388cd8
5 groups: 1 dead-lettered, 4 ok · further on 1 ok · caused 3 events
† crm-sync: dead-lettered after 3 attempts → user-created.crm.dlq/0/3
  KeyError: 'address'

                                               in queue    took 0           1.3s
◆ user-created/2/17  key u-17                                   ◆
├─ ✓ email-senders  ok  email                     9.0ms   2.0ms █
├─ ✓ analytics-loaders  ok  analytics              11ms   3.0ms █
├─ † crm-sync  dead-lettered  crm                  12ms    29ms █·····█········█
│  │  3 attempts, all failed, backoff 500ms, 753ms
│  │  KeyError: 'address' (3 times)
│  └─ † user-created.crm.dlq/0/3  dead letter  no consumer seen                ◆
├─ ✓ audit  ok                                     14ms   1.0ms █
└─ ✓ provisioning-workers  ok  provisioning        40ms    55ms ██
   └─ ◆ resource-provisioned/0/4                                 ◆
      └─ ✓ email-senders  ok  email                40ms    41ms  ██
         └─ ◆ email-sent/0/9  no consumer seen                   ◆

--unfold shows attempts, siblings and causes one by one
◆ produced  ░ in queue  █ handled  · backoff
no consumer seen: nobody took it, or nobody told
"""

UNFOLDED = """\
├─ † crm-sync  dead-lettered after 3 attempts        12ms    29ms █····█·······█
│  ├─ ✗ attempt 1  error                             12ms   8.0ms █
│  │     KeyError: 'address'
│  ├─ ✗ attempt 2  error  backoff 500ms             520ms   7.0ms ·····█
│  └─ † attempt 3  dead-lettered  backoff 753ms      1.3s    14ms      ········█
│     └─ † user-created.crm.dlq/0/3  dead letter                               ◆
"""


def lines(shown: Flow, width: int = 80, **view: bool) -> list[str]:
    return flow_text(shown, width, colour=False, view=View(**view)).splitlines()


def line(shown: Flow, words: str, width: int = 80, **view: bool) -> str:
    found = [text for text in lines(shown, width, **view) if words in text]
    assert len(found) == 1, found
    return found[0]


def test_a_broken_registration_reads_as_one_tree_of_80_columns() -> None:
    assert flow_text(registration(), 80, colour=False) == REGISTRATION


def test_colour_changes_nothing_but_the_colour() -> None:
    painted = flow_text(registration(), 80, colour=True)
    assert "\x1b[" in painted
    assert ANSI.sub("", painted) == REGISTRATION


def test_unfolded_each_attempt_has_its_line_and_an_error_that_stays_the_same_is_told_once() -> None:
    assert UNFOLDED in flow_text(registration(), 80, colour=False, view=View(unfold=True))


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
    assert "4 other groups: 1 dead-lettered, 3 ok" in shown[start + 3]
    assert "1 more event beside this path" in "\n".join(shown)
    assert "--whole shows what stands beside the way that led here" in shown


def test_queue_and_handling_are_told_apart_in_the_bar() -> None:
    of = event("orders")
    text = line(flow(of.id, [of], [handled(of, "pay", 500, 500)], []), "pay")
    assert re.search(r"░{24,26}█{24,26}$", text)


def test_a_start_before_the_event_was_produced_is_told_as_clock_skew_and_not_moved() -> None:
    of = event("orders", at=3)
    shown = flow(of.id, [of], [handled(of, "pay", 0, 5)], [])
    assert "-3.0ms" in line(shown, " pay")
    assert "clock skew: started 3.0ms before it was produced" in "\n".join(lines(shown))


def test_a_guess_is_marked_with_its_confidence_and_dashed_when_it_is_hardly_more_than_a_possibility() -> None:
    of, reply, audit = event("orders"), event("payments", at=5), event("audits", at=6)
    pay = handled(of, "pay", 2, 5)
    edges = [
        delivered(pay, 0.7, "adjacency"),
        caused(pay, reply, confidence=0.3, method="adjacency"),
        caused(pay, audit, confidence=0.9, method="link"),
    ]
    shown = flow(of.id, [of, reply, audit], [pay], edges)
    text = "\n".join(lines(shown))
    assert "└─ ✓ pay  ok  guess 0.70" in text
    assert "├┄ ◆ payments/0/0  guess 0.30" in text
    assert re.search("└─ ◆ audits/0/0  no consumer seen +◆", text)
    assert "guess: nothing proves this step, 1.00 would be certain" in text
    assert "┄ under 0.50" in text


def test_what_an_event_perhaps_caused_is_counted_apart() -> None:
    of, sure, *perhaps = (event("orders"), *(event("invoices", offset=n) for n in range(3)))
    by = handled(of, "pay", 2, 5)
    edges = [caused(by, sure), *(caused(by, one, confidence=0.5, method="adjacency") for one in perhaps)]
    assert "caused 1 event, perhaps 2 more" in "\n".join(lines(flow(of.id, [of, sure, *perhaps], [by], edges)))
    alone = "\n".join(lines(flow(of.id, [of, *perhaps], [by], edges[1:])))
    assert "perhaps caused 2 events" in alone


def test_evidence_stands_under_its_step_the_strongest_first() -> None:
    of, reply = event("orders"), event("payments", at=5)
    pay = handled(of, "pay", 2, 5)
    told = (
        Evidence("link", 1.0, "5b8e" * 8, "00f067aa0ba902b7"),
        Evidence("adjacency", 0.25, None, None, "1 of 4 in the batch"),
    )
    edge = replace(caused(pay, reply, method="link"), evidence=told)
    text = "\n".join(lines(flow(of.id, [of, reply], [pay], [edge]), evidence=True))
    assert "\n         by link, 1.00, span 00f067aa0ba902b7\n         by adjacency, 0.25: 1 of 4 in the batch\n" in text
    assert "by link" not in "\n".join(lines(flow(of.id, [of, reply], [pay], [edge])))


def test_a_reason_that_is_too_long_for_one_line_takes_two() -> None:
    of, reply = event("orders"), event("payments", at=5)
    pay = handled(of, "pay", 2, 5)
    told = Evidence(
        "adjacency", 0.25, None, "00f067aa0ba902b7", "one of four arrivals of the instance that were open then"
    )
    edge = replace(caused(pay, reply, confidence=0.25, method="adjacency"), evidence=(told,))
    text = lines(flow(of.id, [of, reply], [pay], [edge]), evidence=True)
    place = next(place for place, row in enumerate(text) if "by adjacency" in row)
    assert text[place].strip() == "by adjacency, 0.25, span 00f067aa0ba902b7: one of four arrivals of the"
    assert text[place + 1].strip() == "instance that were open then"


def test_an_event_that_nobody_told_to_consume_is_not_said_to_be_unconsumed() -> None:
    of = event("orders")
    text = lines(flow(of.id, [of], [], []))
    assert "no span tells that a group consumed it" in text
    assert "no consumer seen: nobody took it, or nobody told" in "\n".join(text)


def test_a_guess_in_the_chain_above_is_told_too() -> None:
    of, reply = event("orders"), event("payments", at=5)
    pay = handled(of, "pay", 2, 5)
    shown = flow(reply.id, [of, reply], [pay], [caused(pay, reply, confidence=0.3, method="adjacency")])
    assert "◆ payments/0/0  guess 0.30" in line(shown, "◆ payments")
    assert "   by adjacency, 0.30" in lines(shown, evidence=True)


def test_a_group_that_no_span_tells_is_marked_and_the_mark_explained() -> None:
    of = event("orders")
    shown = flow(of.id, [of], [handled(of, "pay", 1, 2, group_known=False)], [])
    assert "✓ ~pay  ok" in line(shown, "~pay")
    assert "~ service name, its group is not told" in "\n".join(lines(shown))


def test_what_is_not_known_is_a_dash_and_never_a_zero() -> None:
    of = event("orders", produced_at=None, service=None, key=None)
    shown = flow(of.id, [of], [handled(of, "pay", 1, None, "unknown", queue_ns=None)], [])
    assert re.search(r"\? pay  unknown +– +– ▏", line(shown, "pay  "))
    assert "– not told by any span" in "\n".join(lines(shown))
    assert "unknown: no span tells how it ended" in "\n".join(lines(shown))
    assert "produced: not known · by a service that no span tells" in lines(shown)


def test_a_wide_fan_out_is_folded_with_counts_and_the_worst_is_shown() -> None:
    of = event("orders")
    groups = [handled(of, f"group-{number:02}", number, 1) for number in range(50)]
    groups[41] = handled(of, "group-41", 41, 1, "error", error="boom")
    effects = [event("payments", number, at=60 + number) for number in range(30)]
    shown = flow(of.id, [of, *effects], groups, [caused(groups[41], effect) for effect in effects])
    text = "\n".join(lines(shown))
    assert "─ ✗ group-41  error" in text
    assert "+42 more groups: 42 ok" in text
    assert "+22 more events: 22 in payments" in text
    assert len(lines(shown)) < 40
    assert len(lines(shown, unfold=True)) > 80


def test_what_is_broken_is_never_folded_away() -> None:
    of = event("orders")
    groups = [handled(of, f"group-{number:02}", number, 1) for number in range(60)]
    for number in range(20, 40):
        groups[number] = handled(of, f"group-{number:02}", number, 1, "error", error="boom")
    bad, effect = event("payments", at=90), handled(event("payments", at=90), "books", 95, 1, "error")
    shown = flow(of.id, [of, bad], [*groups, effect], [caused(groups[59], bad)])
    text = "\n".join(lines(shown))
    assert all(f"✗ group-{number:02}" in text for number in range(20, 40))
    assert "✗ books" in text
    assert "+39 more groups: 39 ok" in text


def retried_by_topics() -> Flow:
    """An order that `pay` handles at the third attempt, the second and third by way of a retry topic."""
    first, second, third = event("orders"), event("orders.retry", 1, at=20), event("orders.retry", 2, at=130)
    paid = event("payments", at=240)
    one = handled(first, "pay", 10, 5, "retried", error="Timeout")
    two = handled(second, "pay", 115, 5, "retried", error="Timeout")
    three = handled(third, "pay", 230, 20)
    edges = [caused(one, second, "retried"), caused(two, third, "retried"), caused(three, paid)]
    return flow(first.id, [first, second, third, paid], [one, two, three], edges)


def test_attempts_by_way_of_retry_topics_are_attempts_of_the_one_delivery() -> None:
    text = "\n".join(lines(retried_by_topics()))
    assert "1 group: 1 ok · caused 1 event" in text
    assert "└─ ✓ pay  ok" in text
    assert "3 attempts, 2 failed, backoff 100ms, 110ms, by way of orders.retry" in text
    assert "Timeout (2 times)" in text
    assert re.search("█+▒+█+ ?▒+█+", text)
    assert "▒ in a retry topic" in text
    assert "◆ payments/0/0" in text
    assert "↻" not in text


def test_unfolded_the_way_through_the_retry_topics_is_shown_step_by_step() -> None:
    text = "\n".join(lines(retried_by_topics(), unfold=True))
    assert text.count("↻ orders.retry") == 2
    assert "↻ attempt 1  retried" in text


def test_what_an_earlier_attempt_caused_says_by_which_attempt() -> None:
    of, early, late = event("orders"), event("payments", 1, at=5), event("payments", 2, at=50)
    one, two = handled(of, "pay", 2, 5, "error"), handled(of, "pay", 40, 5, attempt=2)
    text = "\n".join(lines(flow(of.id, [of, early, late], [one, two], [caused(one, early), caused(two, late)])))
    assert "◆ payments/0/1  by attempt 1" in text
    assert "◆ payments/0/2  no consumer seen" in text


def test_a_batch_a_dropped_link_a_missing_attempt_and_a_disputed_event_are_told() -> None:
    of = event("orders", disputed=True)
    batched = handled(of, "pay", 2, None, batch_size=12, batch_ns=150_000_000, dropped_links=2, attempt_told=3)
    text = "\n".join(lines(flow(of.id, [of], [batched], [])))
    assert "one of a batch of 12 that took 150ms; its own share is not known" in text
    assert re.search("pay  ok +2.0ms +– ▓+", text)
    assert "▓ its batch handled" in text
    assert "2 links were dropped from its span: it handled messages that nothing names" in text
    assert "the telemetry calls it attempt 3: 2 earlier ones left no span" in text
    assert "disputed: spans contradict each other about which message this is" in text


def test_a_failure_that_is_a_guess_is_told_as_one() -> None:
    of = event("orders")
    told = [handled(of, "pay", 2, None, "error", error="Broken", outcome_confidence=sure) for sure in (0.89, 1.0)]
    guess, fact = (" ".join(" ".join(lines(flow(of.id, [of], [one], []))).split()) for one in told)
    assert "guess 0.89 whose failure this was: the failed span is not under this one" in guess
    assert "guess" not in fact


def test_what_only_arrived_is_no_more_than_that() -> None:
    of = event("orders")
    arrived = handled(of, "pay", 2, None)
    assert "ok without a time: it arrived" in " ".join(lines(flow(of.id, [of], [arrived], [])))
    assert "it arrived" not in " ".join(lines(flow(of.id, [of], [handled(of, "pay", 2, 5)], [])))


def test_an_attempt_told_by_a_retry_topic_counts_those_before_it() -> None:
    shown = retried_by_topics()
    last = replace(shown.graph.processings[-1], attempt_told=3)
    told = replace(shown, graph=replace(shown.graph, processings=(*shown.graph.processings[:-1], last)))
    assert "left no span" not in "\n".join(lines(told, unfold=True))


def test_of_several_causes_the_surest_leads_and_the_others_are_named() -> None:
    orders = [event("orders", number, at=number) for number in range(3)]
    total = event("totals", at=50)
    summing = [handled(one, "sum", 10 + one.offset, 5) for one in orders if one.offset is not None]
    edges = [caused(one, total, confidence=sure) for one, sure in zip(summing, (0.2, 0.95, 0.2), strict=True)]
    text = lines(flow(total.id, [*orders, total], summing, edges))
    start = next(place for place, row in enumerate(text) if row.startswith("caused by"))
    assert text[start + 1].startswith("◆ orders/0/1")
    assert text[start + 3] == "│  +2 more causes of the next: orders/0/2, orders/0/0 (each a guess, 0.20)"
    unfolded = "\n".join(lines(flow(total.id, [*orders, total], summing, edges), unfold=True))
    assert unfolded.count("→ totals/0/0") == 3
    assert unfolded.count("→ totals/0/0  guess 0.20") == 2


def test_a_fan_in_of_thousands_is_a_count() -> None:
    orders = [event("orders", number, at=number) for number in range(2_000)]
    total = event("totals", at=5_000)
    summing = [handled(one, "sum", 4_000, 5) for one in orders]
    text = lines(flow(total.id, [*orders, total], summing, [caused(one, total) for one in summing]))
    assert "│  +1,999 more causes of the next: 1,999 in orders" in text
    assert len(text) < 20


def test_what_the_store_counts_beside_the_way_is_told() -> None:
    of, reply = event("orders"), event("payments", at=5)
    pay = handled(of, "pay", 2, 5)
    shown = flow(reply.id, [of, reply], [pay], [caused(pay, reply)])
    counted = (Beside(of.id, "ok", 3), Beside(of.id, "error", 1), Beside(pay.id, None, 2))
    text = "\n".join(lines(replace(shown, beside=counted)))
    assert "… 4 other groups: 1 error, 3 ok" in text
    assert "… 2 other events caused by the same" in text


def test_the_whole_flow_begins_at_the_first_cause_and_marks_what_was_asked_for() -> None:
    text = lines(replace(registration(), asked="kafka://email-sent/0/9"), whole=True)
    assert "caused by" not in "\n".join(text)
    assert "email-sent/0/9  ◀ asked for" in line(
        replace(registration(), asked="kafka://email-sent/0/9"), "asked for", whole=True
    )


def test_an_event_that_is_met_again_is_named_and_not_repeated() -> None:
    of, effect = event("orders"), event("payments", at=10)
    one, two = handled(of, "a", 1, 2), handled(of, "b", 2, 2)
    text = lines(flow(of.id, [of, effect], [one, two], [caused(one, effect), caused(two, effect)]))
    assert sum("◆ payments/0/0" in row for row in text) == 2
    assert [row.strip() for row in text if "payments/0/0  shown above" in row] == ["└─ ◆ payments/0/0  shown above"]


def test_a_circle_ends_with_a_sign() -> None:
    first, retry = event("orders"), event("orders.retry", at=10)
    one, two = handled(first, "pay", 1, 2, "retried"), handled(retry, "pay", 11, 2, "retried")
    shown = flow(first.id, [first, retry], [one, two], [caused(one, retry, "retried"), caused(two, retry, "retried")])
    assert "↻ orders.retry/0/0  retry  ↺ a circle, shown above" in "\n".join(lines(shown))


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
    assert text[4:7] == ["✗ g0: error", "  boom", "✗ g1: error"]
    assert text[10:12] == ["… and 1 more failure", ""]
    text = lines(flow(first.id, [first, second], [pay, later], [caused(pay, second)]))
    assert text[4:7] == ["† books on payments/0/0: dead-lettered", "  full", ""]


def test_an_attempt_is_an_id_too() -> None:
    of = event("orders")
    pay = handled(of, "pay", 1, 2)
    assert lines(flow(pay.id, [of], [pay], []))[0] == of.id


def test_a_flow_with_nothing_in_it_says_so() -> None:
    assert flow_text(flow("kafka://a/0/1", [], [], []), 80, colour=False) == "kafka://a/0/1: no events in this flow\n"


@settings(max_examples=60, deadline=None)
@given(flows(), st.integers(40, 200), st.booleans(), st.booleans(), st.booleans())
def test_no_line_of_any_flow_is_wider_than_the_terminal(
    shown: Flow, width: int, unfold: bool, evidence: bool, whole: bool
) -> None:
    for text in lines(shown, width, unfold=unfold, evidence=evidence, whole=whole):
        assert cells(text) <= width
        assert text.isprintable()


def test_what_is_proven_of_the_clocks_stands_below_each_time_in_queue_that_it_concerns() -> None:
    of = event("orders", host="shop-1")
    shown = flow(of.id, [of], [handled(of, "pay", 40, 5, host="pay-1"), handled(of, "mail", 9, 5, host="shop-1")], [])
    bounds = ClockBounds(T0 // WINDOW_NS * WINDOW_NS, "pay-1", "shop-1", 3_100_000, None, 20)
    text = lines(replace(shown, clocks=(bounds,)))
    told = [place for place, one in enumerate(text) if "clocks: pay-1 is at least 3.1ms behind shop-1" in one]
    assert len(told) == 1
    assert " pay " in text[told[0] - 1]


def test_unfolded_the_parts_of_a_time_in_queue_are_told() -> None:
    of = event("orders", acknowledged_at=T0 + 2 * MS)
    shown = flow(of.id, [of], [handled(of, "pay", 50, 5, arrived_at=T0 + 42 * MS)], [])
    parts = "in queue: sending 2.0ms, broker 40ms, prefetched 8.0ms"
    assert parts in "\n".join(lines(shown, unfold=True))
    assert parts not in "\n".join(lines(shown))


def test_the_legend_tells_nothing_of_what_there_was_no_room_for() -> None:
    order, mail = event("orders", 1), event("mails-that-are-sent-to-customers-at-night", 2, at=20)
    paid = handled(order, "pay-workers", 5, 10)
    shown = flow(order.id, [order, mail], [paid], [caused(paid, mail, confidence=0.8)])
    assert "no consumer seen" not in "\n".join(lines(shown, 72))
    assert "\n".join(lines(shown, 120)).count("no consumer seen") == 2


def test_an_event_that_is_shown_above_keeps_its_place_on_a_narrow_terminal() -> None:
    orders = [event(f"orders-of-a-long-name-{n}", n, at=n) for n in range(4)]
    steps = [handled(one, "workers", one.offset or 0, 5) for one in orders]
    letter = event("orders-of-a-long-name.dlq", 52, at=9)
    edges = [caused(step, following) for step, following in zip(steps, orders[1:], strict=False)]
    edges += [caused(step, letter, "dead-lettered", 0.4) for step in (steps[0], steps[3])]
    shown = lines(flow(orders[0].id, [*orders, letter], steps, edges), 80, whole=True)
    assert [line for line in shown if "/52  dead letter  guess 0.40  shown above" in line]


def test_problems_are_marked_at_the_lines_that_show_them_before_what_gives_way() -> None:
    asked = registration().asked
    checks = ("poison", "failing", "retry-storm", "slow-group")
    found = [problem(check, "crm-sync", f"{asked}#crm-sync@3") for check in checks]
    of = with_problems(registration(), *found, problem("dead-letters", "crm-sync", "kafka://user-created.crm.dlq/0/3"))
    for width in (80, 160):
        marked = [line for line in lines(of, width) if "⚠" in line]
        assert "crm-sync  ⚠ poison, failing +2" in marked[0]
        assert "⚠ dead-letters" in marked[1]
        assert len([line for line in marked if "a problem that shows here" not in line]) == 2
    assert "a problem that shows here" in " ".join(lines(of))
    assert not [line for line in lines(registration()) if "⚠" in line]


def test_a_problem_above_the_asked_event_or_among_what_is_folded_is_marked_there() -> None:
    of = registration()
    dead = next(event for event in of.graph.events if event.topic == "user-created.crm.dlq")
    above = with_problems(replace(of, asked=dead.id), problem("poison", "crm-sync", of.asked))
    assert [line for line in lines(above) if "crm-sync  ⚠ poison" in line]
    within = with_problems(fan_out(500), problem("slow-group", "packer", "kafka://parts/0/250#packer@1"))
    assert [line for line in lines(within) if "more events" in line and "⚠ slow-group" in line]
