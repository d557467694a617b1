"""Lost: an event that a group passed and never handled."""

from __future__ import annotations

import pytest

from tests.checks.checking import check, verdicts
from tests.flows.spans import Story, Value
from tracer.flows.model import Problem


def orders(missing: set[int], *, count: int = 60, gap: int = 20) -> Story:
    """`count` orders, one each `gap` ms, all handled by `billing` but the missing ones."""
    story = Story()
    for n in range(count):
        send = story.send("orders", "shop", n * gap, partition=0, offset=n)
        if n not in missing:
            handled = (n * gap + 5, n * gap + 10)
            story.process("orders", "billing", handled, parent=send, partition=0, offset=n, group="billing")
    return story


@pytest.mark.says("lost", "yes")
def test_an_event_between_two_that_were_handled_is_lost() -> None:
    (found,) = check(orders({17}, count=500), "lost")
    assert isinstance(found, Problem)
    assert (found.topic, found.group, found.count, found.evidence) == ("orders", "billing", 1, ("kafka://orders/0/17",))
    assert "billing passed 1 event of orders" in found.message


@pytest.mark.says("lost", "yes")
def test_events_in_a_row_are_one_problem() -> None:
    assert verdicts(orders({17, 18, 19}), "lost") == [("yes", "orders", "billing", 3)]


@pytest.mark.says("lost", "unknown")
@pytest.mark.parametrize(("missing", "count"), [({17}, 200), ({17, 18}, 30), ({17, 60, 110, 150, 190}, 200)])
def test_gaps_among_few_may_be_a_sampler_that_left_out_no_send_and_are_unknown(missing: set[int], count: int) -> None:
    assert verdicts(orders(missing, count=count), "lost") == [("unknown", "orders", "billing", len(missing))]


@pytest.mark.says("lost", "yes")
def test_a_sampler_that_left_out_so_many_would_have_left_out_sends() -> None:
    assert verdicts(orders({17, 40, 60, 85, 110, 150, 190}, count=200), "lost") == [("yes", "orders", "billing", 7)]


@pytest.mark.says("lost", "yes", "unknown")
def test_a_sampler_would_have_left_out_what_other_groups_handled() -> None:
    others = {group: set[int]() for group in ("audit", "crm", "mail", "stock")}
    assert verdicts(read_by({"billing": {17}} | others, count=150), "lost") == [("yes", "orders", "billing", 1)]
    some_missed = {"billing": {17}, "audit": {44}, "crm": {71}, "mail": {23}, "stock": {88}}
    assert {said for said, *_ in verdicts(read_by(some_missed, count=100), "lost")} == {"unknown"}


@pytest.mark.says("lost", "yes")
def test_what_two_groups_lost_is_a_verdict_where_no_sampler_would_leave_out_just_that() -> None:
    story = read_by({"billing": {17, 18, 19, 20}, "audit": {50, 51, 52, 53, 54}, "crm": set()}, count=150)
    assert set(verdicts(story, "lost")) == {("yes", "orders", "billing", 4), ("yes", "orders", "audit", 5)}


@pytest.mark.says("lost", "yes", "unknown")
def test_what_a_group_filters_or_lost_at_once_tells_nothing_of_the_gaps_of_others() -> None:
    filters = {"billing": {17, 18}, "mail": set(range(0, 300, 7)), "crm": set[int]()}
    said = {group: answer for answer, _, group, _ in verdicts(read_by(filters, count=300), "lost")}
    assert said == {"billing": "yes", "mail": "unknown"}
    lost_many = {"billing": {17, 18}, "mail": set(range(100, 130)), "crm": set[int]()}
    assert {answer for answer, *_ in verdicts(read_by(lost_many, count=300), "lost")} == {"yes"}
    some_missed = {"billing": {17, 18}, "mail": {44, 90, 121}, "crm": {13, 60}}
    assert {answer for answer, *_ in verdicts(read_by(some_missed, count=300), "lost")} == {"unknown"}


