"""What a person types as a filter, and what is asked for it."""

from __future__ import annotations

import pytest

from tracer.flows import EventFilter
from tui.filter_text import completed, parse_filter


def test_words_are_looked_for_together() -> None:
    assert parse_filter("  user 42 ", 50) == EventFilter(text="user 42", limit=50)


def test_names_narrow_and_the_rest_stays_words() -> None:
    wanted = parse_filter("topic:user-created boom group:crm-sync key:user-7 outcome:error", 10)
    assert wanted == EventFilter("boom", "user-created", "crm-sync", "error", "user-7", limit=10)


def test_a_value_may_be_quoted_and_a_quote_may_still_be_open() -> None:
    assert parse_filter('key:"a b" x', 5) == EventFilter(text="x", key="a b", limit=5)
    assert parse_filter('key:"a b', 5) == EventFilter(key="a b", limit=5)


def test_a_name_without_a_value_narrows_nothing() -> None:
    assert parse_filter("topic: group:", 5) == EventFilter(limit=5)


def test_a_colon_in_a_word_is_no_name() -> None:
    assert parse_filter("kafka://user-created/1/54", 5) == EventFilter(text="kafka://user-created/1/54", limit=5)


def test_the_start_of_an_outcome_is_enough() -> None:
    assert parse_filter("outcome:dead", 5).outcome == "dead-lettered"
    assert parse_filter("outcome:OK", 5).outcome == "ok"


def test_an_outcome_that_is_none_says_what_to_type() -> None:
    with pytest.raises(ValueError, match="no outcome 'boom': type one of ok, error"):
        parse_filter("outcome:boom", 5)


def test_a_part_of_a_known_topic_is_a_word_until_it_is_whole() -> None:
    topics = {"user-created", "user-created.crm.dlq"}
    assert parse_filter("topic:user-cr", 5, topics) == EventFilter(text="user-cr", limit=5)
    assert parse_filter("topic:user-created", 5, topics) == EventFilter(topic="user-created", limit=5)
    assert parse_filter("topic:nowhere", 5, topics) == EventFilter(topic="nowhere", limit=5)


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("to", "topic:"),
        ("x topic:us", "x topic:user-created"),
        ("outcome:e", "outcome:error"),
        ("topic:", None),
        ("topic:user-created", None),
        ("key:a", None),
        ("", None),
        ("zzz", None),
    ],
)
def test_the_last_word_is_completed(line: str, whole: str | None) -> None:
    assert completed(line, {"user-created"}) == whole
