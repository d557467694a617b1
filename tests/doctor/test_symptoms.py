"""Each symptom: where it shows, with the answers that suffer, and where it does not."""

from __future__ import annotations

from typing import Any

from tests.doctor.examined import findings, suffers
from tests.flows.spans import Story

WHOLE: dict[str, Any] = {"partition": 0, "group": "billing-group"}


def orders(count: int = 4, *, received: bool = False, sent: dict[str, Any] | None = None, **told: Any) -> Story:
    """Orders that billing handles, or only receives; what spans tell is whole but for `told` and `sent`."""
    story = Story()
    for number in range(count):
        send = story.send(
            "orders", "shop", number * 100, **({"partition": 0, "offset": number} if sent is None else sent)
        )
        fields = {**WHOLE, "offset": number, "parent": send, **told}
        if received:
            story.receive("orders", "billing", number * 100 + 5, **fields)
            story.span("charge", "billing", (number * 100 + 7, number * 100 + 9))
        else:
            story.process("orders", "billing", (number * 100 + 5, number * 100 + 9), **fields)
    return story


def test_nothing_is_found_where_spans_tell_everything() -> None:
    story = orders()
    assert findings(story, "shop") == []
    assert findings(story, "billing") == []


def test_attempts_without_a_group_stand_under_the_services_name() -> None:
    assert suffers(orders(group=None), "billing", "group") == {"group": (4, 4)}


def test_systems_without_groups_lack_none() -> None:
    story = Story()
    send = story.send("orders", "shop", 0, system="rabbitmq", message_id="m-1")
    story.process("orders", "billing", (5, 9), parent=send, system="rabbitmq", message_id="m-1")
    assert findings(story, "billing") == []


def test_an_offset_that_neither_side_tells_is_lacking_on_both() -> None:
    story = orders(offset=None, sent={"partition": 0})
    assert suffers(story, "billing", "offset-received") == {"offset": (4, 4)}
    assert suffers(story, "shop", "offset-sent") == {"offset": (4, 4)}


def test_an_offset_that_one_side_tells_is_not_missed() -> None:
    assert suffers(orders(offset=None), "billing", "offset-received") == {}
    assert suffers(orders(sent={"partition": 0}), "shop", "offset-sent") == {}


def test_a_consumer_span_that_ends_before_the_handler_leaves_no_duration() -> None:
    assert suffers(orders(received=True), "billing", "handler-scope")["duration"] == (4, 4)


def test_effects_of_a_handler_that_no_span_holds_are_guesses() -> None:
    story = orders(received=True)
    for number in range(4):
        story.send("invoices", "billing", number * 100 + 8, partition=0, offset=number)
    assert suffers(story, "billing", "handler-scope")["effect"] == (4, 4)


def test_a_process_span_holds_its_handler() -> None:
    assert suffers(orders(), "billing", "handler-scope") == {}


def test_roots_of_a_service_that_seems_to_read_nothing_have_no_cause() -> None:
    story = orders()
    story.span("store", "archive", (50, 60))
    story.span("store", "archive", (150, 160))
    assert suffers(story, "archive", "poll-unseen") == {"cause": (2, 2)}


def test_requests_begin_the_traces_of_a_service_that_serves() -> None:
    story = orders()
    story.span("POST /orders", "front", (50, 60), kind="SERVER")
    story.span("warm up", "front", (150, 160))
    assert findings(story, "front") == []


def test_roots_beside_consumer_spans_are_no_unseen_poll() -> None:
    story = orders()
    story.span("every minute", "billing", (50, 60))
    assert findings(story, "billing") == []


def test_the_context_of_an_earlier_send_is_stale() -> None:
    story = orders()
    first = story.send("orders", "shop", 900, partition=0, offset=9)
    failed = story.process("orders", "billing", (905, 909), parent=first, **WHOLE, offset=9, error="ValueError")
    story.send("orders.retry", "billing", 908, parent=failed, partition=0)
    story.send("orders.retry", "billing", 908, parent=failed, partition=0)
    story.process("orders.retry", "billing", (930, 940), parent=first, **WHOLE, offset=5)
    (finding,) = findings(story, "billing", "stale-context")
    assert finding.count == 1
    assert "in orders.retry" in finding.what
    assert suffers(story, "billing", "no-context") == {}


def test_a_message_without_any_context_has_no_known_send() -> None:
    story = orders(sent={"partition": 0})
    story.process("orders", "billing", (930, 940), **WHOLE, offset=77)
    assert suffers(story, "billing", "no-context")["sender"] == (1, 5)
    assert suffers(story, "billing", "stale-context") == {}
