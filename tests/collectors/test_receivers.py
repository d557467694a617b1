"""The receivers as an OTLP sender sees them: answers, encodings, errors, limits."""

from __future__ import annotations

import gzip
import json
import socket
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from collectors import http_receiver
from collectors.addresses import Address, listening_socket, parse_address
from collectors.grpc_receiver import GrpcReceiver
from collectors.http_receiver import HttpReceiver
from collectors.intake import MAX_REQUEST_SPANS, Intake
from collectors.journal import Journal
from collectors.journal_reader import JournalReader
from collectors.packing import TooLargeError, unpack
from tests.collectors.traffic import EXPORT, request
from tracer.errors import SurroundingsError, UsageError

PROTOBUF, JSON = "application/x-protobuf", "application/json"
ANYWHERE = Address("127.0.0.1", 0)


class Receivers:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.journal = Journal(directory)
        self.intake = Intake(self.journal)
        self.grpc = GrpcReceiver(self.intake, ANYWHERE)
        self.http = HttpReceiver(self.intake, ANYWHERE)

    def close(self) -> None:
        self.grpc.stop()
        self.http.stop()
        self.journal.close()

    def kept(self) -> list[ExportTraceServiceRequest]:
        with JournalReader(self.directory, None) as reader:
            return [ExportTraceServiceRequest.FromString(record.payload) for record in reader.records()]

    def post(
        self,
        body: bytes | Iterator[bytes] | None,
        content_type: str | None = PROTOBUF,
        path: str = "/v1/traces",
        **more: str,
    ) -> tuple[int, bytes, dict[str, str]]:
        headers = {name.replace("_", "-"): value for name, value in more.items()}
        if content_type:
            headers["Content-Type"] = content_type
        method = "GET" if body is None else "POST"
        asked = urllib.request.Request(f"http://{self.http.address}{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(), dict(error.headers)


@pytest.fixture
def receivers(tmp_path: Path) -> Iterator[Receivers]:
    made = Receivers(tmp_path / "journal")
    yield made
    made.close()


@pytest.fixture
def channel(receivers: Receivers) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(str(receivers.grpc.address)) as made:
        yield made


def as_json(number: int) -> bytes:
    message = ExportTraceServiceRequest.FromString(request(number))
    document = json.loads(json_format.MessageToJson(message))
    for span in document["resourceSpans"][0]["scopeSpans"][0]["spans"]:
        span["traceId"], span["spanId"] = f"{number + 1:032X}", "00000000000000AB"
        span["kind"] = 4
    return json.dumps(document).encode()


def test_grpc_keeps_the_bytes_and_answers_an_empty_response(receivers: Receivers, channel: grpc.Channel) -> None:
    assert channel.unary_unary(EXPORT)(request(1), timeout=10) == b""
    assert receivers.kept() == [ExportTraceServiceRequest.FromString(request(1))]
    assert receivers.intake.count().received == 5


def test_grpc_takes_gzip(receivers: Receivers, channel: grpc.Channel) -> None:
    channel.unary_unary(EXPORT)(request(1), timeout=10, compression=grpc.Compression.Gzip)
    assert receivers.kept() == [ExportTraceServiceRequest.FromString(request(1))]


def test_grpc_takes_more_than_the_library_default_of_4_mib(receivers: Receivers, channel: grpc.Channel) -> None:
    channel.unary_unary(EXPORT)(request(1, spans=60_000), timeout=30)
    assert receivers.intake.count().received == 60_000


@pytest.mark.parametrize("garbage", [b"hello world", b"\x00", b'{"resourceSpans": []}', b"\x0a\x05hello", b"\x10\x01"])
def test_grpc_refuses_garbage_for_good(receivers: Receivers, channel: grpc.Channel, garbage: bytes) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(EXPORT)(garbage, timeout=10)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert receivers.kept() == []


def test_an_empty_request_is_a_success_and_leaves_nothing(receivers: Receivers, channel: grpc.Channel) -> None:
    assert channel.unary_unary(EXPORT)(b"", timeout=10) == b""
    assert receivers.post(b"")[:2] == (200, b"")
    assert receivers.post(b"{}", JSON)[:2] == (200, b"{}")
    assert receivers.kept() == []


def test_too_far_behind_is_retryable_on_both(receivers: Receivers, channel: grpc.Channel) -> None:
    receivers.intake.refusal = SurroundingsError("2048 MiB wait in the journal")
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(EXPORT)(request(1), timeout=10)
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
    status = status_pb2.Status.FromString(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])
    retry = error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(retry) and retry.retry_delay.seconds == 1
    code, body, headers = receivers.post(request(1))
    assert (code, headers["Retry-After"]) == (503, "1")
    assert status_pb2.Status.FromString(body).message == "2048 MiB wait in the journal"
    receivers.intake.refusal = None
    assert receivers.post(request(1))[0] == 200


@pytest.mark.parametrize(
    ("packing", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)]
)
def test_http_takes_protobuf_and_json_packed_or_not(receivers: Receivers, packing: str, pack: object) -> None:
    assert callable(pack)
    assert receivers.post(pack(request(1)), Content_Encoding=packing)[:2] == (200, b"")
    assert receivers.post(pack(as_json(2)), f"{JSON}; charset=utf-8", Content_Encoding=packing)[:2] == (200, b"{}")
    first, second = receivers.kept()
    assert first == ExportTraceServiceRequest.FromString(request(1))
    span = second.resource_spans[0].scope_spans[0].spans[0]
    assert (span.trace_id, span.span_id) == ((3).to_bytes(16, "big"), b"\0\0\0\0\0\0\0\xab")


