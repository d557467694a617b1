"""Files of spans are recognised by content and come out as bounded requests, or the fault and its place are told."""

from __future__ import annotations

import gzip
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tracer.errors import UsageError
from tracer.formats.files import read_requests
from tracer.formats.split import LARGEST_REQUEST


def request(number: int, spans: int = 2, padding: int = 0) -> Any:
    made = ExportTraceServiceRequest()
    resource_spans = made.resource_spans.add(schema_url="https://schemas.example/1")
    resource_spans.resource.attributes.add(key="service.name").value.string_value = f"service-{number}"
    scope_spans = resource_spans.scope_spans.add()
    scope_spans.scope.name = "test"
    for index in range(spans):
        span = scope_spans.spans.add(name=f"orders {number} {index}" + "x" * padding)
        span.trace_id = number.to_bytes(16, "big")
        span.span_id = (number * 1_000_000 + index + 1).to_bytes(8, "big")
    return made


REQUESTS = [request(number) for number in (1, 2, 3)]


def json_lines(requests: list[Any]) -> bytes:
    return b"".join(json_format.MessageToJson(item, indent=None).encode() + b"\n" for item in requests)


def pretty_json(requests: list[Any]) -> bytes:
    return b"\n".join(json_format.MessageToJson(item, indent=2).encode() for item in requests) + b"\n"


def prefixed(requests: list[Any]) -> bytes:
    bodies = [item.SerializeToString() for item in requests]
    return b"".join(len(body).to_bytes(4, "big") + body for body in bodies)


def read(path: Path) -> list[Any]:
    return [ExportTraceServiceRequest.FromString(body) for body in read_requests(path)]


def fault(path: Path) -> str:
    with pytest.raises(UsageError) as caught:
        list(read_requests(path))
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


@pytest.mark.parametrize("form", [json_lines, pretty_json, prefixed])
@pytest.mark.parametrize("packed", [False, True])
def test_each_form_is_recognised_with_and_without_gzip(
    tmp_path: Path, form: Callable[[list[Any]], bytes], packed: bool
) -> None:
    content = form(REQUESTS)
    path = tmp_path / "spans"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read(path) == REQUESTS


@pytest.mark.parametrize("packed", [False, True])
def test_one_bare_protobuf_request_is_recognised(tmp_path: Path, packed: bool) -> None:
    content = b"".join(item.SerializeToString() for item in REQUESTS)  # which is one request with three resources
    path = tmp_path / "spans.bin"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read(path) == [ExportTraceServiceRequest.FromString(content)]


def test_a_large_bare_protobuf_request_comes_in_pieces_with_nothing_lost(tmp_path: Path) -> None:
    content = b"".join(request(number, spans=10, padding=100_000).SerializeToString() for number in range(1, 11))
    path = tmp_path / "spans.bin"
    path.write_bytes(content)
    parts = list(read_requests(path))
    assert len(parts) == 3
    assert b"".join(parts) == content


def test_a_bare_protobuf_request_longer_than_the_first_look_is_recognised(tmp_path: Path) -> None:
    long = request(1, spans=2000, padding=100)
    path = tmp_path / "spans.bin"
    path.write_bytes(long.SerializeToString())
    assert read(path) == [long]


@pytest.mark.parametrize("before", [b"\n", b"\n\n  ", b"\xef\xbb\xbf", b"\r\n"])
@pytest.mark.parametrize("form", [json_lines, pretty_json])
def test_json_may_begin_with_empty_lines_or_a_byte_order_mark(
    tmp_path: Path, before: bytes, form: Callable[[list[Any]], bytes]
) -> None:
    path = tmp_path / "spans.json"
    path.write_bytes(before + form(REQUESTS))
    assert read(path) == REQUESTS


def test_brackets_inside_text_do_not_end_a_pretty_printed_object(tmp_path: Path) -> None:
    odd = request(1)
    odd.resource_spans[0].scope_spans[0].spans[0].name = 'a } ] " \\ { ['
    path = tmp_path / "spans.json"
    path.write_bytes(pretty_json([odd, request(2)]))
    assert read(path) == [odd, request(2)]


def test_lines_of_other_signals_hold_no_spans_and_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(b'{"resourceMetrics": []}\n' + json_lines(REQUESTS) + b"\n" + b'{"resourceLogs": []}\n')
    assert read(path) == REQUESTS


@pytest.mark.parametrize("form", [json_lines, prefixed])
def test_a_large_request_is_split_between_its_spans_with_nothing_lost(
    tmp_path: Path, form: Callable[[list[Any]], bytes]
) -> None:
    large = request(1, spans=120, padding=100_000)
    path = tmp_path / "large"
    path.write_bytes(form([large]))
    parts = list(read_requests(path))
    assert len(parts) == 3
    assert all(len(part) < LARGEST_REQUEST * 1.01 for part in parts)
    messages = [ExportTraceServiceRequest.FromString(part) for part in parts]
    spans = [span for message in messages for span in message.resource_spans[0].scope_spans[0].spans]
    assert spans == list(large.resource_spans[0].scope_spans[0].spans)
    for message in messages:
        assert message.resource_spans[0].resource == large.resource_spans[0].resource
        assert message.resource_spans[0].schema_url == "https://schemas.example/1"
        assert message.resource_spans[0].scope_spans[0].scope.name == "test"


