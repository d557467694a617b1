"""Guesses inside a service: roots that begin after an arrival whose handling leaves no span (analysis 1.4)."""

from __future__ import annotations

from tests.flows.spans import Story, edge
from tests.flows.test_edges import effects


def test_a_root_send_after_an_arrival_is_guessed_to_be_its_effect() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.receive("orders", "mail", 40, parent=sent, group="mailers")
    onward = story.send("mails", "mail", 50)
    caused = edge(story.graph(), kind="caused")
    assert (caused.source, caused.target) == (f"{sent.event_id}#mailers@1", onward.event_id)
    assert (caused.method, caused.confidence) == ("adjacency", 0.53)


def test_a_send_under_a_root_of_the_handler_is_guessed_like_the_root() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.receive("orders", "mail", 40, parent=sent, group="mailers")
    work = story.span("work", "mail", (42, 60))
    onward = story.send("mails", "mail", 50, parent=work)
    assert edge(story.graph(), kind="caused").target == onward.event_id


def test_equal_keys_make_the_guess_surer() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0, key="k1")
    story.receive("orders", "mail", 40, parent=sent, group="mailers")
    story.send("mails", "mail", 50, key="k1")
    assert edge(story.graph(), kind="caused").confidence == 0.89


def test_nothing_is_guessed_of_another_instance() -> None:
    story = Story()
    sent = story.send("orders", "shop", 0)
    story.receive("orders", "mail", 40, parent=sent, group="mailers", instance="mail-1")
    story.send("mails", "mail", 50, instance="mail-2")
    assert effects(story.graph()) == []