@pytest.mark.says("lost", "unknown")
def test_events_in_a_row_of_one_trace_are_one_decision_of_a_sampler() -> None:
    story = Story()
    for n in range(60):
        request = story.span("POST /", "shop", (n * 20, n * 20 + 9), kind="SERVER")
        for place in ({"partition": 0, "offset": 2 * n + each} for each in range(2)):
            send = story.send("orders", "shop", n * 20, parent=request, **place)
            if n != 17:
                story.process("orders", "billing", (n * 20 + 5, n * 20 + 8), parent=send, group="billing", **place)
    assert verdicts(story, "lost") == [("unknown", "orders", "billing", 2)]


@pytest.mark.says("lost", "no")
def test_nothing_is_lost_where_all_is_handled() -> None:
    assert verdicts(orders(set()), "lost") == []


@pytest.mark.says("lost", "no")
def test_what_was_sent_before_the_first_or_behind_the_last_is_not_lost() -> None:
    assert verdicts(orders({0, 1, 58, 59}), "lost") == []


@pytest.mark.says("lost", "no")
def test_what_was_passed_just_now_may_have_spans_on_their_way() -> None:
    assert check(orders({17}), "lost", now=20_000) == ()
    assert len(check(orders({17}), "lost", now=40_000)) == 1


def without_places(failed: str | None = None) -> Story:
    """40 orders of which no span tells partition or offset; three were not handled, their sends may have failed."""
    story = Story()
    for n in range(40):
        send = story.send("orders", "shop", n * 20, error=failed if 17 <= n < 20 else None)
        if not 17 <= n < 20:
            story.process("orders", "billing", (n * 20 + 5, n * 20 + 10), parent=send, group="billing")
    return story


@pytest.mark.says("lost", "yes")
def test_where_no_offset_is_told_the_times_of_sending_tell_what_was_passed_less_sure() -> None:
    (found,) = check(without_places(), "lost")
    assert isinstance(found, Problem)
    assert (found.count, found.confidence) == (3, 0.8)


def two_senders(skew: int) -> Story:
    """Events whose sends tell no offset, and whose arrivals do, but for three that were passed; every fourth is of a
    host whose clock is off by so many ms.
    """
    story = Story()
    for n in range(60):
        at = 5_000 + n * 20
        send = story.send("orders", "shop" if n % 4 else "till", at + (0 if n % 4 else skew))
        told = {"parent": send, "partition": 0, "offset": n, "group": "billing"}
        if n not in (21, 22, 23):
            story.process("orders", "billing", (at + 5, at + 10), **told)
    return story


@pytest.mark.says("lost", "yes", "no")
def test_where_senders_clocks_differ_the_times_of_sending_are_no_order() -> None:
    assert verdicts(two_senders(0), "lost") == [("yes", "orders", "billing", 3)]
    assert verdicts(two_senders(-3_000), "lost") == []


@pytest.mark.says("lost", "no")
def test_where_those_before_were_begun_after_those_behind_the_times_of_sending_are_no_order() -> None:
    story = Story()
    for n in range(60):  # of two senders one is a second behind: what it sends seems older than what the other does
        late = n % 2 == 0
        at = 5_000 + n * 20
        send = story.send("orders", "till" if late else "shop", at - 1_250 * late)
        if not (late and n >= 54):
            story.process("orders", "billing", (at + 5, at + 10), parent=send, group="billing")
    assert verdicts(story, "lost") == []


@pytest.mark.says("lost", "no")
def test_what_could_not_be_sent_is_not_lost() -> None:
    assert verdicts(without_places(failed="TimeoutError"), "lost") == []


@pytest.mark.says("lost", "unknown")
def test_what_came_while_the_group_stood_still_for_long_may_be_past_retention() -> None:
    story = Story()
    for n in range(60):
        at = n * 20 if n < 25 else n * 3_600_000
        send = story.send("orders", "shop", at, partition=0, offset=n)
        if n < 25 or n >= 40:
            place = {"partition": 0, "offset": n, "group": "billing"}
            story.process("orders", "billing", (at + 5, at + 10), parent=send, **place)
    (found,) = check(story, "lost")
    assert "past retention" in found.message
    assert verdicts(story, "lost") == [("unknown", "orders", "billing", 15)]


