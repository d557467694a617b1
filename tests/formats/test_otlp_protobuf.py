"""Requests as clients send them, and as they should not, become rows of the lake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tracer.formats import otlp_protobuf
from tracer.formats.otlp_protobuf import decode
from tracer.store.schema import SPANS

TRACE, SPAN = bytes(range(1, 17)), bytes(range(1, 9))


def a_span(**fields: Any) -> Span:
    """A valid span; `fields` on top."""
    usual = {"trace_id": TRACE, "span_id": SPAN, "name": "send orders"}
    return Span(**(usual | {"start_time_unix_nano": 1_000, "end_time_unix_nano": 2_000} | fields))


def request(*spans: Span, resource: dict[str, str] | None = None, scope: str = "") -> bytes:
    """One request with one resource and one scope."""
    message = ExportTraceServiceRequest()
    resource_spans = message.resource_spans.add()
    for key, value in (resource or {}).items():
        resource_spans.resource.attributes.add(key=key).value.string_value = value
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = scope
    scope_spans.spans.extend(spans)
    return message.SerializeToString()


def rows(*payloads: bytes) -> list[dict[str, Any]]:
    """The decoded rows; nothing may have been set aside."""
    decoded = decode(payloads, range(len(payloads)))
    assert decoded.rejected == ()
    assert decoded.spans.schema == SPANS
    decoded.spans.validate(full=True)
    return decoded.spans.to_pylist()


def attribute(**value: Any) -> list[KeyValue]:
    """One attribute `a`."""
    return [KeyValue(key="a", value=AnyValue(**value))]


def other(span: Span) -> Any:
    """The one attribute of a span that is no text, number or boolean."""
    (pair,) = rows(request(span))[0]["other_attributes"]
    return json.loads(pair["v"])


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def field(number: int, body: bytes) -> bytes:
    """A length-delimited field, for what no library would write."""
    return varint(number << 3 | 2) + varint(len(body)) + body


def test_every_field_of_a_span_arrives() -> None:
    span = a_span(
        parent_span_id=b"\xab" * 8,
        trace_state="vendor=1",
        flags=0x301,
        kind=Span.SPAN_KIND_PRODUCER,
        dropped_attributes_count=1,
        dropped_events_count=2,
        dropped_links_count=3,
        attributes=[
            KeyValue(key="error.type", value=AnyValue(string_value="E")),
            KeyValue(key="i", value=AnyValue(int_value=-7)),
            KeyValue(key="r", value=AnyValue(double_value=0.5)),
            KeyValue(key="b", value=AnyValue(bool_value=False)),
            KeyValue(key="thread.id", value=AnyValue(int_value=17)),
        ],
        events=[Span.Event(time_unix_nano=5, name="e", attributes=attribute(int_value=1), dropped_attributes_count=4)],
        links=[Span.Link(trace_id=TRACE, span_id=SPAN, trace_state="l=1", flags=1, attributes=attribute(int_value=2))],
    )
    span.status.code, span.status.message = 2, "broken"
    resource = {"service.name": "orders", "service.instance.id": "orders-0", "host.name": "h-1"}
    (row,) = decode([request(span, resource=resource, scope="kafka-python")], [99], batch=7).spans.to_pylist()
    told = {key: value for key, value in row.items() if not key.startswith("messaging_")}
    assert told == {
        "batch": 7,
        "received_ns": 99,
        "trace_id": "0102030405060708090a0b0c0d0e0f10",
        "span_id": "0102030405060708",
        "parent_span_id": "abababababababab",
        "trace_state": "vendor=1",
        "flags": 0x301,
        "name": "send orders",
        "kind": 4,
        "start_ns": 1_000,
        "end_ns": 2_000,
        "status_code": 2,
        "status_message": "broken",
        "service": "orders",
        "service_instance": "orders-0",
        "resource_attributes": '{"service.name":"orders","service.instance.id":"orders-0","host.name":"h-1"}',
        "scope_name": "kafka-python",
        "scope_version": None,
        "scope_attributes": None,
        "text_attributes": [{"k": "error.type", "v": "E"}],
        "int_attributes": [{"k": "i", "v": -7}, {"k": "thread.id", "v": 17}],
        "real_attributes": [{"k": "r", "v": 0.5}],
        "bool_attributes": [{"k": "b", "v": False}],
        "other_attributes": [],
        "dropped_attributes_count": 1,
        "events": [{"time_ns": 5, "name": "e", "attributes": '{"a":1}', "dropped_attributes_count": 4}],
        "dropped_events_count": 2,
        "links": [
            {
                "trace_id": "0102030405060708090a0b0c0d0e0f10",
                "span_id": "0102030405060708",
                "trace_state": "l=1",
                "flags": 1,
                "attributes": '{"a":2}',
                "dropped_attributes_count": 0,
            }
        ],
        "dropped_links_count": 3,
        "host": "h-1",
        "thread": "17",
        "error_type": "E",
    }


def test_what_a_span_does_not_say_is_null() -> None:
    (row,) = rows(request(a_span()))
    silent = ("parent_span_id", "trace_state", "status_message", "service", "service_instance", "scope_name", "host")
    assert {row[name] for name in silent} == {None}
    assert (row["status_code"], row["kind"], row["resource_attributes"]) == (0, 0, "{}")


@pytest.mark.parametrize(
    ("resource", "host"),
    [
        ({"host.name": "a", "k8s.node.name": "b"}, "a"),
        ({"k8s.node.name": "b", "k8s.pod.name": "c"}, "b"),
        ({"k8s.pod.name": "c", "container.id": "d"}, "c"),
        ({"container.id": "d"}, "d"),
        ({"service.instance.id": "e"}, None),
    ],
)
def test_the_host_is_the_best_name_that_the_resource_has(resource: dict[str, str], host: str | None) -> None:
    (row,) = rows(request(a_span(), resource=resource))
    assert row["host"] == host


def test_rows_keep_the_order_of_the_requests_and_their_arrival() -> None:
    payloads = [
        request(a_span(name=f"{i}-0"), a_span(name=f"{i}-1"), resource={"service.name": f"s{i}"}) for i in range(3)
    ]
    told = [(row["name"], row["service"], row["received_ns"]) for row in rows(*payloads)]
    assert told == [(f"{i}-{j}", f"s{i}", i) for i in range(3) for j in range(2)]


def test_many_slices_give_the_same_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = [request(a_span(name=f"n{i}", attributes=attribute(int_value=i))) for i in range(20)]
    whole = decode(payloads, range(20)).spans
    monkeypatch.setattr(otlp_protobuf, "SLICE_BYTES", 100)
    assert decode(payloads, range(20)).spans.equals(whole)


@pytest.mark.parametrize("payloads", [[], [b""], [b"", b""], [request()]])
def test_nothing_gives_no_rows(payloads: list[bytes]) -> None:
    assert rows(*payloads) == []


def test_messaging_attributes_fill_their_columns() -> None:
    span = a_span(attributes=[KeyValue(key="messaging.kafka.partition", value=AnyValue(int_value=3))])
    assert rows(request(a_span(), span))[1]["messaging_destination_partition_id"] == "3"


def test_the_instance_of_a_service_without_one_is_its_host_and_process() -> None:
    message = ExportTraceServiceRequest.FromString(request(a_span(), resource={"host.name": "node-1"}))
    message.resource_spans[0].resource.attributes.add(key="process.pid").value.int_value = 42
    assert rows(message.SerializeToString())[0]["service_instance"] == "node-1/42"


def test_a_service_name_that_is_no_text_is_its_json() -> None:
    message = ExportTraceServiceRequest.FromString(request(a_span()))
    message.resource_spans[0].resource.attributes.add(key="service.name").value.bool_value = True
    assert rows(message.SerializeToString())[0]["service"] == "true"


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (
            a_span(attributes=attribute(array_value={"values": [{"string_value": "x"}, {"int_value": 1}, {}]})),
            ["x", 1, None],
        ),
        (
            a_span(attributes=attribute(kvlist_value={"values": [{"key": "k", "value": {"bool_value": True}}]})),
            {"k": True},
        ),
        (a_span(attributes=attribute(bytes_value=b"\x00\xff")), {"bytesValue": "AP8="}),
        (a_span(attributes=attribute(array_value={"values": [{"double_value": float("inf")}]})), ["Infinity"]),
        (a_span(attributes=attribute(array_value={"values": [{"double_value": float("nan")}]})), ["NaN"]),
        (a_span(attributes=attribute(array_value={})), []),
        (a_span(attributes=attribute()), None),
        (a_span(attributes=[KeyValue(key="a")]), None),
    ],
)
def test_lists_maps_and_bytes_become_json(span: Span, expected: object) -> None:
    assert other(span) == expected


def test_a_value_nested_beyond_the_limit_costs_neither_the_span_nor_the_stack() -> None:
    bomb = field(1, b"deep")
    for _ in range(5_000):
        bomb = field(5, field(1, bomb))
    span = a_span().SerializeToString() + field(9, field(1, b"a") + field(2, bomb))
    payload = field(1, field(2, field(2, span)))
    (row,) = rows(payload)
    assert set(json.loads(row["other_attributes"][0]["v"])) == {"undecodable"}


@pytest.mark.parametrize("where", ["name", "value", "key", "resource", "event", "list"])
def test_text_that_is_no_utf8_is_mended(where: str) -> None:
    bad = b"caf\xe9"
    pair = field(1, b"a") + field(2, field(1, bad))
    span = a_span(name="").SerializeToString()
    span += {
        "name": field(5, bad),
        "value": field(9, pair),
        "key": field(9, field(1, bad) + field(2, field(1, b"v"))),
        "resource": b"",
        "event": field(11, field(2, b"e") + field(3, pair)),
        "list": field(9, field(1, b"a") + field(2, field(5, field(1, field(1, bad))))),
    }[where]
    resource = field(1, field(1, pair)) if where == "resource" else b""
    good = request(a_span())
    decoded = rows(good, field(1, resource + field(2, field(2, span))), good)
    assert len(decoded) == 3
    assert "caf\N{REPLACEMENT CHARACTER}" in json.dumps(decoded[1], ensure_ascii=False)


def test_text_with_quotes_and_emoji_is_kept() -> None:
    text = 'a"\\{}🙂'
    span = a_span(name=text, attributes=attribute(string_value=text))
    (row,) = rows(request(span))
    assert (row["name"], row["text_attributes"][0]["v"]) == (text, text)


def test_nul_stays_in_attributes_and_becomes_its_symbol_in_columns() -> None:
    key = "\0\0\0\5"  # a binary message key
    span = a_span(
        name="a\0b", attributes=[KeyValue(key="messaging.kafka.message.key", value=AnyValue(string_value=key))]
    )
    plain, row = rows(request(a_span(), span, resource={"service.name": "s"}))
    assert plain["name"] == "send orders"
    assert row["text_attributes"] == [{"k": "messaging.kafka.message.key", "v": key}]
    assert (row["name"], row["messaging_kafka_message_key"], row["service"]) == ("a␀b", "␀␀␀\5", "s")


@pytest.mark.parametrize("broken", [b"\xff\xff\xff", b"\x0a\xff", request(a_span())[:-3], b'{"resourceSpans": []}'])
def test_a_request_that_cannot_be_decoded_is_set_aside_alone(broken: bytes) -> None:
    decoded = decode([request(a_span(name="before")), broken, request(a_span(name="after"))], [1, 2, 3])
    assert decoded.spans["name"].to_pylist() == ["before", "after"]
    assert decoded.spans["received_ns"].to_pylist() == [1, 3]
    assert [(rejected.payload, rejected.spans) for rejected in decoded.rejected] == [(1, None)]
    assert decoded.rejected[0].reason


@pytest.mark.parametrize(
    "fields",
    [
        {"trace_id": TRACE[:15]},
        {"trace_id": b""},
        {"trace_id": bytes(16)},
        {"span_id": SPAN + b"x"},
        {"span_id": bytes(8)},
        {"parent_span_id": b"abc"},
        {"start_time_unix_nano": 2**63},
        {"end_time_unix_nano": 2**64 - 1},
    ],
)
def test_an_invalid_span_is_set_aside_alone(fields: dict[str, Any]) -> None:
    decoded = decode([request(a_span()), request(a_span(name="one"), a_span(**fields), a_span(name="two"))], [1, 2])
    assert decoded.spans["name"].to_pylist() == ["send orders", "one", "two"]
    assert [(rejected.payload, rejected.spans) for rejected in decoded.rejected] == [(1, 1)]


def test_a_span_with_two_faults_is_counted_once() -> None:
    decoded = decode([request(a_span(trace_id=b"", span_id=b""))], [1])
    assert [rejected.spans for rejected in decoded.rejected] == [1]


@pytest.mark.parametrize("parent", [b"", bytes(8)])
def test_a_root_has_no_parent(parent: bytes) -> None:
    assert rows(request(a_span(parent_span_id=parent)))[0]["parent_span_id"] is None


def test_a_link_with_an_invalid_id_keeps_its_place() -> None:
    links = [Span.Link(trace_id=b"", span_id=SPAN), Span.Link(trace_id=TRACE, span_id=SPAN)]
    told = [(link["trace_id"] is None, link["span_id"]) for link in rows(request(a_span(links=links)))[0]["links"]]
    assert told == [(True, "0102030405060708"), (False, "0102030405060708")]


def test_numbers_of_a_later_version_become_unspecified() -> None:
    payload = field(1, field(2, field(2, a_span().SerializeToString() + b"\x30\x63" + field(15, b"\x18\x09"))))
    (row,) = rows(payload)
    assert (row["kind"], row["status_code"]) == (0, 0)


def test_a_real_that_is_no_number_is_kept() -> None:
    (row,) = rows(request(a_span(attributes=attribute(double_value=float("-inf")))))
    assert row["real_attributes"] == [{"k": "a", "v": float("-inf")}]


any_text = st.text(max_size=20)
scalar = st.one_of(
    any_text.map(lambda v: AnyValue(string_value=v)),
    st.integers(-(2**63), 2**63 - 1).map(lambda v: AnyValue(int_value=v)),
    st.floats(allow_nan=False).map(lambda v: AnyValue(double_value=v)),
    st.booleans().map(lambda v: AnyValue(bool_value=v)),
    st.binary(max_size=10).map(lambda v: AnyValue(bytes_value=v)),
)
pairs = st.dictionaries(any_text, scalar, max_size=4)


@given(st.lists(st.lists(pairs, max_size=3), max_size=4))
def test_every_attribute_comes_back_with_its_type_and_span(requests: list[list[dict[str, AnyValue]]]) -> None:
    payloads = [
        request(*(a_span(attributes=[KeyValue(key=k, value=v) for k, v in attributes.items()]) for attributes in spans))
        for spans in requests
    ]
    expected = [attributes for spans in requests for attributes in spans]
    for row, attributes in zip(rows(*payloads), expected, strict=True):
        fields = {"text": "string_value", "int": "int_value", "real": "double_value", "bool": "bool_value"}
        for column, kind in fields.items():
            wanted = {k: getattr(v, kind) for k, v in attributes.items() if v.HasField(kind)}
            assert {pair["k"]: pair["v"] for pair in row[f"{column}_attributes"]} == wanted
        assert {pair["k"] for pair in row["other_attributes"]} == {
            k for k, v in attributes.items() if v.HasField("bytes_value")
        }


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(junk: bytes) -> None:
    decoded = decode([junk, request(a_span(name="good"))], [1, 2])
    assert decoded.spans["name"].to_pylist()[-1] == "good"


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_flipped_byte_never_costs_the_neighbour(place: int, value: int) -> None:
    payload = bytearray(request(a_span(attributes=attribute(string_value="x" * 50), links=[Span.Link(trace_id=TRACE)])))
    payload[place % len(payload)] = value
    decoded = decode([bytes(payload), request(a_span(name="good"))], [1, 2])
    decoded.spans.validate(full=True)
    assert decoded.spans["name"].to_pylist()[-1] == "good"
