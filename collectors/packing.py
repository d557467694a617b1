"""Content encodings of HTTP bodies, unpacked with a bound on what comes out."""

from __future__ import annotations

import zlib

from tracer.errors import UsageError

PACKINGS = frozenset(("", "identity", "gzip", "deflate"))
_ZLIB_OR_GZIP = 32 + zlib.MAX_WBITS
_RAW = -zlib.MAX_WBITS


class TooLargeError(UsageError):
    """The body is larger than the bound once it is unpacked."""


def unpack(body: bytes, packing: str, limit: int) -> bytes:
    """The body without its content encoding (one of PACKINGS).

    Raises TooLargeError beyond `limit` bytes, UsageError when it is not packed so or is cut short.
    """
    if packing in ("", "identity") or not body:
        return body
    try:
        return _inflate(body, _ZLIB_OR_GZIP, limit)
    except zlib.error as error:
        if packing == "deflate":  # some send the raw stream under this name
            try:
                return _inflate(body, _RAW, limit)
            except zlib.error:
                pass
        raise UsageError(f"the body is not {packing} ({error})") from error


def _inflate(body: bytes, bits: int, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while body:  # gzip allows several members, one after the other
        stream = zlib.decompressobj(bits)
        parts.append(stream.decompress(body, limit + 1 - size))
        size += len(parts[-1])
        if size > limit:
            raise TooLargeError(f"the request is over {limit >> 20} MiB unpacked", "send smaller batches")
        if not stream.eof:
            raise zlib.error("cut short")
        body = stream.unused_data
    return b"".join(parts)