@pytest.mark.says("lost", "unknown")
def test_many_gaps_look_like_sampling_and_are_unknown() -> None:
    assert verdicts(orders({7, 12, 17, 23}), "lost") == [("unknown", "orders", "billing", 4)]


@pytest.mark.says("lost", "unknown")
def test_where_sends_are_missing_too_it_is_unknown() -> None:
    story = orders({17, 18})
    away = story.send("orders", "shop", 1_300, partition=0, offset=90, lost=True)
    story.process("orders", "billing", (1_305, 1_310), parent=away, partition=0, offset=90, group="billing")
    (found,) = check(story, "lost")
    assert "whose sends no span tells" in found.message
    assert verdicts(story, "lost") == [("unknown", "orders", "billing", 2)]


@pytest.mark.says("lost", "unknown")
@pytest.mark.parametrize("state", ["ot=th:c", "ot=p:1;r:3", "other=1,es=s:0.5"])
def test_where_the_trace_state_of_the_reader_tells_of_sampling_it_is_unknown(state: str) -> None:
    story = orders({17, 18})
    story.span("tick", "billing", (900, 905)).otlp.trace_state = state
    assert [verdict for verdict, *_ in verdicts(story, "lost")] == ["unknown"]


@pytest.mark.says("lost", "yes")
@pytest.mark.parametrize("state", ["ot=th:0;rv:c0ffee00c0ffee", "ot=p:0", "dd=s:1;p:5c0ffee05c0ffee0"])
def test_a_trace_state_that_tells_of_no_sampling_changes_nothing(state: str) -> None:
    story = orders({17, 18})
    story.span("tick", "billing", (900, 905)).otlp.trace_state = state
    assert [verdict for verdict, *_ in verdicts(story, "lost")] == ["yes"]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"sampler.type": "probabilistic", "sampler.param": "0.1"}, "unknown"),
        ({"sampler.type": "probabilistic", "sampler.param": "1"}, "yes"),
        ({"sampler.type": "const", "sampler.param": "true"}, "yes"),
        ({"_MS.sampleRate": 25}, "unknown"),
        ({"_MS.sampleRate": 100}, "yes"),
        ({"SampleRate": 8}, "unknown"),
        ({"_dd.rule_psr": "0.5"}, "unknown"),
        ({"sampling.priority": 1}, "yes"),
    ],
)
def test_what_its_sampler_wrote_where_a_trace_begins_is_read(told: dict[str, Value], expected: str) -> None:
    story = orders({17, 18})
    story.span("tick", "billing", (900, 905), attributes=told)
    assert [verdict for verdict, *_ in verdicts(story, "lost")] == [expected]


@pytest.mark.says("lost", "no")
def test_a_group_that_is_not_known_to_read_a_topic_loses_nothing_of_it() -> None:
    story = orders(set())
    story.send("bills", "shop", 100, partition=0, offset=1)
    assert verdicts(story, "lost") == []


def handed_over(sent_at: int, *, until: int = 600) -> Story:
    """`billing-1` handles 25 orders, the last at 490 ms, and ends at `until`; `billing-2` goes on behind the 26th.

    That was sent at `sent_at`.
    """
    story = orders({25}, count=25)
    story.span("heartbeat", "billing", (until - 1, until))
    story.send("orders", "shop", sent_at, partition=0, offset=25)
    for n in range(26, 40):
        at = 6_000 + n * 20
        send = story.send("orders", "shop", at, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "group": "billing"}
        story.process("orders", "billing", (at + 5, at + 10), parent=send, instance="billing-2", **told)
    return story


@pytest.mark.says("lost", "yes")
def test_what_was_sent_before_the_last_span_of_an_instance_that_ended_is_likely_lost() -> None:
    (found,) = check(handed_over(sent_at=510), "lost")
    assert "billing-1 fell silent there" in found.message
    assert verdicts(handed_over(sent_at=510), "lost") == [("yes", "orders", "billing", 1)]


