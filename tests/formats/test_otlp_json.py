"""OTLP/JSON becomes the protobuf request it stands for, whichever dialect of JSON it is written in."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue, KeyValueList
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status

from tracer.formats.otlp_json import to_protobuf

TRACE = "5b8efff798038103d269b633813fc60c"
SPAN = "eee19b7ec3c1b174"


def converted(document: object) -> Any:
    return ExportTraceServiceRequest.FromString(to_protobuf(json.dumps(document).encode()))


def one_span(**fields: object) -> Any:
    span = {"traceId": TRACE, "spanId": SPAN, "name": "orders send", **fields}
    request = converted({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]})
    return request.resource_spans[0].scope_spans[0].spans[0]


def attribute(value: object) -> Any:
    return one_span(attributes=[{"key": "k", "value": value}]).attributes[0].value


def texts() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def any_values() -> st.SearchStrategy[Any]:
    leaves = st.one_of(
        st.builds(AnyValue),
        st.builds(AnyValue, string_value=texts()),
        st.builds(AnyValue, bool_value=st.booleans()),
        st.builds(AnyValue, int_value=st.integers(-(2**63), 2**63 - 1)),
        st.builds(AnyValue, double_value=st.floats(allow_nan=False)),
        st.builds(AnyValue, bytes_value=st.binary(max_size=8)),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(AnyValue, array_value=st.builds(ArrayValue, values=st.lists(inner, max_size=3))),
            st.builds(
                AnyValue,
                kvlist_value=st.builds(
                    KeyValueList, values=st.lists(st.builds(KeyValue, key=texts(), value=inner), max_size=3)
                ),
            ),
        ),
        max_leaves=5,
    )


def requests() -> st.SearchStrategy[Any]:
    attributes = st.lists(st.builds(KeyValue, key=texts(), value=any_values()), max_size=2)
    nanoseconds, count = st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1)
    trace_id, span_id = st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8)
    event = st.builds(Span.Event, time_unix_nano=nanoseconds, name=texts(), attributes=attributes)
    link = st.builds(
        Span.Link, trace_id=trace_id, span_id=span_id, trace_state=texts(), flags=count, attributes=attributes
    )
    span = st.builds(
        Span,
        trace_id=trace_id,
        span_id=span_id,
        parent_span_id=span_id,
        trace_state=texts(),
        flags=count,
        name=texts(),
        kind=st.integers(0, 5),
        start_time_unix_nano=nanoseconds,
        end_time_unix_nano=nanoseconds,
        attributes=attributes,
        dropped_attributes_count=count,
        events=st.lists(event, max_size=2),
        dropped_events_count=count,
        links=st.lists(link, max_size=2),
        dropped_links_count=count,
        status=st.builds(Status, code=st.integers(0, 2), message=texts()),
    )
    scope = st.builds(ScopeSpans, spans=st.lists(span, max_size=2), schema_url=texts())
    resource = st.builds(ResourceSpans, scope_spans=st.lists(scope, max_size=2), schema_url=texts())
    return st.builds(ExportTraceServiceRequest, resource_spans=st.lists(resource, max_size=2))


@settings(max_examples=50, deadline=None)
@given(requests(), st.booleans(), st.booleans())
def test_what_protobufs_own_json_mapping_writes_reads_back_as_the_same_message(
    request: Any, snake_case: bool, enum_numbers: bool
) -> None:
    """Protobuf's library is the oracle; it writes ids in base64 and, unless told otherwise, enums by name."""
    text = json_format.MessageToJson(
        request, preserving_proto_field_name=snake_case, use_integers_for_enums=enum_numbers
    )
    assert to_protobuf(text.encode()) == request.SerializeToString()


@pytest.mark.parametrize(
    "written",
    [
        TRACE,
        TRACE.upper(),
        "0x" + TRACE,
        base64.b64encode(bytes.fromhex(TRACE)).decode(),
    ],
)
def test_a_trace_id_is_read_as_hex_of_any_case_with_0x_or_as_base64(written: str) -> None:
    assert one_span(traceId=written).trace_id.hex() == TRACE


def test_a_span_id_is_read_as_hex_of_any_case_with_0x_or_as_base64() -> None:
    for written in (SPAN, SPAN.upper(), "0x" + SPAN, base64.b64encode(bytes.fromhex(SPAN)).decode()):
        span = one_span(spanId=written, parentSpanId=written, links=[{"traceId": TRACE, "spanId": written}])
        assert {span.span_id.hex(), span.parent_span_id.hex(), span.links[0].span_id.hex()} == {SPAN}


def test_a_trace_id_of_64_bits_is_padded_on_the_left() -> None:
    assert one_span(traceId=SPAN).trace_id.hex() == "0" * 16 + SPAN


def test_an_id_of_a_wrong_length_is_left_for_the_decoder_to_reject_with_its_span() -> None:
    assert one_span(spanId="abcd").span_id == b"\xab\xcd"


@pytest.mark.parametrize("written", [1544712660300000000, "1544712660300000000", 1.5447126603e18])
def test_a_time_is_read_from_a_number_or_text(written: object) -> None:
    assert one_span(startTimeUnixNano=written).start_time_unix_nano == 1544712660300000000


