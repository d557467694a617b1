"""HOST:PORT: read from an option, and found taken before a server library complains about it in its own way."""

from __future__ import annotations

import errno
import os
import socket
from dataclasses import dataclass

from tracer.errors import SurroundingsError, UsageError


@dataclass(frozen=True, slots=True)
class Address:
    """Where a receiver listens. Port 0 stands for any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """`HOST:PORT`, `[IPV6]:PORT` or a bare `PORT` (on 127.0.0.1). Raises UsageError."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isdecimal() or int(port) > 65535:
        raise UsageError(f"{text!r} is no address", "write HOST:PORT, as in 127.0.0.1:4317; port 0 takes a free one")
    return Address(host, int(port))


def listening_socket(address: Address, option: str) -> socket.socket:
    """A socket that listens on `address`. Raises SurroundingsError that names the option to change."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SurroundingsError(f"cannot listen on {address} ({error.strerror})", f"change {option}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(128)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise SurroundingsError(
                f"{address} is taken, perhaps by another collector",
                f"use {option} {Address(address.host, 0)} for a free port",
            ) from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SurroundingsError(f"cannot listen on {address} ({reason})", f"change {option}") from error
    return listening
