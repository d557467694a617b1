"""Out of order, redelivered, produced twice, poison, retry storm: handled or sent more than once, or too late."""

from __future__ import annotations

from collections.abc import Container

import pytest

from tests.checks.checking import check, thinned, verdicts
from tests.flows.spans import Span, Story
from tracer.flows.model import Problem, Unknown


def sent(story: Story, offset: int, at: int, **more: object) -> Span:
    return story.send("orders", "shop", at, partition=0, offset=offset, **more)


def handled(story: Story, send: Span, offset: int, at: int, *, linked: bool = False, **more: object) -> Span:
    """In the trace of the send, or in one of its own that is `linked` to it."""
    told = {"partition": 0, "offset": offset, "group": "billing", **more}
    return story.process(
        "orders", "billing", (at, at + 5), parent=None if linked else send, links=[send] * linked, **told
    )


def in_order(starts: list[int], *keys: str | None, linked: bool = False) -> Story:
    """Orders that were begun at these times, with these keys; of one key where none are told."""
    story = Story()
    for offset, (at, key) in enumerate(zip(starts, keys or ("k",) * len(starts), strict=True)):
        handled(story, sent(story, offset, offset, key=key), offset, at, key=key, linked=linked)
    return story


def sampled(story: Story) -> Story:
    """The same where spans of `billing` tell of a sampler that keeps one trace in four."""
    story.span("tick", "billing", (0, 1)).otlp.trace_state = "ot=th:c"
    return story


@pytest.mark.says("out-of-order", "yes")
def test_an_event_that_begins_after_a_later_one_of_its_key_is_out_of_order() -> None:
    (found,) = check(in_order([100, 200, 300, 260]), "out-of-order")
    assert (found.topic, found.group, found.count, found.evidence) == ("orders", "billing", 1, ("kafka://orders/0/2",))


@pytest.mark.says("out-of-order", "yes", "unknown")
def test_where_a_sampler_may_have_left_out_first_attempts_the_order_is_unknown() -> None:
    starts = [100, 200, 300, 260]
    assert verdicts(sampled(in_order(starts)), "out-of-order") == [("yes", "orders", "billing", 1)]
    assert verdicts(sampled(in_order(starts, linked=True)), "out-of-order") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("out-of-order", "unknown")
def test_where_sends_are_missing_first_attempts_may_be_and_the_order_is_unknown() -> None:
    story = in_order([100, 200, 300, 260], linked=True)
    handled(story, sent(story, 4, 4, key="k", lost=True), 4, 400, key="k")
    (found,) = check(story, "out-of-order")
    assert "first attempts may be missing too" in found.message
    assert verdicts(story, "out-of-order") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("out-of-order", "no")
def test_what_begins_in_order_is_none() -> None:
    assert verdicts(in_order([100, 200, 300, 400]), "out-of-order") == []


@pytest.mark.says("out-of-order", "unknown")
def test_without_keys_the_order_is_unknown() -> None:
    story = in_order([100, 200, 300, 260], *[None] * 4)
    assert verdicts(story, "out-of-order") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("out-of-order", "yes", "unknown")
def test_where_some_have_keys_only_these_are_a_verdict() -> None:
    story = in_order([100, 200, 190, 300, 260, 390, 380], "k", "k", None, None, None, "k", "k")
    keyed, keyless = check(story, "out-of-order")
    assert isinstance(keyed, Problem)
    assert keyed.evidence == ("kafka://orders/0/5",)
    assert isinstance(keyless, Unknown)
    assert "no keys are told" in keyless.reason
    assert keyless.count == 1


@pytest.mark.says("out-of-order", "no")
def test_a_redelivery_is_not_out_of_order() -> None:
    story = in_order([100, 200])
    handled(story, sent(story, 2, 2, lost=True), 0, 300)
    assert verdicts(story, "out-of-order") == []