@pytest.mark.parametrize("written", [4, "4", "SPAN_KIND_PRODUCER", "producer"])
def test_a_kind_is_read_from_its_number_or_its_name(written: object) -> None:
    assert one_span(kind=written).kind == Span.SPAN_KIND_PRODUCER


@pytest.mark.parametrize("written", [2, "STATUS_CODE_ERROR"])
def test_a_status_code_is_read_from_its_number_or_its_name(written: object) -> None:
    assert one_span(status={"code": written, "message": "no"}).status.code == Status.STATUS_CODE_ERROR


def test_attribute_values_keep_their_types() -> None:
    assert attribute({"intValue": "9007199254740993"}).int_value == 9007199254740993
    assert attribute({"intValue": 7}).int_value == 7
    assert attribute({"boolValue": False}).WhichOneof("value") == "bool_value"
    assert attribute({"stringValue": "7"}).string_value == "7"
    assert attribute({"doubleValue": 7}).double_value == 7.0
    assert math.isnan(attribute({"doubleValue": "NaN"}).double_value)
    assert attribute({"doubleValue": "-Infinity"}).double_value == -math.inf
    assert attribute({"bytesValue": "_-8"}).bytes_value == b"\xff\xef"
    assert [item.int_value for item in attribute({"arrayValue": {"values": [{"intValue": 1}]}}).array_value.values] == [
        1
    ]


def test_an_attribute_without_a_value_stays_and_is_empty() -> None:
    for value in (None, {}, {"stringValue": None}):
        assert attribute(value).WhichOneof("value") is None
    assert attribute({"arrayValue": {}}).WhichOneof("value") == "array_value"


def test_the_names_of_older_versions_of_the_protocol_are_read() -> None:
    library = {
        "instrumentationLibrary": {"name": "kafka", "version": "1"},
        "spans": [{"traceId": TRACE, "spanId": SPAN}],
    }
    scope = converted({"batches": [{"instrumentationLibrarySpans": [library]}]}).resource_spans[0].scope_spans[0]
    assert (scope.scope.name, scope.spans[0].span_id.hex()) == ("kafka", SPAN)


def test_unknown_fields_and_nulls_are_ignored() -> None:
    span = one_span(weather={"wind": [1]}, parentSpanId=None, attributes=None, status=None)
    assert span.name == "orders send"


def test_half_of_a_surrogate_pair_is_replaced_and_the_rest_kept() -> None:
    assert one_span(name="cut \ud83d, whole \U0001f600").name == "cut \ufffd, whole \U0001f600"


def test_an_empty_request_and_one_of_another_signal_hold_no_spans() -> None:
    assert to_protobuf(b"{}") == b""
    assert to_protobuf(b'{"resourceLogs": [{"scopeLogs": []}]}') == b""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b'{"resourceSpans": [', "line 1 column"),
        (b'{"resourceSpans": "\xff"}', "byte 19 is not UTF-8"),
        (b"[1]", "resourceSpans was expected"),
        (b'{"data": []}', "no resourceSpans in it"),
        (b'{"resourceSpans": {}}', "resource_spans is {}, a list was expected"),
        (b'{"resourceSpans": [7]}', "resourceSpans is 7, an object was expected"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_otlp_json_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        to_protobuf(body)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("traceId", "not hex", 'trace_id is "not hex", hex digits were expected'),
        ("kind", "SPAN_KIND_BROKER", "kind is"),
        ("startTimeUnixNano", "today", 'start_time_unix_nano is "today", an integer was expected'),
        ("startTimeUnixNano", -1, "out of range"),
        ("startTimeUnixNano", True, "an integer was expected"),
        ("name", 7, "name is 7, text was expected"),
        ("attributes", [{"key": "k", "value": "bare"}], "an object was expected"),
        ("attributes", [{"key": "k", "value": {"doubleValue": "much"}}], "a number was expected"),
    ],
)
def test_a_field_of_the_wrong_type_is_named_with_its_value(field: str, value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        one_span(**{field: value})


def test_an_attribute_nested_beyond_what_protobuf_holds_is_refused() -> None:
    value: dict[str, object] = {"intValue": 1}
    for _ in range(200):
        value = {"arrayValue": {"values": [value]}}
    with pytest.raises(ValueError, match="nested too deeply"):
        attribute(value)


FIELDS = [
    *("resourceSpans", "resource", "attributes", "key", "value", "scopeSpans", "scope", "spans", "traceId", "spanId"),
    *("kind", "events", "links", "status", "code", "stringValue", "intValue", "arrayValue", "kvlistValue", "values"),
    *("startTimeUnixNano", "entityRefs", "idKeys", "bytesValue", "doubleValue", "flags", "name", "other"),
]


def documents() -> st.SearchStrategy[Any]:
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just(TRACE))
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
        max_leaves=20,
    )


@settings(max_examples=200, deadline=None)
@given(documents())
def test_any_json_is_converted_or_refused_with_a_reason(document: object) -> None:
    for body in (document, {"resourceSpans": [{"scopeSpans": [{"spans": [document]}]}]}):
        try:
            ExportTraceServiceRequest.FromString(to_protobuf(json.dumps(body).encode()))
        except ValueError as error:
            assert str(error)
