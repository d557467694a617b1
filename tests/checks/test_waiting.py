"""Not consumed, orphan topics, hot partitions, dead letters: what waits, and where it ends."""

from __future__ import annotations

import pytest

from tests.checks.checking import check, thinned, verdicts
from tests.flows.spans import Story
from tracer.flows.model import Problem

MINUTE = 60_000


def read(
    story: Story, offsets: range, *, apart: int, until: int, group: str = "billing", topic: str = "orders"
) -> None:
    """Orders, one each `apart` ms; the group handles those below `until`."""
    for offset in offsets:
        send = story.send(topic, "shop", offset * apart, partition=0, offset=offset)
        if offset < until:
            told = {"partition": 0, "offset": offset, "group": group}
            story.process(topic, group, (offset * apart + 5, offset * apart + 9), parent=send, **told)


@pytest.mark.says("not-consumed", "unknown")
def test_events_behind_the_last_that_a_group_handled_are_not_consumed() -> None:
    story = Story()
    read(story, range(40), apart=2_000, until=20)
    story.process("bills", "billing", (77_990, 77_995), group="billing")  # it lives
    (found,) = check(story, "not-consumed")
    assert (found.topic, found.group, found.evidence[0]) == ("orders", "billing", "kafka://orders/0/20")
    assert found.count == 4  # those that wait for longer than 30 s when the last is sent


def behind() -> Story:
    """20 of 40 orders are handled, and the group goes on with bills."""
    story = Story()
    read(story, range(40), apart=2_000, until=20)
    story.process("bills", "billing", (77_990, 77_995), group="billing")
    return story


@pytest.mark.says("not-consumed", "no")
def test_where_all_is_handled_nothing_waits() -> None:
    story = Story()
    read(story, range(40), apart=2_000, until=40)
    assert verdicts(story, "not-consumed") == []


@pytest.mark.says("not-consumed", "yes")
def test_where_no_offset_is_told_what_was_sent_after_the_last_that_was_handled_waits() -> None:
    story = Story()
    for at in range(0, 80_000, 2_000):
        send = story.send("orders", "shop", at)
        if at < 40_000:
            story.process("orders", "billing", (at + 5, at + 9), parent=send, group="billing")
        story.span("tick", "billing", (at + 1_000, at + 1_001))
    assert verdicts(story, "not-consumed") == [("yes", "orders", "billing", 4)]


@pytest.mark.says("not-consumed", "no")
def test_events_may_wait_three_times_as_long_as_they_usually_do() -> None:
    story = Story()
    for n in range(60):
        send = story.send("orders", "shop", n * 2_000, partition=0, offset=n)
        if n < 20:
            at = n * 2_000 + 30_000
            story.process("orders", "billing", (at, at + 5), parent=send, partition=0, offset=n, group="billing")
    story.process("bills", "billing", (118_000, 118_005), group="billing")
    assert verdicts(story, "not-consumed") == []


@pytest.mark.says("not-consumed", "unknown")
def test_of_sampled_spans_it_is_unknown_what_waits() -> None:
    (found,) = check(thinned(behind()), "not-consumed")
    assert "spans of its service tell of sampling" in found.message
    assert [one[0] for one in verdicts(thinned(behind()), "not-consumed")] == ["unknown"]


@pytest.mark.says("not-consumed", "unknown")
def test_where_sends_left_no_span_it_is_unknown_what_waits() -> None:
    story = behind()
    away = story.send("orders", "shop", 100, partition=1, offset=0, lost=True)
    story.process("orders", "billing", (105, 110), parent=away, partition=1, offset=0, group="billing")
    (found,) = check(story, "not-consumed")
    assert "1 events of the topic have no send that spans tell" in found.message


@pytest.mark.says("not-consumed", "unknown")
def test_of_a_service_that_fell_silent_it_is_unknown_whether_its_spans_are_late() -> None:
    story = Story()
    read(story, range(100), apart=2_000, until=20)
    (found,) = check(story, "not-consumed")
    assert "no span of billing came since: it is down, or its spans are late" in found.message
    assert [one[0] for one in verdicts(story, "not-consumed")] == ["unknown"]


@pytest.mark.says("not-consumed", "yes")
def test_of_a_service_that_stays_silent_it_is_a_problem_less_sure_with_both_readings() -> None:
    story = Story()
    read(story, range(200), apart=2_000, until=20)
    (found,) = check(story, "not-consumed")
    assert isinstance(found, Problem)
    assert (found.topic, found.group, found.confidence) == ("orders", "billing", 0.7)
    assert "while events went on coming: it is down, or its telemetry is cut off" in found.message


