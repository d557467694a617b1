"""Each symptom: where it shows, with the answers that suffer, and where it does not."""

from __future__ import annotations

from typing import Any

from tests.doctor.examined import findings, suffers
from tests.flows.spans import Story, Value

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
    assert suffers(story, "archive", "poll-unseen") == {}  # too few to show a way of working
    story.span("store", "archive", (250, 260))
    assert suffers(story, "archive", "poll-unseen") == {"cause": (3, 3)}


def test_requests_begin_the_traces_of_a_service_that_serves() -> None:
    story = orders()
    story.span("POST /orders", "front", (50, 60), kind="SERVER")
    story.span("warm up", "front", (150, 160))
    assert findings(story, "front") == []


def test_roots_beside_consumer_spans_are_no_unseen_poll() -> None:
    story = orders()
    story.span("every minute", "billing", (50, 60))
    assert findings(story, "billing") == []


def test_timers_of_a_client_whose_poll_is_traced_are_no_unseen_poll() -> None:
    story = Story()
    for number in range(3):
        report = story.span("report", "reports", (number * 10, number * 10 + 5))
        confluent = "opentelemetry.instrumentation.confluent_kafka"
        story.send("reports", "reports", number * 10 + 1, parent=report, scope=confluent)
    assert suffers(story, "reports", "poll-unseen") == {}


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


def test_a_known_context_is_not_stale() -> None:
    assert suffers(orders(), "billing", "stale-context") == {}


def test_a_message_without_any_context_has_no_known_send() -> None:
    story = orders(sent={"partition": 0})
    story.process("orders", "billing", (930, 940), **WHOLE, offset=77)
    assert suffers(story, "billing", "no-context")["sender"] == (1, 5)
    assert suffers(story, "billing", "stale-context") == {}


def test_a_context_of_a_send_that_is_not_there_leaves_the_sender_unknown() -> None:
    story = orders()
    for number in range(10, 12):
        send = story.send("orders", "shop", 900, partition=0, offset=number, lost=True)
        story.process("orders", "billing", (905, 909), parent=send, **WHOLE, offset=number)
    assert suffers(story, "billing", "sender-unseen") == {"sender": (2, 6)}


def test_one_lost_span_of_many_is_no_unseen_sender() -> None:
    story = orders(30)
    send = story.send("orders", "shop", 9_000, partition=0, offset=30, lost=True)
    story.process("orders", "billing", (9_005, 9_009), parent=send, **WHOLE, offset=30)
    assert findings(story, "billing") == []


def handled(inside: bool) -> Story:
    """Orders, each of which makes billing send an invoice; under its process span, or in another thread."""
    story = orders(0)
    for number in range(10):
        send = story.send("orders", "shop", number * 100, partition=0, offset=number)
        told = {**WHOLE, "offset": number}
        process = story.process("orders", "billing", (number * 100 + 5, number * 100 + 40), parent=send, **told)
        parent = process if inside else None
        story.send("invoices", "billing", number * 100 + 20, parent=parent, partition=0, offset=number)
    return story


def test_sends_of_a_thread_without_the_context_are_guessed() -> None:
    assert suffers(handled(inside=False), "billing", "thread-context") == {"effect": (10, 10)}


def test_sends_under_the_process_span_are_known() -> None:
    assert findings(handled(inside=True), "billing") == []


def test_messages_of_a_batch_share_one_span() -> None:
    story = Story()
    sends = [story.send("orders", "shop", number, partition=0, offset=number) for number in range(3)]
    batch = story.process("orders", "billing", (50, 90), links=sends, group="billing-group", batch=3)
    story.send("invoices", "billing", 60, parent=batch, partition=0, offset=1)
    assert suffers(story, "billing", "batch") == {"duration": (3, 3), "effect": (1, 1)}


def test_a_poll_of_many_messages_that_ends_before_their_handlers_is_no_batch() -> None:
    story = Story()
    sends = [story.send("orders", "shop", number, partition=0, offset=number) for number in range(3)]
    story.receive("orders", "billing", 50, links=sends, group="billing-group", batch=3)
    assert [finding.symptom for finding in findings(story, "billing")] == ["handler-scope"]


def polled(messages: int) -> Story:
    """A batch whose handler runs under the poll, beside the process spans of its messages."""
    story = Story()
    poll = story.span("poll orders", "billing", (50, 90), kind="CLIENT", attributes={
        "messaging.system": "kafka", "messaging.operation.type": "receive", "messaging.destination.name": "orders",
        "messaging.batch.message_count": messages,
    })  # fmt: skip
    for number in range(messages):
        send = story.send("orders", "shop", number, partition=0, offset=number)
        told = {**WHOLE, "offset": number}
        story.process("orders", "billing", (51, 89), parent=poll, links=[send], **told)
    story.span("charge", "billing", (55, 60), parent=poll)
    return story


def test_process_spans_beside_the_handler_of_their_batch_tell_no_duration_of_their_own() -> None:
    assert suffers(polled(3), "billing", "batch") == {"duration": (3, 3)}


def test_a_batch_of_one_is_a_message() -> None:
    assert suffers(polled(1), "billing", "batch") == {}


def test_a_retry_that_nothing_ties_to_its_source_is_found() -> None:
    story = orders(received=True)
    story.send("orders.dlq", "billing", 8, partition=0, offset=1)
    assert suffers(story, "billing", "retry-origin") == {"origin": (1, 1)}