@pytest.mark.says("lost", "unknown")
def test_where_another_group_has_gaps_too_what_an_instance_passed_that_ended_may_be_sampled() -> None:
    story = handed_over(sent_at=510)
    for n in range(30):
        told = {"partition": 0, "offset": n}
        send = story.send("bills", "shop", n * 20, **told)
        if n != 12:
            story.process("bills", "audit", (n * 20 + 5, n * 20 + 10), parent=send, group="audit", **told)
    assert set(verdicts(story, "lost")) == {("unknown", "orders", "billing", 1), ("unknown", "bills", "audit", 1)}


@pytest.mark.says("lost", "unknown")
def test_of_an_instance_that_ended_at_work_on_something_whose_own_span_never_came_it_is_unknown() -> None:
    story = handed_over(sent_at=510)
    handling = story.process("orders", "billing", (520, 599), partition=0, offset=25, group="billing", lost=True)
    story.span("work", "billing", (525, 530), parent=handling)
    assert verdicts(story, "lost") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("lost", "unknown")
def test_what_was_sent_after_the_last_span_of_an_instance_that_ended_is_unknown() -> None:
    (found,) = check(handed_over(sent_at=700), "lost")
    assert "its last spans may have gone with it" in found.message


def scattered(scope: str) -> list[tuple[str, str | None, str | None, int]]:
    """Seven of 300 orders, seconds apart, were not handled by a group whose spans come from `scope`."""
    story = Story()
    for n in range(300):
        send = story.send("orders", "shop", n * 200, partition=0, offset=n)
        if n not in (30, 70, 110, 150, 190, 230, 270):
            told = {"partition": 0, "offset": n, "group": "billing", "scope": scope}
            story.process("orders", "billing", (n * 200 + 5, n * 200 + 10), parent=send, **told)
    return verdicts(story, "lost")


@pytest.mark.says("lost", "unknown")
def test_what_a_services_own_spans_lack_now_and_then_may_be_filtered_and_is_unknown() -> None:
    assert scattered("billing.handlers") == [("unknown", "orders", "billing", 7)]


@pytest.mark.says("lost", "yes")
def test_an_instrumentation_sees_all_that_its_client_hands_out_so_what_it_lacks_is_lost() -> None:
    assert scattered("io.opentelemetry.kafka-clients-0.11") == [("yes", "orders", "billing", 7)]


