"""Spans from files: whatever the file holds, out come protobuf trace requests of bounded size.

The format is told by content, never by name: OTLP JSON (one object, one a line, or pretty-printed), protobuf requests
each behind four bytes of length (big endian), one bare protobuf request, and gzip around any of them. JSON lines and
protobuf are read piece by piece; only a JSON object that spans lines or is a whole file is held at once.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from tracer.errors import UsageError
from tracer.formats import otlp_json
from tracer.formats.split import LARGEST_REQUEST, split

_LARGEST_MESSAGE = 256 * 1024 * 1024  # a length above it is taken for damage, not for a message
_LARGEST_OBJECT = 512 * 1024 * 1024  # JSON text held at once
_HEAD = 64 * 1024  # bytes by which the format is recognised
_RECOGNISED = "OTLP JSON or length-prefixed OTLP protobuf was expected, gzip around it or not"
_JSON_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"')


_Reader: TypeAlias = "io.BufferedReader[Any]"


class _MalformedError(Exception):
    """What is wrong, and where in the file."""


def read_requests(path: Path) -> Iterator[bytes]:
    """Serialized ExportTraceServiceRequests of the file at `path`, in its order.

    UsageError with one line (the file, the line or byte, the reason) when it cannot be read, is cut short or is none of
    the formats; requests before the damaged place have been yielded by then.
    """
    try:
        if path.is_dir():
            raise UsageError(f"{path} is a directory", "name the files in it")
        with io.BufferedReader(path.open("rb", buffering=0), _HEAD) as file:
            yield from _read(file)
    except FileNotFoundError as error:
        raise UsageError(f"{path}: no such file") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UsageError(f"{path}: the gzip data is damaged or cut short ({error})") from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error})") from error
    except _MalformedError as error:
        raise UsageError(f"{path}: {error}") from error


def _read(file: _Reader, *, packed: bool = False) -> Iterator[bytes]:
    head = file.peek(_HEAD)
    if not head:
        raise _MalformedError("the file is empty")
    if head.startswith(b"\x1f\x8b") and not packed:
        with gzip.GzipFile(fileobj=file) as unpacked, io.BufferedReader(unpacked, _HEAD) as inner:
            yield from _read(inner, packed=True)
    elif head.startswith(b"\x28\xb5\x2f\xfd"):
        raise _MalformedError("zstd is not read here; unpack it first (zstd -d)")
    elif _is_bare_protobuf(head):
        yield from _bare_protobuf(file)
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        yield from _json(file)
    elif _is_prefixed_protobuf(head):
        yield from _prefixed_protobuf(file)
    else:
        raise _MalformedError(f"no known format; {_RECOGNISED}")


# JSON


def _json(file: _Reader) -> Iterator[bytes]:
    for number, text in _json_objects(file):
        try:
            request = otlp_json.to_request(otlp_json.parse(text))
            yield from split(request, request.ByteSize())
        except ValueError as error:
            raise _MalformedError(f"line {number}: {error}") from error


def _json_objects(file: _Reader) -> Iterator[tuple[int, bytes]]:
    """(line number, text) of each object. The first line decides: whole in itself, every line must be."""
    first: int | None = None
    spread = False
    lines: list[bytes] = []
    depth = size = 0
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        if first is None:
            first = number
            spread = _depth(line) > 0
        if not spread:
            yield number, line
            continue
        if not lines:
            first = number
        lines.append(line)
        depth += _depth(line)
        size += len(line)
        if size > _LARGEST_OBJECT:
            raise _MalformedError(f"line {first}: an object of more than {_LARGEST_OBJECT >> 20} MB; write one a line")
        if depth <= 0:
            yield first, b"".join(lines)
            lines, depth, size = [], 0, 0
    if lines:
        raise _MalformedError(f"cut short: the object that begins at line {first} does not end")


def _lines(file: _Reader) -> Iterator[bytes]:
    while line := file.readline(_LARGEST_OBJECT + 1):
        if len(line) > _LARGEST_OBJECT:
            raise _MalformedError(f"a line of more than {_LARGEST_OBJECT >> 20} MB")
        yield line


def _depth(line: bytes) -> int:
    """How many more brackets a line opens than it closes, those in its texts left out."""
    bare = _JSON_TEXT.sub(b"", line)
    return bare.count(b"{") + bare.count(b"[") - bare.count(b"}") - bare.count(b"]")


# Protobuf


def _is_prefixed_protobuf(head: bytes) -> bool:
    """Four bytes of length and then a request: empty, or beginning with its field 1."""
    length = int.from_bytes(head[:4], "big")
    if len(head) < 4 or length > _LARGEST_MESSAGE:
        return False
    return length == 0 or head[4:5] == b"\x0a"


def _prefixed_protobuf(file: _Reader) -> Iterator[bytes]:
    place = 0
    while prefix := file.read(4):
        length = int.from_bytes(prefix, "big")
        if len(prefix) == 4 and length > _LARGEST_MESSAGE:
            raise _MalformedError(f"byte {place}: a length of {length} bytes is damage; {_RECOGNISED}")
        body = file.read(length)
        if len(prefix) < 4 or len(body) < length:
            raise _MalformedError(f"cut short: the request that begins at byte {place} does not end")
        yield from _checked(body, place)
        place += 4 + length


def _is_bare_protobuf(head: bytes) -> bool:
    """Whether `head` begins one request with no length: field 1, whose content reads as ResourceSpans.

    JSON after an empty line begins with the same byte; its "length" is then 127 at most and its content does not read.
    """
    if head[:1] != b"\x0a":
        return False
    length, start = _varint(head, 1)
    if length is None or length > _LARGEST_MESSAGE:
        return False
    if start + length > len(head):
        return length > 127 and head[start : start + 1] in {b"\x0a", b"\x12", b"\x1a"}
    try:
        content = ResourceSpans.FromString(head[start : start + length])
    except DecodeError:
        return False
    return bool(content.scope_spans) and head[start + length : start + length + 1] in {b"", b"\x0a"}


def _bare_protobuf(file: _Reader) -> Iterator[bytes]:
    """The request in pieces between its ResourceSpans: each is a request too, and so are several in a row."""
    parts: list[bytes] = []
    filled = place = 0
    while part := _next_part(file, place):
        if filled and filled + len(part) > LARGEST_REQUEST:
            yield b"".join(parts)
            parts, filled = [], 0
        if len(part) > LARGEST_REQUEST:
            yield from _checked(part, place)
        else:
            parts += _checked(part, place)
            filled += len(part)
        place += len(part)
    if parts:
        yield b"".join(parts)


def _next_part(file: _Reader, place: int) -> bytes:
    """Tag, length and content of the next ResourceSpans; nothing at the end of the file."""
    tag = file.read(1)
    prefix = b""
    while tag and len(prefix) < 10 and (byte := file.read(1)):
        prefix += byte
        if byte < b"\x80":
            break
    length, _ = _varint(prefix, 0)
    if tag and (tag != b"\x0a" or (length is not None and length > _LARGEST_MESSAGE)):
        raise _MalformedError(f"byte {place}: no OTLP protobuf; {_RECOGNISED}")
    body = file.read(length) if length is not None else b""
    if tag and (length is None or len(body) < length):
        raise _MalformedError(f"cut short: what begins at byte {place} does not end")
    return tag + prefix + body


def _varint(data: bytes, start: int) -> tuple[int | None, int]:
    """(value, index after it) of the varint at `start`; the value is None where it does not end."""
    value = 0
    for index, byte in enumerate(data[start : start + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, start + index + 1
    return None, start


def _checked(body: bytes, place: int) -> Iterator[bytes]:
    try:
        request = ExportTraceServiceRequest.FromString(body)
    except DecodeError as error:
        raise _MalformedError(f"byte {place}: no OTLP protobuf request; {_RECOGNISED}") from error
    if len(body) > LARGEST_REQUEST:
        yield from split(request, len(body))
    elif request.resource_spans:
        yield body
