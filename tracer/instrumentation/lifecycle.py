"""Whether this process is instrumented, and how that is undone: wrapping a client is by nature one for a process."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Callable

from opentelemetry import trace
from opentelemetry.trace import ProxyTracerProvider, TracerProvider

from tracer.instrumentation.runtime import LOG, Runtime


class Instrumented:
    """`start` and `stop` may be called from any thread, and again; `runtime` is None while nothing is wrapped."""

    def __init__(self) -> None:
        self.runtime: Runtime | None = None
        self._undo: list[Callable[[], None]] = []
        self._watched: weakref.WeakSet[TracerProvider] = weakref.WeakSet()
        self._lock = threading.Lock()

    def start(
        self, service: str | None, provider: TracerProvider | None, process_spans: bool, at_first_use: bool
    ) -> None:
        """See `tracer.instrument`."""
        with self._lock:
            if self.runtime is not None or _disabled():
                return
            runtime = Runtime(lambda: self._provide(runtime, service, provider), process_spans=process_spans)
            self.runtime = runtime
            try:
                if not at_first_use:
                    runtime.set_up()
                self._undo = _wrap(runtime)
            except Exception as error:
                runtime.complain("instrumentation", error)

    def _provide(self, runtime: Runtime, service: str | None, provider: TracerProvider | None) -> TracerProvider:
        """The provider from now on: the one passed, the application's, or ours; told everything at the exit."""
        found = provider or trace.get_tracer_provider()
        at_exit = [runtime.finish]
        if isinstance(found, ProxyTracerProvider):
            from tracer.instrumentation import sdk

            own = sdk.set_up(service)
            trace.set_tracer_provider(own)
            at_exit.append(own.shutdown)
            found = own
        if hasattr(found, "add_span_processor") and found not in self._watched:
            from tracer.instrumentation.failures import FailedChildren

            # A processor cannot be taken away again: one for each provider, whatever comes and goes.
            self._watched.add(found)
            found.add_span_processor(FailedChildren(lambda: self.runtime))
        atexit.register(lambda: [step() for step in at_exit])
        return found

    def flush(self) -> None:
        """Ends the spans that are open and sends everything."""
        runtime = self.runtime
        if runtime is not None and runtime.used:
            runtime.finish()
            flush = getattr(runtime.provider, "force_flush", None)
            if flush is not None:
                flush()

    def stop(self) -> None:
        """See `tracer.uninstrument`."""
        with self._lock:
            runtime, self.runtime = self.runtime, None
            if runtime is None:
                return
            runtime.finish()
            runtime.active = False
            for step in reversed(self._undo):
                runtime.guard("uninstrument", step)
            self._undo = []


INSTRUMENTED = Instrumented()
"""The one of this process."""


def _disabled() -> bool:
    return os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"


def _wrap(runtime: Runtime) -> list[Callable[[], None]]:
    """Wraps every client that is installed, innermost first."""
    try:
        import kafka  # noqa: F401
    except ImportError:
        LOG.warning("event-tracer: kafka-python is not installed, so no client is instrumented")
        return []
    from tracer.instrumentation import failures, kafka_consumer, kafka_producer, official

    outgoing, received = kafka_producer.Outgoing(), official.Received()
    return [
        official.install(runtime, outgoing, received),
        kafka_producer.wrap(runtime, outgoing),
        kafka_consumer.wrap(runtime, received.take),
        failures.watch(runtime),
    ]


def run_instrumented() -> None:
    """What `tracer run` does in each Python it starts: instruments, and keeps the last spans when SIGTERM ends it."""
    from tracer.instrumentation.termination import keep_last_spans

    INSTRUMENTED.start(None, None, process_spans=True, at_first_use=True)
    keep_last_spans(INSTRUMENTED)