def test_a_retry_under_its_attempt_or_with_captured_headers_is_not() -> None:
    story = orders()
    send = story.send("orders", "shop", 900, partition=0, offset=9)
    failed = story.process("orders", "billing", (905, 909), parent=send, **WHOLE, offset=9, error="ValueError")
    story.send("orders.dlq", "billing", 908, parent=failed, partition=0, offset=1)
    headers = {"original_topic": "orders", "original_partition": "0", "original_offset": "9"}
    story.send("orders.dlq", "billing", 950, partition=0, offset=2, headers=headers)
    assert suffers(story, "billing", "retry-origin") == {}


def sampled(state: str | None, attributes: dict[str, Value] | None = None) -> Story:
    story = Story()
    send = story.send("orders", "shop", 0, partition=0, offset=1, attributes=attributes or {})
    send.otlp.trace_state = state or ""
    story.process("orders", "billing", (5, 9), parent=send, **WHOLE, offset=1)
    return story


def test_a_trace_state_tells_of_a_sampler() -> None:
    assert suffers(sampled("ot=th:8"), "shop", "sampled") == {"sampled": (1, 1)}
    assert suffers(sampled("vendor=1,ot=p:2;r:5"), "shop", "sampled") == {"sampled": (1, 1)}
    assert suffers(sampled("es=s:0.25"), "shop", "sampled") == {"sampled": (1, 1)}


def test_an_attribute_of_the_sampler_where_the_trace_begins_tells_of_it() -> None:
    assert suffers(sampled(None, {"SampleRate": 4}), "shop", "sampled") == {"sampled": (1, 1)}
    assert suffers(sampled(None, {"sampler.type": "ratelimiting"}), "shop", "sampled") == {"sampled": (1, 1)}
    assert suffers(sampled(None, {"sampler.type": "ratelimiting"}), "billing", "sampled") == {}


def test_a_sampler_that_keeps_all_leaves_nothing_out() -> None:
    for state in ("ot=th:0;rv:123456789abcde", "ot=p:0", "dd=s:1;p:12ab34cd56ef7890", "es=s:1", None):
        assert suffers(sampled(state), "shop", "sampled") == {}
    assert suffers(sampled(None, {"sampler.type": "probabilistic", "sampler.param": "1.0"}), "shop", "sampled") == {}
    assert suffers(sampled(None, {"sampler.type": "const", "sampling.priority": 1}), "shop", "sampled") == {}


def sends(offsets: list[int], *services: str) -> Story:
    story = Story()
    for number, offset in enumerate(offsets):
        for place, service in enumerate(services):
            story.send("orders", service, number * 10, partition=0, offset=offset + place)
    return story


def test_offsets_that_nobody_is_known_to_have_sent_are_missing() -> None:
    assert suffers(sends([0, 2, 4, 6, 8], "shop"), "shop", "sends-missing") == {"event": (4, 9)}


def test_sends_that_follow_each_other_miss_nothing() -> None:
    assert suffers(sends(list(range(40)), "shop"), "shop", "sends-missing") == {}
    assert suffers(sends([*range(40), 41], "shop"), "shop", "sends-missing") == {}  # one may be lost with a process


def test_sends_of_others_to_the_same_topic_are_not_missing() -> None:
    story = sends([0, 2, 4, 6, 8], "shop", "kiosk")
    assert suffers(story, "shop", "sends-missing") == suffers(story, "kiosk", "sends-missing") == {}


def test_sends_of_others_that_do_not_tell_their_offsets_are_not_missing() -> None:
    story = sends([0, 2, 4, 6, 8], "shop")
    for number in range(4):
        story.send("orders", "kiosk", number * 10 + 5)
    assert suffers(story, "shop", "sends-missing") == {}


def dropped(links: int) -> Story:
    story = Story()
    lots = [story.send("orders", "shop", number, partition=0, offset=number) for number in range(2)]
    batch = story.process("orders", "billing", (50, 90), links=lots, group="billing-group", batch=2 + links)
    batch.otlp.dropped_links_count = links
    return story


def test_links_that_a_limit_dropped_are_messages_that_nobody_tells_of() -> None:
    assert suffers(dropped(3), "billing", "dropped-links") == {"link": (3, 5)}
    assert suffers(dropped(0), "billing", "dropped-links") == {}


def test_spans_without_an_instance_are_told() -> None:
    story = orders()
    send = story.send("orders", "shop", 900, partition=0, offset=9)
    resource = {"service.instance.id": None}
    story.process("orders", "billing", (905, 909), parent=send, **WHOLE, offset=9, resource=resource)
    assert suffers(story, "billing", "instance") == {"instance": (1, 5)}
    assert suffers(story, "shop", "instance") == {}


def apart(early: int, *hosts: str) -> Story:
    story = Story()
    places = [{"host.name": host} for host in hosts] or [{}, {}]
    for number in range(3):
        send = story.send("orders", "shop", number * 100 + 50, partition=0, offset=number, resource=places[0])
        at = number * 100 + 55 - (early if number == 1 else 0)
        told = {**WHOLE, "offset": number, "resource": places[-1]}
        story.process("orders", "billing", (at, at + 4), parent=send, **told)
    return story


def test_a_time_in_queue_below_zero_proves_that_clocks_differ() -> None:
    (finding,) = findings(apart(20, "a", "b"), "billing", "clock-skew")
    assert (finding.count, finding.total) == (1, 3)
    assert finding.what == "clocks differ: b is behind a by 15 ms or more"


def test_clocks_that_prove_nothing_are_not_told() -> None:
    assert findings(apart(0, "a", "b"), "billing") == []
    assert suffers(apart(20, "a", "a"), "billing", "clock-skew") == {}  # one host has one clock
