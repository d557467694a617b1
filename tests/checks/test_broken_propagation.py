"""Broken propagation: contexts that were there and that readers do not find."""

from __future__ import annotations

import pytest

from tests.checks.checking import check, thinned, verdicts
from tests.flows.spans import Span, Story
from tracer.flows.model import Unknown


def handled(story: Story, topic: str, offset: int, group: str, parent: Span | None) -> Span:
    at = offset * 100 + 10
    told = {"partition": 0, "offset": offset, "group": group}
    return story.process(topic, group, (at, at + 5), parent=parent, **told)


def orders(count: int, *, finders: tuple[str, ...], blind: tuple[str, ...], away: bool = False) -> Story:
    """Orders of `shop`, whose context some groups find and others do not. All find those of `bills`."""
    story = Story()
    for n in range(count):
        send = story.send("orders", "shop", n * 100, partition=0, offset=n)
        bill = story.send("bills", "bank", n * 100, partition=0, offset=n)
        for group in (*finders, *blind):
            handled(story, "orders", n, group, send if group in finders else None)
            handled(story, "bills", n, group, bill)
    if away:
        handled(story, "orders", count, "mail", story.send("orders", "shop", count * 100, lost=True))
    return story


@pytest.mark.says("broken-propagation", "yes")
def test_a_sender_whose_context_nobody_finds_drops_it() -> None:
    (found,) = check(orders(5, finders=(), blind=("mail", "audit")), "broken-propagation")
    assert (found.subject, found.topic, found.group, found.count) == ("shop", "orders", None, 5)
    assert "let shop write its context into the headers" in found.message


@pytest.mark.says("broken-propagation", "yes")
def test_a_group_that_does_not_find_what_others_find_does_not_read_it() -> None:
    (found,) = check(orders(5, finders=("mail",), blind=("audit",)), "broken-propagation")
    assert (found.subject, found.group, found.count) == ("audit", "audit", 5)
    assert "let audit read `traceparent`" in found.message


@pytest.mark.says("broken-propagation", "no")
def test_contexts_that_are_found_are_not_broken() -> None:
    assert verdicts(orders(5, finders=("mail", "audit"), blind=()), "broken-propagation") == []


@pytest.mark.says("broken-propagation", "no")
def test_readers_that_never_find_any_context_do_not_look_for_it() -> None:
    story = Story()
    for n in range(5):
        story.send("orders", "shop", n * 100, partition=0, offset=n)
        handled(story, "orders", n, "mail", None)
    assert verdicts(story, "broken-propagation") == []


@pytest.mark.says("broken-propagation", "no")
def test_two_events_are_too_few() -> None:
    assert verdicts(orders(2, finders=(), blind=("mail", "audit")), "broken-propagation") == []


@pytest.mark.says("broken-propagation", "unknown")
def test_where_spans_are_missing_it_is_unknown() -> None:
    story = orders(5, finders=(), blind=("audit",), away=True)
    assert [each[0] for each in verdicts(story, "broken-propagation")] == ["unknown"]


@pytest.mark.says("broken-propagation", "unknown")
def test_where_spans_of_the_readers_are_sampled_it_is_unknown() -> None:
    (found,) = check(thinned(orders(5, finders=(), blind=("mail", "audit")), "mail"), "broken-propagation")
    assert "spans of its readers tell of sampling" in found.message
    assert isinstance(found, Unknown)


def copied_along(*, batch: bool = False) -> Story:
    """Bills that carry the context of their orders first, which `mail` links to; in a batch it links to others, too."""
    story = Story()
    for n in range(5):
        send = story.send("orders", "shop", n * 100, partition=0, offset=n)
        work = handled(story, "orders", n, "billing", send)
        bill = story.send("bills", "billing", n * 100 + 12, parent=work, partition=0, offset=n)
        handled(story, "bills", n, "audit", bill)
        told = {"partition": 0, "offset": n, "group": "mail", "links": [send, work] if batch else [send]}
        story.process("bills", "mail", (n * 100 + 30, n * 100 + 35), **told)
    return story


@pytest.mark.says("broken-propagation", "yes")
def test_a_stale_header_that_a_reader_links_to_is_found_too() -> None:
    assert verdicts(copied_along(), "broken-propagation") == [("yes", "bills", None, 5)]


@pytest.mark.says("broken-propagation", "no")
def test_links_of_which_several_stand_on_one_span_tell_no_stale_header() -> None:
    assert "a stale header" not in " ".join(
        each.message for each in check(copied_along(batch=True), "broken-propagation")
    )


@pytest.mark.says("broken-propagation", "yes")
def test_a_header_that_was_copied_along_and_stands_first_is_stale() -> None:
    story = Story()
    for n in range(5):
        send = story.send("orders", "shop", n * 100, partition=0, offset=n)
        work = handled(story, "orders", n, "billing", send)
        story.send("bills", "billing", n * 100 + 12, parent=work, partition=0, offset=n)
        late = n * 100 + 30
        told = {"partition": 0, "offset": n, "group": "mail"}
        story.process("bills", "mail", (late, late + 5), parent=send, **told)
    (found,) = check(story, "broken-propagation")
    assert (found.subject, found.topic, found.count) == ("billing", "bills", 5)
    assert found.message.startswith("mail took that of orders for that of 5 events of bills from billing")
    assert "drop `traceparent`" in found.message
