"""The SDK for a service that has none: resource, sampler, batches, OTLP, all as the OTEL_* variables say.

Only imported when it is needed. A collector that is away costs the service one warning line a minute, and at most a
few seconds at its exit.
"""

from __future__ import annotations

import logging
import os
import random
import socket
import sys
import time
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator

from tracer.instrumentation.runtime import LOG

EXIT_MILLIS = 3000
"""The longest that a service waits at its exit for spans to be taken."""

_QUIET_SECONDS = 60.0
_UNKNOWN = "unknown_service:python"
_PROTOCOLS = {"grpc": "otlp_proto_grpc", "http/protobuf": "otlp_proto_http"}
_GIVEN_UP = "timeout, max retries or shutdown"
_EXPORTER_LOGGERS = (
    "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "opentelemetry.exporter.otlp.proto.grpc.exporter",
)


def set_up(service: str | None) -> TracerProvider:
    """A TracerProvider for this process, with exporters as OTEL_TRACES_EXPORTER says (OTLP when it says nothing)."""
    if os.environ.get("OTEL_CONFIG_FILE"):
        LOG.warning("event-tracer: OTEL_CONFIG_FILE is not read: set up a TracerProvider, or use the other variables")
    resource = _resource(service)
    provider = TracerProvider(resource=resource, id_generator=_id_generator(), shutdown_on_exit=False)
    for name in _exporter_names():
        exporter = _exporter(name)
        if isinstance(exporter, ConsoleSpanExporter):
            provider.add_span_processor(_Batches(exporter))
        elif exporter is not None:
            provider.add_span_processor(_Batches(_Patient(exporter)))
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=lambda: provider._update_resource(Resource({"process.pid": os.getpid()})))
    return provider


def _resource(service: str | None) -> Resource:
    """What the environment says goes before what the code says."""
    told = OTELResourceDetector().detect().attributes
    own: dict[str, str | int] = {}
    if "service.name" not in told:
        own["service.name"] = service or _program()
    if "host.name" not in told:
        own["host.name"] = socket.gethostname()
    if "process.pid" not in told:
        own["process.pid"] = os.getpid()
    return Resource.create(own)


def _program() -> str:
    """A service's name when nobody tells it: the module or script that Python was started with."""
    words = iter(sys.orig_argv[1:])
    for word in words:
        if word == "-m":
            return next(words, _UNKNOWN)
        if word in {"-W", "-X"}:
            next(words, None)
        elif word in {"-c", "-"}:
            break
        elif not word.startswith("-"):
            return Path(word).stem
    return _UNKNOWN


class _OwnRandomIds(RandomIdGenerator):
    """Random ids that `random.seed` in the application does not make the same in every process."""

    def __init__(self) -> None:
        self._random = random.Random()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._random.seed)

    def generate_span_id(self) -> int:
        return self._random.getrandbits(64) or self.generate_span_id()

    def generate_trace_id(self) -> int:
        return self._random.getrandbits(128) or self.generate_trace_id()


def _id_generator() -> IdGenerator:
    name = os.environ.get("OTEL_PYTHON_ID_GENERATOR", "random").strip()
    if name != "random":
        for entry in entry_points(group="opentelemetry_id_generator", name=name):
            generator: IdGenerator = entry.load()()
            return generator
        LOG.warning("event-tracer: OTEL_PYTHON_ID_GENERATOR=%s is not installed; ids are random", name)
    return _OwnRandomIds()


def _exporter_names() -> list[str]:
    names = [name.strip() for name in os.environ.get("OTEL_TRACES_EXPORTER", "otlp").split(",")]
    return [_PROTOCOLS.get(_protocol(), _protocol()) if name == "otlp" else name for name in names if name != "none"]


def _protocol() -> str:
    for variable in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if told := os.environ.get(variable, "").strip():
            return told
    return "http/protobuf"


def _exporter(name: str) -> SpanExporter | None:
    """The exporter of that entry point; None, with one line that says why, when it cannot be had."""
    if not name:
        return None
    try:
        for entry in entry_points(group="opentelemetry_traces_exporter", name=name):
            exporter: SpanExporter = entry.load()()
            return exporter
    except Exception as error:
        LOG.warning("event-tracer: no spans are sent: exporter %s cannot be set up: %s", name, error)
        return None
    hint = 'pip install "event-tracer[grpc]"' if name == "otlp_proto_grpc" else "use http/protobuf, console or none"
    LOG.warning("event-tracer: no spans are sent: exporter %s is not installed: %s", name, hint)
    return None


class _Batches(BatchSpanProcessor):
    """A batch processor that does not hold up the exit of a service whose collector is away."""

    def shutdown(self) -> None:
        self._batch_processor.shutdown(timeout_millis=EXIT_MILLIS)


class _Patient(SpanExporter):
    """Tells a collector's absence in one line now and then, in place of the exporter's own lines for every attempt."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner
        self._told = -_QUIET_SECONDS
        self._lost = 0
        for name in _EXPORTER_LOGGERS:
            logging.getLogger(name).addFilter(self._hear)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        try:
            result = self._inner.export(spans)
        except Exception as error:
            LOG.debug("event-tracer: export failed: %s: %s", type(error).__name__, error)
            result = SpanExportResult.FAILURE
        if result is not SpanExportResult.SUCCESS:
            self._lost += len(spans)
            self._tell()
        return result

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = EXIT_MILLIS) -> bool:
        return self._inner.force_flush(timeout_millis)

    def _hear(self, record: logging.LogRecord) -> bool:
        """Lets pass what a person must mend (a request that is refused); tells the rest in our own words."""
        if record.levelno >= logging.ERROR and _GIVEN_UP not in record.getMessage():
            return True
        self._tell()
        return False

    def _tell(self) -> None:
        now = time.monotonic()
        if now - self._told >= _QUIET_SECONDS:
            self._told = now
            where = getattr(self._inner, "_endpoint", "the collector")
            LOG.warning(
                "event-tracer: cannot send spans to %s (%d lost so far); the service goes on", where, self._lost
            )
