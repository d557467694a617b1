"""Business duplicate: the same payload for the same key sent again, where the payload's hash is told."""

from __future__ import annotations

import pytest

from tests.checks.checking import report_of, verdicts
from tests.flows.spans import Story
from tracer.formats.otlp_protobuf import decode

MINUTE = 60_000


def sent(*messages: tuple[int, str, str]) -> Story:
    """Orders with these times (ms), keys and hashes of the payload."""
    story = Story()
    for offset, (at, key, payload) in enumerate(messages):
        hashed = {"messaging.message.body.hash": payload}
        story.send("orders", "shop", at, partition=0, offset=offset, key=key, attributes=hashed)
    return story


@pytest.mark.says("business-duplicate", "yes")
def test_key_and_payload_of_a_message_before_are_a_suspected_duplicate() -> None:
    story = sent((0, "a", "1"), (100, "b", "2"), (200, "a", "1"), (300, "c", "3"))
    assert verdicts(story, "business-duplicate") == [("yes", "orders", None, 1)]


@pytest.mark.says("business-duplicate", "no")
def test_another_key_another_payload_or_a_later_hour_is_none() -> None:
    story = sent((0, "a", "1"), (100, "b", "1"), (200, "a", "2"), (11 * MINUTE, "a", "1"))
    assert verdicts(story, "business-duplicate") == []


@pytest.mark.says("business-duplicate", "no")
def test_without_keys_or_in_a_retry_topic_equal_payloads_are_none() -> None:
    story = Story()
    for n, topic in enumerate(["orders", "orders", "orders.retry", "orders.retry"]):
        told = {"key": "a"} if topic != "orders" else {}
        hashed = {"messaging.message.body.hash": "1"}
        story.send(topic, "shop", n * 100, partition=0, offset=n, attributes=hashed, **told)
    assert verdicts(story, "business-duplicate") == []


@pytest.mark.says("business-duplicate", "no")
def test_one_message_that_was_sent_twice_is_told_as_that() -> None:
    story = Story()
    for n in range(2):
        hashed = {"messaging.message.body.hash": "1"}
        story.send("orders", "shop", n, partition=0, offset=n, key="a", message_id="m", attributes=hashed)
    assert verdicts(story, "business-duplicate") == []


@pytest.mark.says("business-duplicate", "unknown")
def test_payloads_that_repeat_as_a_rule_tell_nothing() -> None:
    story = sent(*[(n * 100, "a", "1") for n in range(6)])
    assert [one[0] for one in verdicts(story, "business-duplicate")] == ["unknown"]


def test_without_hashes_it_is_not_looked_for_and_says_so() -> None:
    story = Story()
    story.send("orders", "shop", 0, partition=0, offset=0, key="a")
    (blind,) = report_of(decode(story.requests(), [1]).spans).not_looked_for
    assert (blind.check, blind.reason) == (
        "business-duplicate",
        "no send span that was looked at carries messaging.message.body.hash",
    )
