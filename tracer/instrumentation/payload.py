"""What a send span may tell of its message's payload where that was asked for: a hash and the size, never the payload.

Two messages with one hash carry the same bytes: so what a business did twice can be found. Without a key, whoever sees
the spans can guess a payload of few possible values by hashing them all; with one, which all instances share, they
need that too.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from tracer.instrumentation import attributes as names

SWITCH, KEY = "TRACER_PAYLOAD_HASH", "TRACER_PAYLOAD_HASH_KEY"
"""Environment variables; they go before the code."""


class PayloadHash:
    """BLAKE2b (RFC 7693) of 64 bits, keyed where there is a key."""

    def __init__(self, key: str = "") -> None:
        self._key = blake2b(key.encode()).digest() if key else b""

    def attributes(self, payload: object) -> names.Clean:
        """Hash (16 hexadecimal digits) and size of a serialized payload; nothing of a tombstone."""
        if not isinstance(payload, (bytes, bytearray, memoryview)):
            return {}
        hashed = blake2b(payload, digest_size=8, key=self._key).hexdigest()
        return {names.BODY_HASH: hashed, names.BODY_SIZE: memoryview(payload).nbytes}


def wanted(asked: bool | str) -> PayloadHash | None:
    """As the environment says, else the code: True, or a key. None where payloads are left alone."""
    switch = os.environ.get(SWITCH, "").strip().lower()
    if switch in {"false", "0", "off", "no"}:
        return None
    key = os.environ.get(KEY) or (asked if isinstance(asked, str) else "")
    return PayloadHash(key) if switch or key or asked else None


def serialized(producer_class: Any, keep: Callable[[Any], None]) -> Callable[[], None]:
    """Has `keep` see what the client's serializers make of a message, the value last; returns what takes that back."""
    original = producer_class.__dict__["_serialize"]

    def serialize(self: Any, *args: Any, **kwargs: Any) -> Any:
        made = original(self, *args, **kwargs)
        keep(made)
        return made

    producer_class._serialize = serialize

    def unwrap() -> None:
        if producer_class.__dict__["_serialize"] is serialize:
            producer_class._serialize = original

    return unwrap