@pytest.mark.says("out-of-order", "unknown")
def test_where_only_arrivals_are_told_the_order_of_handling_is_unknown() -> None:
    story = Story()
    for offset, at in enumerate([100, 200, 300, 260]):
        told = {"parent": sent(story, offset, offset, key="k"), "partition": 0, "offset": offset, "key": "k"}
        story.receive("orders", "billing", at, group="billing", **told)
    (found,) = check(story, "out-of-order")
    assert "no span shows when the handling began" in found.message
    assert verdicts(story, "out-of-order") == [("unknown", "orders", "billing", 1)]


def apart(places: list[dict[str, int]]) -> Story:
    """Orders of one key at these places; the last begins before the one before it."""
    story = Story()
    for n, (place, at) in enumerate(zip(places, [100, 200, 300, 260], strict=True)):
        send = story.send("orders", "shop", n * 10, key="k", **place)
        story.process("orders", "billing", (at, at + 5), parent=send, key="k", group="billing", **place)
    return story


@pytest.mark.says("out-of-order", "unknown")
def test_where_no_offset_is_told_times_of_sending_leave_the_order_open() -> None:
    (found,) = check(apart([{}] * 4), "out-of-order")
    assert "no offset is told" in found.message
    assert verdicts(apart([{}] * 4), "out-of-order") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("out-of-order", "no")
