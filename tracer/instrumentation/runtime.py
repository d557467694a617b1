"""What one instrumented process has running: its tracer, the attempts that are live, the sends that wait for their ack.

There is one `Runtime` in a process from `instrument` to `uninstrument`; everything that wraps a client is given it.
"""

from __future__ import annotations

import logging
import os
import threading
import traceback
import weakref
from collections.abc import Callable
from importlib import metadata
from typing import Any, Protocol

from opentelemetry.trace import NoOpTracerProvider, SpanContext, Tracer, TracerProvider

from tracer.instrumentation import attributes as names
from tracer.instrumentation.carried import carried
from tracer.instrumentation.handling import Failure, Handling, Record, start, surroundings
from tracer.instrumentation.headers import Extractor
from tracer.instrumentation.payload import PayloadHash

LOG = logging.getLogger("tracer.instrumentation")

_TOLD = {names.SYSTEM: "kafka", names.OPERATION_NAME: "process", names.OPERATION_TYPE: "process"}

ProviderSource = Callable[[], TracerProvider]


class Pending(Protocol):
    """A span that ends later; `end` ends it now."""

    def end(self) -> None: ...


class Runtime:
    """Shared state of the wrappers. `provider` is asked for when the first span is started, and once."""

    def __init__(
        self, provider: ProviderSource, *, process_spans: bool = True, payload_hash: PayloadHash | None = None
    ) -> None:
        self.active = True
        self.process_spans = process_spans
        self.payload_hash = payload_hash
        self.live: dict[int, Handling] = {}
        self.pending: set[Pending] = set()
        self.consumers: weakref.WeakSet[Any] = weakref.WeakSet()
        self._extractor = Extractor()
        self._source = provider
        self._provider: TracerProvider | None = None
        self._tracer: Tracer | None = None
        self._lock = threading.Lock()
        self._complained: set[str] = set()
        if hasattr(os, "register_at_fork"):
            forget = weakref.WeakMethod(self._forget)
            os.register_at_fork(after_in_child=lambda: (method := forget()) and method())

    @property
    def provider(self) -> TracerProvider:
        """The application's TracerProvider, or ours, set up now."""
        if self._provider is None:
            with self._lock:
                if self._provider is None:
                    self._provider = self._ask()
        return self._provider

    def _ask(self) -> TracerProvider:
        try:
            return self._source()
        except Exception as error:
            self.complain("set-up", error)
            return NoOpTracerProvider()

    @property
    def used(self) -> bool:
        """Whether there is a provider: a span was started, or `set_up` called."""
        return self._provider is not None

    def set_up(self) -> None:
        """Asks for the provider now."""
        _ = self.tracer

    @property
    def tracer(self) -> Tracer:
        """The tracer of our own spans."""
        if self._tracer is None:
            self._tracer = self.provider.get_tracer("event-tracer", _version(), names.SCHEMA_URL)
        return self._tracer

    def begin(self, record: Record, known: dict[str, str], receive: SpanContext | None = None) -> Handling:
        """Starts the process span of a record and makes it current. `known` are the attributes of all of a consumer's
        records, `receive` the context of the official receive span where there is one."""
        below = surroundings()
        topic = record.topic
        origin = self._extractor.extract(record.headers, below.context)
        # What a sampler may look at; the rest follows.
        told = {**_TOLD, names.DESTINATION: topic}
        span, parent = start(
            self._tracer or self.tracer, f"process {topic}", origin, below, attributes=told, receive=receive
        )
        if span.is_recording():
            names.set_clean(span, {**known, **_coordinates(record), **carried(record.headers)})
        handling = Handling(span, record, self.live, below)
        handling.attach(parent)
        return handling

    def child_failed(self, parent: SpanContext, failure: Failure) -> None:
        """Tells the handling whose span is `parent`, if it is live, that a span inside it failed."""
        for handling in list(self.live.values()):
            if handling.span.get_span_context().span_id == parent.span_id:
                handling.fail(failure=failure)

    def finish(self) -> None:
        """Ends every span that is still open: the process ends, or stops being instrumented."""
        for handling in list(self.live.values()):
            self.guard("end of a process span", handling.finish)
        for span in list(self.pending):
            self.guard("end of a send span", span.end)

    def guard(self, what: str, call: Callable[[], object]) -> None:
        """Runs our own code inside the application: whatever it raises is told once and goes no further."""
        try:
            call()
        except Exception as error:
            self.complain(what, error)

    def complain(self, what: str, error: BaseException) -> None:
        """Tells a failure of our own, once for each kind."""
        kind = f"{what}: {type(error).__name__}"
        if kind not in self._complained:
            self._complained.add(kind)
            LOG.warning("event-tracer: %s failed (%s: %s); the service goes on", what, type(error).__name__, error)
            LOG.debug("event-tracer: %s failed:\n%s", what, "".join(traceback.format_exception(error)))

    def _forget(self) -> None:
        """In a forked child: open spans are the parent's to end."""
        self.live.clear()
        self.pending.clear()
        self._lock = threading.Lock()


def _coordinates(record: Record) -> names.Clean:
    attributes: names.Clean = {names.PARTITION: str(record.partition), names.OFFSET: record.offset}
    if record.key is not None and (key := names.key_text(record.key)) is not None:
        attributes[names.KEY] = key
    if record.value is None:
        attributes[names.TOMBSTONE] = True
    return attributes


def _version() -> str | None:
    try:
        return metadata.version("event-tracer")
    except metadata.PackageNotFoundError:  # used from a source tree that is not installed
        return None