def test_http_takes_a_body_in_chunks_of_unknown_number(receivers: Receivers) -> None:
    body = request(1, spans=500)
    chunks = (body[begin : begin + 1_000] for begin in range(0, len(body), 1_000))
    assert receivers.post(chunks)[0] == 200
    assert receivers.intake.count().received == 500


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (404, {"body": b"", "path": "/v2/traces"}),
        (405, {"body": None}),
        (400, {"body": b"garbage"}),
        (400, {"body": b"not gzip", "Content_Encoding": "gzip"}),
        (415, {"body": b"", "Content_Encoding": "br"}),
    ],
)
def test_http_errors_are_a_status_in_the_encoding_of_the_request(
    receivers: Receivers, status: int, asked: dict[str, str]
) -> None:
    code, body, headers = receivers.post(**asked)
    assert (code, headers["Content-Type"]) == (status, PROTOBUF)
    assert status_pb2.Status.FromString(body).message
    code, body, headers = receivers.post(**asked, content_type=JSON)
    assert code == status
    assert headers["Content-Type"].startswith(JSON)
    assert json.loads(body)["message"]


def test_http_refuses_other_content_types(receivers: Receivers) -> None:
    code, body, _ = receivers.post(b"x", "text/plain")
    assert code == 415
    assert "application/json" in json.loads(body)["message"]


def test_http_bounds_a_body_also_where_it_grows_by_unpacking(
    receivers: Receivers, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = gzip.compress(b"\0" * (http_receiver.MAX_BODY_BYTES + 1))
    code, body, _ = receivers.post(bomb, Content_Encoding="gzip")
    assert code == 413
    assert "smaller batches" in status_pb2.Status.FromString(body).message


def test_a_request_of_more_spans_than_any_sender_makes_is_refused_for_good(
    receivers: Receivers, channel: grpc.Channel
) -> None:
    def of(spans: int) -> bytes:
        part = ExportTraceServiceRequest()
        part.resource_spans.add().scope_spans.add().spans.extend([Span()] * spans)
        serialized: bytes = part.SerializeToString()
        return serialized

    too_many = of(MAX_REQUEST_SPANS) + of(1)  # protobuf: messages one after the other are one
    with pytest.raises(grpc.RpcError) as caught:
        channel.unary_unary(EXPORT)(too_many, timeout=10)
    assert caught.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "smaller batches" in caught.value.details()
    code, body, _ = receivers.post(too_many)
    assert code == 413
    assert "smaller batches" in status_pb2.Status.FromString(body).message
    assert receivers.kept() == []
    channel.unary_unary(EXPORT)(of(MAX_REQUEST_SPANS), timeout=10)
    assert receivers.intake.count().received == MAX_REQUEST_SPANS


def test_metrics_and_logs_are_answered_politely_and_not_kept(receivers: Receivers, channel: grpc.Channel) -> None:
    for name, response in (("metrics", ExportMetricsServiceResponse), ("logs", ExportLogsServiceResponse)):
        service = f"/opentelemetry.proto.collector.{name}.v1.{name.capitalize()}Service/Export"
        answers = [channel.unary_unary(service)(b"\x0a\x00", timeout=10)]
        code, body, _ = receivers.post(b"\x0a\x00", path=f"/v1/{name}")
        assert code == 200
        for answer in [*answers, body]:
            assert "traces only" in response.FromString(answer).partial_success.error_message
        code, body, _ = receivers.post(b"{}", JSON, path=f"/v1/{name}")
        assert "traces only" in json.loads(body)["partialSuccess"]["errorMessage"]
    assert receivers.kept() == []


def test_a_taken_port_is_an_error_that_names_the_option(receivers: Receivers) -> None:
    with pytest.raises(SurroundingsError, match="--grpc"):
        GrpcReceiver(receivers.intake, receivers.grpc.address)
    with pytest.raises(SurroundingsError, match="--http"):
        HttpReceiver(receivers.intake, receivers.http.address)


def test_addresses_are_read_with_and_without_a_host() -> None:
    assert parse_address("0.0.0.0:4317") == Address("0.0.0.0", 4317)
    assert parse_address("4317") == Address("127.0.0.1", 4317)
    assert str(parse_address("[::1]:4317")) == "[::1]:4317"
    for wrong in ("localhost", "localhost:", "localhost:99999", ""):
        with pytest.raises(UsageError, match="HOST:PORT"):
            parse_address(wrong)
    with pytest.raises(SurroundingsError, match="change --grpc"):
        listening_socket(Address("no.such.host.invalid", 1), "--grpc")


def test_a_sender_that_speaks_no_http_is_told_so_and_leaves_no_traceback(
    receivers: Receivers, capsys: pytest.CaptureFixture[str]
) -> None:
    address = receivers.http.address
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 400 Bad Request")
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "pack", [lambda body: zlib.compress(body)[2:-4], lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])]
)
def test_raw_deflate_and_gzip_in_several_members_are_unpacked(pack: Callable[[bytes], bytes]) -> None:
    packing = "gzip" if pack(b"x").startswith(b"\x1f") else "deflate"
    assert unpack(pack(b"some bytes" * 9), packing, 1_000) == b"some bytes" * 9
    with pytest.raises(TooLargeError):
        unpack(pack(b"some bytes" * 9), packing, 89)
    with pytest.raises(UsageError, match=r"cut short|not"):
        unpack(pack(b"some bytes" * 9)[:-3], packing, 1_000)
