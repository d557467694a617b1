"""Stores for the tests of flows, filled the way the product fills them: OTLP requests, decoded, written to a lake."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tracer.formats.otlp_protobuf import decode
from tracer.store import LakeWriter, Position


def fill(path: Path, batches: Iterable[Sequence[bytes]]) -> Path:
    """A store at `path` with one lake transaction for each batch of serialized requests."""
    writer = LakeWriter(path)
    try:
        for number, requests in enumerate(batches, 1):
            decoded = decode(requests, [number] * len(requests), number)
            assert not decoded.rejected
            writer.write(decoded.spans, position=Position(1, number), digests=[])
    finally:
        writer.close()
    return path


def requests_of(data: bytes) -> Iterator[bytes]:
    """The requests of a recording: each after its length, four bytes, big endian."""
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        yield data[at + 4 : at + 4 + length]
        at += 4 + length