def test_empty_requests_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "spans.pb"
    path.write_bytes(bytes(4) + prefixed(REQUESTS[:1]) + bytes(4))
    assert read(path) == REQUESTS[:1]


def test_a_missing_file_and_a_directory_are_told(tmp_path: Path) -> None:
    assert fault(tmp_path / "absent").endswith("no such file")
    assert "is a directory" in fault(tmp_path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has a file that fails to read for everyone")
def test_a_file_that_cannot_be_read_is_told() -> None:
    assert "cannot be read" in fault(Path("/proc/self/mem"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"timestamp,service\n1,orders\n", "no known format"),
        (b"[1, 2]\n", "no known format"),
        (b"\x28\xb5\x2f\xfd rest", "zstd -d"),
        (b'{"data": [{"traceID": "1"}]}', "line 1: not OTLP JSON: no resourceSpans in it"),
        (b'\n{"resourceSpans": []}\n{"resourceSpans": 7}\n', "line 3: resource_spans is 7"),
        (b'{"resourceSpans": []}\n{"resourceSpans": [\n', "line 2: not JSON"),
        (b'\n{"resourceSpans": [\n{"resource": {}},\n', "cut short: the object that begins at line 2"),
        (b'{\n"resourceSpans": [oops]\n}\n', "line 1: not JSON: Expecting value at line 2 column"),
        (b"\x1f\x8b\x08\x00broken", "gzip data is damaged"),
    ],
)
def test_what_is_no_otlp_file_is_told_with_the_place(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert reason in fault(path)


@pytest.mark.parametrize("missing", [1, 10])
def test_length_prefixed_protobuf_that_is_cut_short_yields_what_is_whole_and_tells_the_byte(
    tmp_path: Path, missing: int
) -> None:
    path = tmp_path / "cut.pb"
    path.write_bytes(prefixed(REQUESTS)[:-missing])
    assert f"cut short: the request that begins at byte {len(prefixed(REQUESTS[:2]))}" in fault(path)
    whole = []
    with pytest.raises(UsageError):
        for body in read_requests(path):
            whole.append(ExportTraceServiceRequest.FromString(body))
    assert whole == REQUESTS[:2]


def test_damage_inside_length_prefixed_protobuf_is_told_with_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "damaged.pb"
    place = len(prefixed(REQUESTS[:1]))
    path.write_bytes(prefixed(REQUESTS[:1]) + b"\xff\xff\xff\xff" + prefixed(REQUESTS[1:]))
    assert re.search(rf"byte {place}: a length of", fault(path))
    path.write_bytes(prefixed(REQUESTS[:1]) + (3).to_bytes(4, "big") + b"\x0a\xff\xff")
    assert f"byte {place}: no OTLP protobuf request" in fault(path)


def test_a_bare_protobuf_request_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(b"".join(item.SerializeToString() for item in REQUESTS)[:-5])
    assert "cut short" in fault(path)


def test_gzip_that_is_cut_short_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(json_lines([request(n, padding=50) for n in range(1, 50)]))[:-20])
    assert "cut short" in fault(path)


def test_a_file_is_read_piece_by_piece(tmp_path: Path) -> None:
    """The first request comes out although the end of the file is damaged."""
    path = tmp_path / "spans.jsonl"
    path.write_bytes(json_lines(REQUESTS) + b"{" + json.dumps("x").encode())
    assert ExportTraceServiceRequest.FromString(next(read_requests(path))) == REQUESTS[0]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([json_lines, pretty_json, prefixed, lambda requests: requests[0].SerializeToString()]),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 400), st.binary(max_size=4)), max_size=3),
    st.integers(0, 60),
)
def test_whatever_damage_a_file_has_it_is_read_or_told_in_one_line(
    form: Callable[[list[Any]], bytes], packed: bool, damage: list[tuple[int, bytes]], cut: int
) -> None:
    content = bytearray(form(REQUESTS))
    if packed:
        content = bytearray(gzip.compress(content))
    for place, patch in damage:
        content[place : place + len(patch)] = patch
    with tempfile.NamedTemporaryFile() as file:
        file.write(content[: len(content) - cut])
        file.flush()
        try:
            for body in read_requests(Path(file.name)):
                ExportTraceServiceRequest.FromString(body)
        except UsageError as error:
            assert "\n" not in str(error)


RECORDED = sorted((Path(__file__).parents[1] / "data" / "recorded").glob("*.pb.gz"))


def test_there_are_recordings() -> None:
    assert len(RECORDED) > 10


@pytest.mark.parametrize("recording", RECORDED, ids=lambda path: path.name.split(".")[0])
def test_a_recording_is_the_same_as_protobuf_and_as_json_lines(tmp_path: Path, recording: Path) -> None:
    requests = read(recording)
    path = tmp_path / "spans.jsonl"
    path.write_bytes(json_lines(requests))
    assert read(path) == requests
