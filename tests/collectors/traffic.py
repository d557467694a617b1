"""Load for the collector's tests: requests told by number, and senders that remember what was acknowledged."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import grpc
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tracer.store import Lake

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"


def request(number: int, spans: int = 5, service: str = "orders") -> bytes:
    """A serialized request; the spans of request `number` have ids of their own."""
    message = ExportTraceServiceRequest()
    resource_spans = message.resource_spans.add()
    resource_spans.resource.attributes.add(key="service.name").value.string_value = service
    scope_spans = resource_spans.scope_spans.add()
    for index in range(spans):
        start = 1_790_000_000_000_000_000 + number * 1_000_000 + index
        span = scope_spans.spans.add(
            trace_id=(number + 1).to_bytes(16, "big"),
            span_id=(index + 1).to_bytes(8, "big"),
            name=f"send orders {number}",
            kind=4,
            start_time_unix_nano=start,
            end_time_unix_nano=start + 1_000,
        )
        span.attributes.add(key="messaging.system").value.string_value = "kafka"
        span.attributes.add(key="messaging.destination.name").value.string_value = "orders"
    serialized: bytes = message.SerializeToString()
    return serialized


def span_ids(number: int, spans: int = 5) -> set[tuple[str, str]]:
    """The (trace id, span id) of the spans of request `number`."""
    return {(f"{number + 1:032x}", f"{index + 1:016x}") for index in range(spans)}


def stored(store: Path) -> list[tuple[str, str]]:
    """(trace id, span id) of every span in the lake, as often as it is there."""
    connection = Lake.open(store).connect()
    try:
        return connection.execute("SELECT trace_id, span_id FROM spans").fetchall()
    finally:
        connection.close()


class Sender:
    """Sends numbered requests over gRPC from a few threads until `stop`; `acknowledged` are the numbers that were."""

    def __init__(self, address: str, numbers: Callable[[], int], threads: int = 3) -> None:
        self.acknowledged: set[int] = set()
        self._numbers = numbers
        self._address = address
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._send, daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> set[int]:
        """Stop sending; the numbers that were acknowledged."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        return self.acknowledged

    def _send(self) -> None:
        with grpc.insecure_channel(self._address, options=[("grpc.use_local_subchannel_pool", 1)]) as channel:
            call = channel.unary_unary(EXPORT)
            while not self._stop.is_set():
                number = self._numbers()
                try:
                    call(request(number), timeout=10)
                except grpc.RpcError:
                    return  # the collector is dead: the request was not acknowledged
                self.acknowledged.add(number)