def test_events_of_different_partitions_have_no_order() -> None:
    assert verdicts(apart([{"partition": n // 3, "offset": n} for n in range(4)]), "out-of-order") == []


@pytest.mark.says("redelivered", "yes")
def test_an_event_that_is_handled_again_though_it_went_well_is_redelivered() -> None:
    story = Story()
    send = sent(story, 0, 0)
    handled(story, send, 0, 10)
    handled(story, send, 0, 100)
    (found,) = check(story, "redelivered")
    assert (found.count, found.evidence) == (1, ("kafka://orders/0/0#billing@2",))


@pytest.mark.says("redelivered", "no")
def test_an_attempt_after_one_that_failed_is_a_retry_and_no_redelivery() -> None:
    story = Story()
    send = sent(story, 0, 0)
    handled(story, send, 0, 10, error="ValueError")
    handled(story, send, 0, 100)
    assert verdicts(story, "redelivered") == []


@pytest.mark.says("redelivered", "no")
def test_a_retry_by_way_of_another_topic_is_no_redelivery() -> None:
    story = Story()
    first = handled(story, sent(story, 0, 0), 0, 10)
    retry = story.send("orders.retry", "billing", 12, parent=first, partition=0, offset=0)
    story.process("orders.retry", "billing", (30, 40), parent=retry, partition=0, offset=0, group="billing")
    assert verdicts(story, "redelivered") == []


def taken_over(offsets: range) -> Story:
    """20 arrivals, those of `offsets` fetched at one time; a second instance gets these again."""
    story = Story()
    for n in range(20):
        send = sent(story, n, n * 20)
        told = {"parent": send, "partition": 0, "offset": n, "group": "billing"}
        story.receive("orders", "billing", (offsets[0] if n in offsets else n) * 20 + 15, **told)
        if n in offsets:
            story.receive("orders", "billing", 9_000, instance="billing-2", **told)
    story.span("tick", "billing", (8_000, 8_001))
    return story


@pytest.mark.says("redelivered", "yes")
def test_an_event_that_another_instance_gets_again_is_redelivered_with_the_reason() -> None:
    (found,) = check(taken_over(range(7, 8)), "redelivered")
    assert "another instance took over in between: the one before ended before it had committed" in found.message
    assert verdicts(taken_over(range(7, 8)), "redelivered") == [("yes", "orders", "billing", 1)]


@pytest.mark.says("redelivered", "unknown")
def test_of_events_that_were_fetched_together_it_is_unknown_which_were_handled_before() -> None:
    (found,) = check(taken_over(range(7, 10)), "redelivered")
    assert "they were fetched together" in found.message
    assert verdicts(taken_over(range(7, 10)), "redelivered") == [("unknown", "orders", "billing", 3)]


@pytest.mark.says("redelivered", "unknown")
def test_of_an_instance_that_fell_silent_in_the_handling_it_is_unknown_whether_it_ended() -> None:
    assert verdicts(taken_over(range(19, 20)), "redelivered") == []  # it did not even begin
    story = taken_over(range(19, 20))
    story.span("work", "billing", (396, 399))
    (found,) = check(story, "redelivered")
    assert "fell silent before it fetched others" in found.message
    assert verdicts(story, "redelivered") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("redelivered", "yes", "unknown")
def test_what_came_in_one_fetch_shows_no_group_that_went_on_behind_it() -> None:
    def again(apart: int) -> list[tuple[str, str | None, str | None, int]]:
        """10 arrivals, the last two so many ms apart; the first of these comes again, to the same instance."""
        story = Story()
        for n, at in enumerate([*(n * 20 for n in range(9)), 160 + apart]):
            told = {"parent": sent(story, n, n), "partition": 0, "offset": n, "group": "billing"}
            story.receive("orders", "billing", at, **told)
        told = {"parent": story.spans[16], "partition": 0, "offset": 8, "group": "billing"}
        story.receive("orders", "billing", 200, **told)
        return verdicts(story, "redelivered")

    assert again(apart=20) == [("yes", "orders", "billing", 1)]
    assert again(apart=0) == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("redelivered", "unknown")
def test_two_attempts_at_every_event_by_a_service_whose_group_nobody_tells_may_be_two_groups() -> None:
    story = Story()
    for offset in range(4):
        send = sent(story, offset, offset * 10)
        for at in (offset * 10 + 100, offset * 10 + 104):
            story.process("orders", "billing", (at, at + 3), parent=send, partition=0, offset=offset)
    assert verdicts(story, "redelivered") == [("unknown", "orders", "billing", 4)]


def named(*ids: str, topic: str = "orders") -> Story:
    """Messages with these ids, one after another on one partition."""
    story = Story()
    for offset, name in enumerate(ids):
        story.send(topic, "shop", offset * 10, partition=0, offset=offset, message_id=name)
    return story


@pytest.mark.says("produced-twice", "yes")
def test_one_message_id_at_two_places_is_one_message_sent_twice() -> None:
    (found,) = check(named("m-1", "m-2", "m-3", "m-2"), "produced-twice")
    assert (found.topic, found.count, found.evidence) == ("orders", 1, ("kafka://orders/0/1", "kafka://orders/0/3"))


@pytest.mark.says("produced-twice", "unknown")
def test_ids_that_repeat_as_a_rule_tell_nothing() -> None:
    story = named("m-1", "m-1", "m-1", "m-2", "m-2", "m-2")
    assert [one[0] for one in verdicts(story, "produced-twice")] == ["unknown"]


@pytest.mark.says("produced-twice", "no")
def test_ids_on_a_retry_topic_are_carried_on_and_no_repetition() -> None:
    assert verdicts(named("m-1", "m-1", topic="orders.retry"), "produced-twice") == []


@pytest.mark.says("produced-twice", "no")
def test_different_ids_are_different_messages() -> None:
    assert verdicts(named("m-1", "m-2", "m-3"), "produced-twice") == []


@pytest.mark.says("produced-twice", "no")
def test_ids_that_offsets_or_retries_make_tell_nothing() -> None:
    assert verdicts(named("1", "2", "3", "2"), "produced-twice") == []
    story = named("m-1", "m-2", "m-3")
    story.send("orders", "shop", 25 * 3_600_000, partition=0, offset=3, message_id="m-2")
    assert verdicts(story, "produced-twice") == []  # the id is used again after a day


@pytest.mark.parametrize("failed", [None, "TimeoutError"])
def test_where_no_span_tells_offsets_two_sends_of_one_id_are_unknown_unless_the_first_failed(
    failed: str | None,
) -> None:
    story = Story()
    for n, name in enumerate(["m-1", "m-2", "m-3", "m-2"]):
        story.send("orders", "shop", n * 10, message_id=name, error=failed if n == 1 else None)
    expected = [] if failed else [("unknown", "orders", None, 1)]
    assert verdicts(story, "produced-twice") == expected


@pytest.mark.says("produced-twice", "unknown")
def test_records_of_one_key_that_carry_the_context_of_one_send_are_unknown() -> None:
    story = Story()
    for offset in range(10):
        send = story.send("orders", "shop", offset * 20, key=f"k-{offset}")
        told = {"parent": send, "partition": 0, "group": "billing", "key": f"k-{offset}"}
        story.process("orders", "billing", (offset * 20 + 5, offset * 20 + 7), offset=offset, **told)
        if offset == 4:
            story.process("orders", "billing", (offset * 20 + 9, offset * 20 + 11), offset=20, **told)
    (found,) = check(story, "produced-twice")
    assert "readers tell several places of one send" in found.message
    assert verdicts(story, "produced-twice") == [("unknown", "orders", None, 1)]


def tried(failures: dict[int, int], count: int = 12, *, linked: bool = False, apart: int = 100) -> Story:
    """Orders, so many ms `apart`, that `billing` handles well, but for those that it fails on so many times."""
    story = Story()
    for offset in range(count):
        send = sent(story, offset, offset * apart)
        for attempt in range(failures.get(offset, 1)):
            error = "ValueError" if offset in failures else None
            handled(story, send, offset, offset * apart + 10 + attempt * 10, error=error, linked=linked)
    return story


@pytest.mark.says("poison", "yes")
def test_an_event_that_fails_three_times_while_others_go_well_is_poison() -> None:
    (found,) = check(tried({5: 3}), "poison")
    assert (found.count, found.evidence, found.confidence) == (1, ("kafka://orders/0/5",), 0.95)


@pytest.mark.says("poison", "yes", "unknown")
def test_where_a_sampler_may_have_left_out_an_attempt_that_went_well_poison_is_unknown() -> None:
    assert verdicts(sampled(tried({5: 3})), "poison") == [("yes", "orders", "billing", 1)]
    assert verdicts(sampled(tried({5: 3}, linked=True)), "poison") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("poison", "no")
def test_two_failures_are_no_poison() -> None:
    assert verdicts(tried({5: 2}), "poison") == []


@pytest.mark.says("poison", "no")
def test_attempts_that_fail_each_in_another_way_are_no_poison() -> None:
    story = tried({})
    send = sent(story, 12, 2_000)
    for attempt, error in enumerate(["ValueError", "TimeoutError", "KeyError"]):
        handled(story, send, 12, 2_100 + attempt * 10, error=error)
    assert verdicts(story, "poison") == []


@pytest.mark.says("poison", "no")
@pytest.mark.says("failing", "yes")
def test_where_most_events_fail_from_the_first_on_it_is_the_group_that_is_broken() -> None:
    story = tried(dict.fromkeys(range(6, 12), 3))
    assert verdicts(story, "poison") == []
    assert verdicts(story, "failing") == [("yes", "orders", "billing", 6)]


@pytest.mark.says("poison", "unknown")
def test_where_nothing_goes_well_poison_is_unknown() -> None:
    assert verdicts(tried({0: 3, 1: 3}, count=2), "poison") == [("unknown", "orders", "billing", 2)]


@pytest.mark.says("poison", "yes", "unknown")
def test_where_the_instance_fell_silent_after_the_last_failure_another_try_may_have_left_no_span() -> None:
    told = [("yes", "orders", "billing", 2), ("unknown", "orders", "billing", 1)]
    assert verdicts(tried({3: 4, 5: 4, 11: 3}), "poison") == told  # the last that is known of it
    assert verdicts(tried({3: 4, 5: 4, 8: 3}, apart=3_000), "poison") == told  # tried less often than the others


@pytest.mark.says("poison", "unknown")
def test_where_an_instance_fell_silent_between_the_failures_a_try_that_went_well_may_have_left_no_span() -> None:
    story = tried({}, count=40)
    send = sent(story, 40, 4_000)
    for at in (4_010, 4_020, 9_000):
        handled(story, send, 40, at, error="ValueError")
    handled(story, sent(story, 41, 9_100), 41, 9_110)
    assert verdicts(story, "poison") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("poison", "yes", "unknown")
def test_where_the_next_try_came_far_later_than_usual_after_a_silence_another_may_have_left_no_span() -> None:
    story = tried({3: 3, 5: 3, 8: 3}, apart=3_000)
    send = sent(story, 12, 36_000)
    for at in (36_010, 36_020, 39_000, 39_010):
        handled(story, send, 12, at, error="ValueError")
    handled(story, sent(story, 13, 42_000), 13, 42_010)
    assert verdicts(story, "poison") == [("yes", "orders", "billing", 3), ("unknown", "orders", "billing", 1)]


@pytest.mark.says("poison", "yes")
def test_a_silence_that_is_usual_tells_nothing_of_an_event_that_was_tried_as_often_as_others() -> None:
    story = tried({3: 3, 5: 3, 8: 3}, apart=3_000)
    assert verdicts(story, "poison") == [("yes", "orders", "billing", 3)]


def waited(sent_at: int) -> Story:
    """Two events are tried three times, and a third, after the group was idle from 33,015 to 36,010 ms, as usual."""
    story = tried({3: 3, 5: 3}, apart=3_000)
    send = story.send("orders", "shop", sent_at, partition=1, offset=0)
    for at in (36_010, 36_020, 36_030):
        told = {"partition": 1, "offset": 0, "group": "billing"}
        story.process("orders", "billing", (at, at + 5), parent=send, error="ValueError", **told)
    handled(story, sent(story, 12, 39_000), 12, 39_010)
    return story


@pytest.mark.says("poison", "yes", "unknown")
def test_what_waited_for_an_idle_instance_may_have_been_handled_before_without_a_span() -> None:
    assert verdicts(waited(sent_at=36_000), "poison") == [("yes", "orders", "billing", 3)]
    said = verdicts(waited(sent_at=33_012), "poison")
    assert said == [("yes", "orders", "billing", 2), ("unknown", "orders", "billing", 1)]


def only_arrivals(unseen: Container[int] = ()) -> Story:
    """Orders that `billing` receives, and roots of its own for its work, but for the unseen; one fails three times."""
    story = Story()
    for offset in range(30):
        send = sent(story, offset, offset * 100)
        for attempt in range(3 if offset == 15 else 1):
            at = offset * 100 + 10 + attempt * 10
            story.receive("orders", "billing", at, parent=send, partition=0, offset=offset, group="billing")
            if offset not in unseen:
                story.span("charge", "billing", (at + 2, at + 6), error="ValueError" if offset == 15 else None)
    return story


@pytest.mark.says("poison", "yes", "unknown")
def test_where_only_moments_tell_whose_failures_they_are_poison_is_unknown_unless_all_work_fits() -> None:
    assert verdicts(only_arrivals(), "poison") == [("yes", "orders", "billing", 1)]
    (found,) = check(only_arrivals(unseen=range(0, 30, 4)), "poison")
    assert "whose failures they are is a guess" in found.message
    assert isinstance(found, Unknown)


def sent_on(last_is_handled: bool) -> Story:
    """Orders that go well, and one that fails, is sent to a retry topic, fails there twice and is sent there again."""
    story = tried({})
    send = sent(story, 12, 2_000)
    for at, offset in ((2_100, 0), (2_200, 1), (2_300, 2)):
        topic, partition_offset = ("orders", 12) if offset == 0 else ("orders.retry", offset - 1)
        attempt = story.process(
            topic, "billing", (at, at + 9), parent=send, partition=0, offset=partition_offset, group="billing",
            error="ValueError",
        )  # fmt: skip
        send = story.send("orders.retry", "billing", at + 5, parent=attempt, partition=0, offset=offset)
    if last_is_handled:
        story.process("orders.retry", "billing", (2_400, 2_409), parent=send, partition=0, offset=2, group="billing")
    return story


@pytest.mark.says("poison", "no", "unknown")
def test_where_the_last_retry_left_no_span_poison_is_unknown() -> None:
    assert verdicts(sent_on(last_is_handled=False), "poison") == [("unknown", "orders", "billing", 1)]
    assert verdicts(sent_on(last_is_handled=True), "poison") == []


def storm(minutes: int) -> Story:
    """One order a minute that goes well, and in the last minute one that is tried 15 times in vain."""
    story = Story()
    for n in range(minutes):
        handled(story, sent(story, n, n * 60_000), n, n * 60_000 + 10)
    at = minutes * 60_000
    send = sent(story, minutes, at)
    for attempt in range(15):
        handled(story, send, minutes, at + 10 + attempt * 20, error="ValueError")
    return story


@pytest.mark.says("retry-storm", "yes")
def test_many_more_attempts_than_usual_in_a_minute_are_a_storm() -> None:
    assert verdicts(storm(8), "retry-storm") == [("yes", "orders", "billing", 1)]


@pytest.mark.says("retry-storm", "unknown")
def test_without_a_usual_rate_a_storm_is_unknown() -> None:
    assert [one[0] for one in verdicts(storm(3), "retry-storm")] == ["unknown"]


@pytest.mark.says("retry-storm", "no")
def test_a_few_attempts_are_no_storm() -> None:
    assert verdicts(tried({5: 3}), "retry-storm") == []


@pytest.mark.says("retry-storm", "unknown")
def test_where_what_failed_may_be_sampled_more_often_a_storm_is_unknown() -> None:
    (found,) = check(thinned(storm(8)), "retry-storm")
    assert "attempts that failed may be kept more often" in found.message
    assert verdicts(thinned(storm(8)), "retry-storm") == [("unknown", "orders", "billing", 1)]


@pytest.mark.says("retry-storm", "no")
def test_as_many_attempts_as_ever_are_no_storm() -> None:
    story = Story()
    for minute in range(8):
        send = sent(story, minute, minute * 60_000)
        for attempt in range(15):
            at = minute * 60_000 + 10 + attempt * 20
            handled(story, send, minute, at, error="ValueError" if attempt < 14 else None)
    assert verdicts(story, "retry-storm") == []


@pytest.mark.says("redelivered", "yes")
def test_arrivals_that_come_again_after_others_behind_them_were_handled_before() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n * 20, partition=0, offset=n) for n in range(20)]
    for n, at in [*((n, 10 + n * 20) for n in range(20)), *((n, 9_000 + n * 20) for n in range(16, 20))]:
        story.receive("orders", "billing", at, parent=sends[n], partition=0, offset=n, group="billing")
    assert verdicts(story, "redelivered") == [("yes", "orders", "billing", 3)]  # of the last, it may be a retry


@pytest.mark.says("redelivered", "unknown")
def test_an_arrival_that_comes_again_before_any_other_may_be_a_retry_and_is_unknown() -> None:
    story = Story()
    for n in range(20):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        for at in (n * 20 + 5, n * 20 + 12) if n % 9 == 4 else (n * 20 + 5,):
            story.receive("orders", "billing", at, parent=send, partition=0, offset=n, group="billing")
    assert verdicts(story, "redelivered") == [("unknown", "orders", "billing", 2)]
