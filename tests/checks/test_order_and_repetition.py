"""Out of order, redelivered, produced twice, poison, retry storm: handled or sent more than once, or too late."""

from __future__ import annotations

from tests.checks.checking import check, verdicts
from tests.flows.spans import Span, Story


def sent(story: Story, offset: int, at: int, **more: object) -> Span:
    return story.send("orders", "shop", at, partition=0, offset=offset, **more)


def handled(story: Story, send: Span, offset: int, at: int, **more: object) -> Span:
    told = {"partition": 0, "offset": offset, "group": "billing", **more}
    return story.process("orders", "billing", (at, at + 5), parent=send, **told)


def in_order(starts: list[int], key: str | None = "k") -> Story:
    story = Story()
    for offset, at in enumerate(starts):
        handled(story, sent(story, offset, offset, key=key), offset, at, key=key)
    return story


def test_an_event_that_begins_after_a_later_one_of_its_key_is_out_of_order() -> None:
    (found,) = check(in_order([100, 200, 300, 260]), "out-of-order")
    assert (found.topic, found.group, found.count, found.evidence) == ("orders", "billing", 1, ("kafka://orders/0/2",))


def test_what_begins_in_order_is_none() -> None:
    assert verdicts(in_order([100, 200, 300, 400]), "out-of-order") == []


def test_without_keys_the_order_is_unknown() -> None:
    assert verdicts(in_order([100, 200, 300, 260], None), "out-of-order") == [("unknown", "orders", "billing", 1)]


def test_a_redelivery_is_not_out_of_order() -> None:
    story = in_order([100, 200])
    handled(story, sent(story, 2, 2, lost=True), 0, 300)
    assert verdicts(story, "out-of-order") == []


def test_an_event_that_is_handled_again_though_it_went_well_is_redelivered() -> None:
    story = Story()
    send = sent(story, 0, 0)
    handled(story, send, 0, 10)
    handled(story, send, 0, 100)
    (found,) = check(story, "redelivered")
    assert (found.count, found.evidence) == (1, ("kafka://orders/0/0#billing@2",))


def test_an_attempt_after_one_that_failed_is_a_retry_and_no_redelivery() -> None:
    story = Story()
    send = sent(story, 0, 0)
    handled(story, send, 0, 10, error="ValueError")
    handled(story, send, 0, 100)
    assert verdicts(story, "redelivered") == []


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


def test_one_message_id_at_two_places_is_one_message_sent_twice() -> None:
    (found,) = check(named("m-1", "m-2", "m-3", "m-2"), "produced-twice")
    assert (found.topic, found.count, found.evidence) == ("orders", 1, ("kafka://orders/0/1", "kafka://orders/0/3"))


def test_ids_that_repeat_as_a_rule_tell_nothing() -> None:
    story = named("m-1", "m-1", "m-1", "m-2", "m-2", "m-2")
    assert [one[0] for one in verdicts(story, "produced-twice")] == ["unknown"]


def test_ids_on_a_retry_topic_are_carried_on_and_no_repetition() -> None:
    assert verdicts(named("m-1", "m-1", topic="orders.retry"), "produced-twice") == []


def test_different_ids_are_different_messages() -> None:
    assert verdicts(named("m-1", "m-2", "m-3"), "produced-twice") == []


def tried(failures: dict[int, int], count: int = 12) -> Story:
    """Orders that `billing` handles well, but for those that it fails on so many times."""
    story = Story()
    for offset in range(count):
        send = sent(story, offset, offset * 100)
        for attempt in range(failures.get(offset, 1)):
            error = "ValueError" if offset in failures else None
            handled(story, send, offset, offset * 100 + 10 + attempt * 10, error=error)
    return story


def test_an_event_that_fails_three_times_while_others_go_well_is_poison() -> None:
    (found,) = check(tried({5: 3}), "poison")
    assert (found.count, found.evidence, found.confidence) == (1, ("kafka://orders/0/5",), 0.95)


def test_two_failures_are_no_poison() -> None:
    assert verdicts(tried({5: 2}), "poison") == []


def test_where_nothing_goes_well_poison_is_unknown() -> None:
    assert verdicts(tried({0: 3, 1: 3}, count=2), "poison") == [("unknown", "orders", "billing", 2)]


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


def test_many_more_attempts_than_usual_in_a_minute_are_a_storm() -> None:
    assert verdicts(storm(8), "retry-storm") == [("yes", "orders", "billing", 1)]


def test_without_a_usual_rate_a_storm_is_unknown() -> None:
    assert [one[0] for one in verdicts(storm(3), "retry-storm")] == ["unknown"]


def test_a_few_attempts_are_no_storm() -> None:
    assert verdicts(tried({5: 3}), "retry-storm") == []


def test_arrivals_that_come_again_after_others_behind_them_were_handled_before() -> None:
    story = Story()
    sends = [story.send("orders", "shop", n * 20, partition=0, offset=n) for n in range(20)]
    for n, at in [*((n, 10 + n * 20) for n in range(20)), *((n, 9_000 + n * 20) for n in range(16, 20))]:
        story.receive("orders", "billing", at, parent=sends[n], partition=0, offset=n, group="billing")
    assert verdicts(story, "redelivered") == [("yes", "orders", "billing", 3)]  # of the last, it may be a retry


def test_an_arrival_that_comes_again_before_any_other_may_be_a_retry_and_is_unknown() -> None:
    story = Story()
    for n in range(20):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        for at in (n * 20 + 5, n * 20 + 12) if n % 9 == 4 else (n * 20 + 5,):
            story.receive("orders", "billing", at, parent=send, partition=0, offset=n, group="billing")
    assert verdicts(story, "redelivered") == [("unknown", "orders", "billing", 2)]
