"""What the tests of the instrumentation look at: exported spans, in memory or as an OTLP receiver got them."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler


class Spans:
    """What was exported, by name."""

    def __init__(self, sampler: Sampler | None = None) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


def poll_some(consumer: Any) -> dict[Any, list[Any]]:
    """The first poll that brings records."""
    for _ in range(60):
        polled: dict[Any, list[Any]] = consumer.poll(timeout_ms=500)
        if polled:
            return polled
    raise AssertionError("no records came")


class Receiver:
    """An OTLP/HTTP receiver: the spans that came, with the resource of each."""

    def __init__(self) -> None:
        self.spans: list[tuple[dict[str, Any], Any]] = []
        self.requests: list[bytes] = []
        self.came = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.take(request)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Receiver:
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def take(self, request: ExportTraceServiceRequest) -> None:
        with self.came:
            self.requests.append(request.SerializeToString())
            for resource in request.resource_spans:
                told = {
                    attribute.key: getattr(attribute.value, attribute.value.WhichOneof("value"))
                    for attribute in resource.resource.attributes
                }
                self.spans.extend((told, span) for scope in resource.scope_spans for span in scope.spans)
            self.came.notify_all()

    def wait_for(self, name: str, count: int = 1) -> list[tuple[dict[str, Any], Any]]:
        """The resource and the span of each that has the name, once so many have come."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.named(name)) >= count, timeout=30)
            return self.named(name)

    def named(self, name: str) -> list[tuple[dict[str, Any], Any]]:
        return [(told, span) for told, span in self.spans if span.name == name]


def service_environment(endpoint: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a service that exports to `endpoint`, and sees this source tree."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    root = str(Path(__file__).parents[2])
    return {**inherited, "PYTHONPATH": root, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, **(extra or {})}


def start_service(
    program: str, *arguments: str, endpoint: str, extra: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Starts a Python program as a service in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program), *arguments],
        env=service_environment(endpoint, extra),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
