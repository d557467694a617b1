"""Which producer a record's headers tell."""

from __future__ import annotations

import pytest
from opentelemetry import baggage, propagate, trace
from opentelemetry.context import Context
from opentelemetry.propagators.textmap import TextMapPropagator

from tracer.instrumentation.attributes import error_type, key_text
from tracer.instrumentation.headers import Extractor, Origin
from tracer.instrumentation.topics import purpose


def traceparent(number: int, version: str = "00", tail: str = "") -> tuple[str, bytes]:
    return "traceparent", f"{version}-{number:032x}-{number:016x}-03{tail}".encode()


def extract(headers: list[tuple[str, bytes | None]] | None, ambient: Context | None = None) -> Origin:
    return Extractor().extract(headers, ambient if ambient is not None else Context())


def parent(headers: list[tuple[str, bytes | None]]) -> int:
    origin = extract(headers)
    current = trace.get_current_span(origin.context).get_span_context()
    assert (origin.producer or trace.INVALID_SPAN_CONTEXT) == current
    return current.span_id


def test_one_context_is_the_parent_and_there_are_no_earlier_hops() -> None:
    assert parent([traceparent(5)]) == 5
    assert extract([traceparent(5)]).earlier == ()


def test_a_record_without_headers_leaves_the_context_as_it_is() -> None:
    ambient = Context({"own": "value"})
    assert extract([], ambient) == (ambient, None, ())
    assert extract(None, ambient) == (ambient, None, ())
    assert extract([("app", b"x")], ambient)[0] == ambient


def test_of_several_the_last_valid_one_is_the_parent_and_the_rest_come_newest_first() -> None:
    headers = [traceparent(1), traceparent(2), ("app", b"x"), traceparent(1), traceparent(3)]
    context, _, earlier = extract(headers)
    assert trace.get_current_span(context).get_span_context().span_id == 3
    assert [hop.span_id for hop in earlier] == [1, 2]


@pytest.mark.parametrize(
    "invalid",
    [
        ("traceparent", None),
        ("traceparent", b""),
        ("traceparent", b"\xff\xfe"),
        ("traceparent", b"00-" + b"0" * 32 + b"-" + b"1" * 16 + b"-01"),
        ("traceparent", b"00-" + b"1" * 32 + b"-" + b"0" * 16 + b"-01"),
        traceparent(9, version="ff"),
        traceparent(9, tail="-more"),
    ],
)
def test_what_is_no_valid_context_is_passed_over(invalid: tuple[str, bytes | None]) -> None:
    assert parent([traceparent(1), traceparent(2), invalid]) == 2
    assert parent([invalid, invalid]) == 0


def test_a_later_version_with_more_parts_is_read_by_its_prefix() -> None:
    assert parent([traceparent(1), traceparent(2, version="01", tail="-more")]) == 2


def test_a_tracestate_belongs_to_the_traceparent_before_it() -> None:
    headers = [traceparent(1), ("tracestate", b"a=1"), traceparent(2)]
    span = trace.get_current_span(extract(headers, Context())[0])
    assert not span.get_span_context().trace_state
    span = trace.get_current_span(extract([*headers, ("tracestate", b"b=2")], Context())[0])
    assert span.get_span_context().trace_state.get("b") == "2"


def test_baggage_comes_with_the_context() -> None:
    context, _, _ = extract([traceparent(1), ("baggage", b"plan=pro")], Context())
    assert baggage.get_baggage("plan", context) == "pro"


@pytest.mark.parametrize(
    ("key", "text"),
    [("a", "a"), (b"user-1", "user-1"), (memoryview(b"m"), "m"), (17, "17"), (b"\xff", None), (b"\x00\x01", None)],
)
def test_a_key_is_told_when_it_is_text(key: object, text: str | None) -> None:
    assert key_text(key) == text
    assert key_text(None) is None


def test_an_error_is_told_by_its_qualified_name() -> None:
    class DeclinedError(Exception):
        pass

    assert error_type(ValueError()) == "ValueError"
    assert error_type(DeclinedError()).endswith("test_an_error_is_told_by_its_qualified_name.<locals>.DeclinedError")


@pytest.mark.parametrize(
    ("topic", "use"),
    [
        ("orders.retry", "retry"),
        ("orders-retry-1000", "retry"),
        ("orders__crm__retry_2", "retry"),
        ("orders.retry.30s", "retry"),
        ("orders.retry.crm", "retry"),
        ("OrdersRetry", "retry"),
        ("OrdersDeadLetter", "dead-letter"),
        ("ordersDLQ", "dead-letter"),
        ("orders.dlq.crm", "dead-letter"),
        ("orders-dlt", "dead-letter"),
        ("orders.dead", "dead-letter"),
        ("orders.DLT", "dead-letter"),
        ("user-created.crm.dlq", "dead-letter"),
        ("dlq-orders", "dead-letter"),
        ("orders_error", "dead-letter"),
        ("orders.parking-lot", "dead-letter"),
        ("dead-letter-topic-orders", "dead-letter"),
        ("orders", None),
        ("retry", None),
        ("orders-retrying", None),
        ("retry-policies", None),
        ("idlt", None),
        ("terror", None),
    ],
)
def test_a_topics_name_says_what_it_is_for(topic: str, use: str | None) -> None:
    assert purpose(topic) == use


def test_other_propagators_are_used_as_they_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    class Upper(TextMapPropagator):
        fields = frozenset({"X-TRACE"})

        def extract(self, carrier, context=None, getter=None):  # type: ignore[no-untyped-def]
            (number,) = getter.get(carrier, "X-TRACE")
            span = trace.NonRecordingSpan(trace.SpanContext(int(number), int(number), is_remote=True))
            return trace.set_span_in_context(span, context)

        def inject(self, carrier, context=None, setter=None):  # type: ignore[no-untyped-def]
            raise NotImplementedError

    extractor = Extractor()
    assert extractor.extract([traceparent(5)], Context())
    monkeypatch.setattr(propagate, "_HTTP_TEXT_FORMAT", Upper())
    context, producer, _ = extractor.extract([traceparent(5), ("X-TRACE", b"8")], Context())
    assert trace.get_current_span(context).get_span_context().span_id == 8
    assert producer is not None
    assert producer.span_id == 8