@pytest.mark.says("not-consumed", "unknown")
def test_of_a_service_that_is_silent_while_nothing_comes_it_is_unknown() -> None:
    story = Story()
    read(story, range(40), apart=2_000, until=20)
    story.span("GET /", "web", (1_000_000, 1_000_100))
    story.send("mails", "web", 1_000_050)
    assert [one[0] for one in verdicts(story, "not-consumed")] == ["unknown"]


@pytest.mark.says("not-consumed", "unknown")
def test_what_an_instance_may_have_handled_before_it_fell_silent_is_unknown() -> None:
    story = Story()
    read(story, range(20), apart=100, until=18)
    for at in range(3_000, 90_000, 1_000):  # another goes on elsewhere
        send = story.send("bills", "shop", at, partition=0, offset=at)
        told = {"partition": 0, "offset": at, "group": "billing", "instance": "billing-2"}
        story.process("bills", "billing", (at + 5, at + 9), parent=send, **told)
    (found,) = check(story, "not-consumed")
    assert "billing-1 fell silent then, and its last spans may have gone with it" in found.message
    assert verdicts(story, "not-consumed") == [("unknown", "orders", "billing", 2)]


@pytest.mark.says("not-consumed", "yes", "unknown")
def test_of_a_service_that_falls_silent_again_and_again_it_is_unknown_it_may_keep_crashing() -> None:
    def told(until: int) -> list[str]:
        story = Story()
        read(story, range(until // 2_000), apart=2_000, until=20)
        for at in range(50_000, until, 40_000):
            story.process("bills", "billing", (at, at + 5), group="billing")
        return [one[0] for one in verdicts(story, "not-consumed")]

    assert told(140_000) == ["unknown"]
    assert told(400_000) == ["yes"]


@pytest.mark.says("not-consumed", "no")
def test_events_that_were_sent_just_now_are_not_missed() -> None:
    story = Story()
    read(story, range(40), apart=100, until=20)
    assert verdicts(story, "not-consumed") == []


@pytest.mark.says("not-consumed", "unknown")
def test_of_a_group_that_read_little_it_is_unknown_whether_it_still_reads() -> None:
    story = Story()
    read(story, range(40), apart=2_000, until=3)
    assert [one[0] for one in verdicts(story, "not-consumed")] == ["unknown"]


@pytest.mark.says("orphan-topic", "yes")
def test_a_topic_that_is_read_no_more_is_an_orphan() -> None:
    story = Story()
    read(story, range(40), apart=MINUTE, until=20)
    assert verdicts(story, "orphan-topic") == [("yes", "orders", None, 20)]
    (silent,) = check(story, "orphan-topic")
    story.span("tick", "billing", (30 * MINUTE, 30 * MINUTE + 5))
    (alive,) = check(story, "orphan-topic")
    assert isinstance(silent, Problem)
    assert isinstance(alive, Problem)
    assert (silent.confidence, alive.confidence) == (0.7, 0.9)
    assert "no span of their services came since: they are down, or their telemetry is cut off" in silent.message


@pytest.mark.says("orphan-topic", "no")
def test_a_topic_that_nobody_ever_read_or_that_is_read_is_no_orphan() -> None:
    story = Story()
    read(story, range(40), apart=MINUTE, until=0)
    assert verdicts(story, "orphan-topic") == []
    story = Story()
    read(story, range(40), apart=MINUTE, until=40)
    assert verdicts(story, "orphan-topic") == []


@pytest.mark.says("orphan-topic", "unknown")
def test_a_topic_of_which_little_was_ever_read_is_unknown() -> None:
    story = Story()
    read(story, range(40), apart=MINUTE, until=4)
    assert [one[0] for one in verdicts(story, "orphan-topic")] == ["unknown"]


@pytest.mark.says("orphan-topic", "no")
def test_a_topic_that_another_group_goes_on_to_read_is_no_orphan() -> None:
    story = Story()
    read(story, range(40), apart=MINUTE, until=20)
    read(story, range(40), apart=MINUTE, until=40, group="audit")
    assert verdicts(story, "orphan-topic") == []


@pytest.mark.says("orphan-topic", "no")
def test_a_retry_or_dead_letter_topic_is_no_orphan() -> None:
    story = Story()
    for topic in ("orders.retry", "orders.dlq"):
        read(story, range(40), apart=MINUTE, until=20, topic=topic)
    assert verdicts(story, "orphan-topic") == []


@pytest.mark.says("orphan-topic", "unknown")
def test_where_spans_of_its_readers_are_missing_it_is_unknown_whether_a_topic_is_read() -> None:
    story = Story()
    read(story, range(40), apart=MINUTE, until=20)
    (found,) = check(thinned(story), "orphan-topic")
    assert "spans of its readers tell of sampling" in found.message
    story = Story()
    read(story, range(40), apart=MINUTE, until=20)
    away = story.send("orders", "shop", 100, partition=1, offset=0, lost=True)
    story.process("orders", "billing", (105, 110), parent=away, partition=1, offset=0, group="billing")
    assert verdicts(story, "orphan-topic") == [("unknown", "orders", None, 20)]


def partitions(counts: list[int], waits: list[int]) -> Story:
    story = Story()
    for partition, (count, wait) in enumerate(zip(counts, waits, strict=True)):
        for offset in range(count):
            send = story.send("orders", "shop", offset * 10, partition=partition, offset=offset, key="k")
            at = offset * 10 + wait
            told = {"partition": partition, "offset": offset, "group": "billing", "key": "k"}
            story.process("orders", "billing", (at, at + 2), parent=send, **told)
    return story


@pytest.mark.says("hot-partition", "yes")
def test_a_partition_with_most_events_where_the_group_waits_is_hot() -> None:
    (found,) = check(partitions([10, 10, 120], [5, 5, 5_000]), "hot-partition")
    assert (found.subject, found.group, found.count) == ("orders", "billing", 120)
    assert found.message.startswith("partition 2 of orders has 120 of 140 events")


@pytest.mark.says("hot-partition", "no")
def test_a_partition_with_most_events_where_nobody_waits_is_not_hot() -> None:
    assert verdicts(partitions([10, 10, 120], [5, 5, 5]), "hot-partition") == []


@pytest.mark.says("hot-partition", "unknown")
def test_a_partition_is_not_known_to_be_hot_where_many_events_tell_none() -> None:
    story = partitions([10, 10, 120], [5, 5, 5_000])
    for n in range(60):
        story.send("orders", "shop", n * 10)
    (found,) = check(story, "hot-partition")
    assert "60 events of the topic tell no partition and offset: they may be of the others" in found.message
    assert verdicts(story, "hot-partition") == [("unknown", "orders", "billing", 120)]


@pytest.mark.says("hot-partition", "unknown")
def test_whether_a_partition_waits_longer_than_others_is_unknown_where_the_group_read_no_others() -> None:
    story = partitions([0, 0, 120], [5, 5, 5_000])
    for partition in (0, 1):
        for n in range(10):
            story.send("orders", "shop", n * 10, partition=partition, offset=n)
    (found,) = check(story, "hot-partition")
    assert "the group read none of the other partitions" in found.message
    assert verdicts(story, "hot-partition") == [("unknown", "orders", "billing", 120)]


@pytest.mark.says("hot-partition", "unknown")
def test_whether_a_partition_is_hot_is_unknown_where_what_waits_may_be_sampled_more_often() -> None:
    assert verdicts(thinned(partitions([10, 10, 120], [5, 5, 5_000])), "hot-partition") == [
        ("unknown", "orders", "billing", 120)
    ]


@pytest.mark.says("hot-partition", "yes")
def test_a_key_that_makes_most_of_a_hot_partition_is_named() -> None:
    (found,) = check(partitions([10, 10, 120], [5, 5, 5_000]), "hot-partition")
    assert ", 120 of them of key k; group billing waits there: 5.0 s in queue at the median" in found.message


@pytest.mark.says("hot-partition", "no")
def test_of_less_than_a_hundred_events_no_partition_is_hot() -> None:
    assert verdicts(partitions([10, 10, 90], [5, 5, 5_000]), "hot-partition") == []


@pytest.mark.says("dead-letters", "yes")
def test_a_dead_letter_names_who_and_why() -> None:
    story = Story()
    send = story.send("orders", "shop", 0, partition=0, offset=1)
    told = {"partition": 0, "offset": 1, "group": "billing", "error": "ValueError"}
    failed = story.process("orders", "billing", (10, 20), parent=send, **told)
    story.send("orders.dlq", "billing", 15, parent=failed, partition=0, offset=7)
    (found,) = check(story, "dead-letters")
    assert (found.subject, found.topic, found.evidence) == ("billing", "orders.dlq", ("kafka://orders.dlq/0/7",))
    assert found.message.startswith("1 dead letter in orders.dlq by group billing of orders since ")
    assert found.message.endswith("ValueError: ValueError happened")


@pytest.mark.says("dead-letters", "yes")
def test_a_dead_letter_that_nothing_leads_to_is_told_without_a_group() -> None:
    story = Story()
    story.send("orders.dlq", "billing", 15, partition=0, offset=7)
    (found,) = check(story, "dead-letters")
    assert (found.subject, found.group) == ("orders.dlq", None)


def parked(count: int, *, also: bool = False, read_again: bool = False) -> Story:
    """20 orders; billing fails on the first and parks them in a topic whose name tells nothing."""
    story = Story()
    for n in range(20):
        key, at = f"order-{n}", n * 100
        send = story.send("orders", "shop", at, partition=0, offset=n, key=key)
        told = {"partition": 0, "offset": n, "group": "billing", "error": "ValueError" if n < count else None}
        handling = story.process("orders", "billing", (at + 10, at + 20), parent=send, **told)
        if n >= count and not (also and n == 10):
            continue
        aside = story.send("orders-hospital", "billing", at + 15, parent=handling, partition=0, offset=n, key=key)
        if read_again:
            told = {"partition": 0, "offset": n, "group": "billing", "parent": aside, "error": "ValueError"}
            again = story.process("orders-hospital", "billing", (at + 30, at + 35), **told)
            story.send("orders-morgue", "billing", at + 33, parent=again, partition=0, offset=n, key=key)
    return story


@pytest.mark.says("dead-letters", "yes")
def test_a_topic_to_which_only_failed_attempts_send_what_they_failed_on_has_dead_letters() -> None:
    (found,) = check(parked(4), "dead-letters")
    assert isinstance(found, Problem)
    assert (found.topic, found.group, found.count, found.confidence) == ("orders-hospital", "billing", 4, 0.8)


@pytest.mark.says("dead-letters", "no")
def test_a_topic_to_which_others_are_sent_too_has_no_dead_letters() -> None:
    assert verdicts(parked(4, also=True), "dead-letters") == []
    assert verdicts(parked(2), "dead-letters") == []  # two may be by chance


@pytest.mark.says("dead-letters", "yes")
def test_a_topic_that_the_failing_group_reads_itself_is_for_retries() -> None:
    assert verdicts(parked(4, read_again=True), "dead-letters") == [("yes", "orders-morgue", "billing", 4)]


@pytest.mark.says("dead-letters", "yes")
def test_where_offsets_are_told_of_no_event_the_share_of_dead_letters_is_between_two() -> None:
    story = Story()
    for n in (0, 2, 4, 6, 9):  # of ten offsets
        told = {"partition": 0, "offset": n, "group": "billing", "error": "E" if n == 0 else None}
        send = story.send("orders", "shop", n * 100, partition=0, offset=n)
        handling = story.process("orders", "billing", (n * 100 + 10, n * 100 + 20), parent=send, **told)
        if n == 0:
            story.send("orders.dlq", "billing", 15, parent=handling, partition=0, offset=0)
    (found,) = check(story, "dead-letters")
    assert ", 10% to 20% of what it handled meanwhile" in found.message


@pytest.mark.says("poison", "yes")
def test_retries_in_a_topic_that_no_name_tells_are_attempts_at_one_event() -> None:
    story = Story()
    for n in range(10):
        at, key, told = n * 1_000, f"order-{n}", {"partition": 0, "offset": n, "group": "billing"}
        event = story.send("orders", "shop", at, partition=0, offset=n, key=key)
        handling = story.process(
            "orders", "billing", (at + 10, at + 20), parent=event, error="ValueError" if n < 4 else None, **told
        )
        for attempt in (1, 2) if n < 4 else ():  # sent on, and from there once more into the same topic
            where, then = {"partition": 0, "offset": 2 * n + attempt}, at + 100 * attempt
            event = story.send("orders-again", "billing", then - 85, parent=handling, key=key, **where)
            handling = story.process(
                "orders-again", "billing", (then, then + 20), parent=event, group="billing", error="ValueError", **where
            )
    assert verdicts(story, "poison") == [("yes", "orders", "billing", 4)]


@pytest.mark.says("dead-letters", "unknown")
def test_of_sampled_spans_it_is_unknown_whether_only_what_failed_is_sent_to_a_topic() -> None:
    (found,) = check(thinned(parked(4)), "dead-letters")
    assert "whether only what failed is sent there is open" in found.message
    assert verdicts(thinned(parked(4)), "dead-letters") == [("unknown", "orders-hospital", "billing", 4)]


@pytest.mark.says("dead-letters", "no")
def test_failures_that_are_sent_nowhere_are_no_dead_letters() -> None:
    story = Story()
    send = story.send("orders", "shop", 0, partition=0, offset=1)
    told = {"partition": 0, "offset": 1, "group": "billing", "error": "ValueError"}
    story.process("orders", "billing", (10, 20), parent=send, **told)
    assert verdicts(story, "dead-letters") == []


@pytest.mark.parametrize(
    ("elsewhere", "told"), [("", ", of how many is unknown, its spans are sampled"), ("ot=th:8", ", 100% of")]
)
def test_the_share_of_dead_letters_is_told_of_sampled_spans_only_if_all_have_one_rate(
    elsewhere: str, told: str
) -> None:
    story = Story()
    send = story.send("orders", "shop", 0, partition=0, offset=1)
    failed = story.process(
        "orders", "billing", (10, 20), parent=send, partition=0, offset=1, group="billing", error="E"
    )
    failed.otlp.trace_state = elsewhere
    story.send("orders.dlq", "billing", 15, parent=failed, partition=0, offset=7).otlp.trace_state = "ot=th:8"
    (found,) = check(story, "dead-letters")
    assert told in found.message
