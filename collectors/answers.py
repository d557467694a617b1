"""What OTLP receivers answer, as bytes: success for signals that are not kept, and errors as google.rpc.Status."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from google.protobuf import any_pb2, json_format  # type: ignore[import-untyped]
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]

RETRY_SECONDS = 1
NOT_KEPT = "event-tracer keeps traces only; these were not kept"


class Code(IntEnum):
    """The codes of google.rpc.Code that are answered here."""

    INVALID_ARGUMENT = 3
    NOT_FOUND = 5
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    UNAVAILABLE = 14


@dataclass(frozen=True, slots=True)
class Failure:
    """An error for a sender. UNAVAILABLE tells it to send the same request again after `RETRY_SECONDS`."""

    code: Code
    message: str


def status_protobuf(failure: Failure) -> bytes:
    """The `google.rpc.Status`, serialized."""
    serialized: bytes = _status(failure).SerializeToString()
    return serialized


def status_json(failure: Failure) -> bytes:
    """The `google.rpc.Status` as JSON."""
    text: str = json_format.MessageToJson(_status(failure), indent=None)
    return text.encode()


def not_kept_protobuf() -> bytes:
    """An `ExportMetricsServiceResponse` (or one for logs, the same on the wire) that says that nothing was kept."""
    message = NOT_KEPT.encode()
    partial = b"\x12" + bytes([len(message)]) + message  # error_message = 2
    return b"\x0a" + bytes([len(partial)]) + partial  # partial_success = 1


def not_kept_json() -> bytes:
    """The same as JSON."""
    return b'{"partialSuccess":{"errorMessage":"%s"}}' % NOT_KEPT.encode()


def _status(failure: Failure) -> status_pb2.Status:
    status = status_pb2.Status(code=failure.code, message=failure.message)
    if failure.code is Code.UNAVAILABLE:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.seconds = RETRY_SECONDS
        detail = any_pb2.Any()
        detail.Pack(retry)
        status.details.append(detail)
    return status