@pytest.mark.says("lost", "yes")
def test_a_gap_on_one_of_many_slow_partitions_is_no_silence() -> None:
    story = Story()
    for n in range(480):
        place = {"partition": n % 12, "offset": n // 12}
        send = story.send("orders", "shop", n * 100, **place)
        if n != 100:
            story.process("orders", "billing", (n * 100 + 5, n * 100 + 10), parent=send, group="billing", **place)
    (found,) = check(story, "lost")
    assert isinstance(found, Problem)
    assert (found.count, found.confidence) == (1, 0.95)


@pytest.mark.says("lost", "unknown")
def test_an_instance_that_is_often_idle_may_have_ended_unseen_which_leaves_it_unknown() -> None:
    (found,) = check(orders({17, 18}, gap=1_500), "lost")
    assert "billing-1 did nothing then for over a second, as often" in found.message
    assert verdicts(orders({17, 18}, gap=1_500), "lost") == [("unknown", "orders", "billing", 2)]


@pytest.mark.says("lost", "yes")
def test_an_instance_that_goes_on_within_a_second_did_not_end() -> None:
    assert verdicts(orders({17, 18}, gap=300), "lost") == [("yes", "orders", "billing", 2)]


def read_by(
    groups: dict[str, set[int]], offsets: dict[int, int] | None = None, told: bool = True, count: int = 60
) -> Story:
    """`count` orders that groups handle, but for those that each missed. Not `told`: only readers tell offsets."""
    story = Story()
    for n in range(count):
        offset = n if offsets is None else offsets[n]
        place = {"partition": 0, "offset": offset} if told else {}
        send = story.send("orders", "shop", n * 20, **place)
        for group in (group for group, missing in groups.items() if n not in missing):
            handled = (n * 20 + 5, n * 20 + 10)
            story.process("orders", group, handled, parent=send, group=group, partition=0, offset=offset)
    return story


@pytest.mark.says("lost", "yes", "unknown")
def test_what_no_group_got_is_not_the_loss_of_one() -> None:
    story = read_by({"billing": {17, 18}, "audit": {17, 18, 30, 31}})
    assert verdicts(story, "lost") == [
        ("yes", "orders", "audit", 2),
        ("unknown", "orders", "audit", 2),
        ("unknown", "orders", "billing", 2),
    ]
    assert "aborted transaction" in check(story, "lost")[-1].message


@pytest.mark.says("lost", "yes", "unknown")
def test_in_a_topic_with_marks_of_transactions_only_what_another_group_got_is_lost() -> None:
    marked = {n: n + n // 5 for n in range(60)}
    alone = read_by({"billing": {17, 18}}, marked, told=False)
    assert verdicts(alone, "lost") == [("unknown", "orders", "billing", 2)]
    assert verdicts(read_by({"billing": {17, 18}, "audit": set()}, marked, told=False), "lost") == [
        ("yes", "orders", "billing", 2)
    ]


def compacted(missing: set[int], began: int) -> list[tuple[str, str | None, str | None, int]]:
    """60 balances of 20 accounts in turn; `audit` handles all at once, `billing` from `began` on what is left."""
    story = Story()
    for n in range(60):
        place = {"partition": 0, "offset": n}
        send = story.send("balances", "bank", n * 20, key=f"account-{n % 20}", **place)
        story.process("balances", "audit", (n * 20 + 2, n * 20 + 4), parent=send, group="audit", **place)
        if n not in missing:
            at = began + n * 20
            story.process("balances", "billing", (at, at + 5), parent=send, group="billing", **place)
    return verdicts(story, "lost")


@pytest.mark.says("lost", "unknown")
def test_what_was_followed_by_another_of_its_key_long_before_the_group_came_may_be_compacted() -> None:
    assert compacted({7, 8}, began=20_000) == [("unknown", "balances", "billing", 2)]


@pytest.mark.says("lost", "yes")
def test_what_was_the_last_of_its_key_or_was_passed_at_once_was_not_compacted() -> None:
    assert compacted({47, 48}, began=20_000) == [("yes", "balances", "billing", 2)]
    assert compacted({7, 8}, began=10) == [("yes", "balances", "billing", 2)]


@pytest.mark.says("lost", "unknown")
def test_of_an_instance_that_showed_nothing_after_the_event_before_the_gap_it_is_unknown() -> None:
    assert verdicts(handed_over(sent_at=470, until=490), "lost") == [("unknown", "orders", "billing", 1)]


def test_events_in_a_row_of_one_batch_are_one_decision_of_a_sampler() -> None:
    story = Story()
    for n in range(0, 240, 2):
        batch = story.span("work", "billing", (n * 20 + 30, n * 20 + 39))
        for each in range(2):
            place = {"partition": 0, "offset": n + each}
            send = story.send("orders", "shop", (n + each) * 20, **place)
            if n != 34:
                handled = (n * 20 + 31, n * 20 + 38)
                story.process("orders", "billing", handled, parent=batch, links=[send], group="billing", **place)
    assert verdicts(story, "lost") == [("unknown", "orders", "billing", 2)]


def test_what_an_instance_did_between_two_ends_is_not_known() -> None:
    def ended(between: list[int]) -> list[tuple[str, str | None, str | None, int]]:
        story = orders({25}, count=26)
        story.span("heartbeat", "billing", (599, 600))
        for at in between:
            story.process("bills", "billing", (at, at + 5), group="billing")
        for n in range(26, 40):
            at = 9_000 + n * 20
            send = story.send("orders", "shop", at, partition=0, offset=n)
            told = {"partition": 0, "offset": n, "group": "billing"}
            story.process("orders", "billing", (at + 5, at + 10), parent=send, **told)
        return verdicts(story, "lost")

    assert ended([]) == [("yes", "orders", "billing", 1)]
    assert ended([5_000, 5_020]) == [("unknown", "orders", "billing", 1)]
