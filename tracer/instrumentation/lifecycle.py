"""Whether this process is instrumented, and how that is undone: wrapping a client is by nature one for a process."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from collections.abc import Callable
from multiprocessing import util as multiprocessing_util

from opentelemetry import trace
from opentelemetry.trace import ProxyTracerProvider, TracerProvider

from tracer.instrumentation.payload import wanted
from tracer.instrumentation.runtime import LOG, Runtime


class Instrumented:
    """`start` and `stop` may be called from any thread, and again; `runtime` is None while nothing is wrapped."""

    def __init__(self) -> None:
        self.runtime: Runtime | None = None
        self._undo: list[Callable[[], None]] = []
        self._own: TracerProvider | None = None
        self._watched: weakref.WeakSet[TracerProvider] = weakref.WeakSet()
        self._hears_exit = False
        self._lock = threading.Lock()

    def start(
        self,
        service: str | None,
        provider: TracerProvider | None,
        process_spans: bool,
        at_first_use: bool,
        payload_hash: bool | str = False,
    ) -> None:
        """See `tracer.instrument`."""
        with self._lock:
            if self.runtime is not None or _disabled():
                return
            runtime = Runtime(
                lambda: self._provide(service, provider),
                process_spans=process_spans,
                payload_hash=wanted(payload_hash),
            )
            self.runtime = runtime
            if not at_first_use:
                runtime.set_up()
            self._hear_exit()
            try:
                self._undo = _wrap(runtime)
            except Exception as error:
                runtime.complain("instrumentation", error)

    def _provide(self, service: str | None, provider: TracerProvider | None) -> TracerProvider:
        """The provider from now on: the one passed, the application's, or ours, set up now."""
        found = provider or trace.get_tracer_provider()
        if isinstance(found, ProxyTracerProvider):
            from tracer.instrumentation import sdk

            found = self._own = sdk.set_up(service)
            trace.set_tracer_provider(found)
        else:
            # The application's provider may be younger than what `_hear_exit` registered, and is then shut down first.
            atexit.register(self._finish)
        if hasattr(found, "add_span_processor") and found not in self._watched:
            from tracer.instrumentation.failures import FailedChildren

            # A processor cannot be taken away again: one for each provider, whatever comes and goes.
            self._watched.add(found)
            found.add_span_processor(FailedChildren(lambda: self.runtime))
        return found

    def _hear_exit(self) -> None:
        """Once, and before the application makes its clients: theirs is the first word when the process ends."""
        if not self._hears_exit:
            self._hears_exit = True
            atexit.register(self._exit)
            # Children that multiprocessing forks end without atexit.
            multiprocessing_util.register_after_fork(
                self, lambda self: multiprocessing_util.Finalize(None, self._exit, exitpriority=0)
            )

    def _exit(self) -> None:
        self._finish()
        if self._own is not None:
            getattr(self._own, "shutdown", lambda: None)()

    def _finish(self) -> None:
        runtime = self.runtime
        if runtime is not None:
            runtime.finish()

    def flush(self) -> None:
        """Ends the spans that are open and sends everything."""
        self._finish()
        runtime = self.runtime
        if runtime is not None and runtime.used:
            getattr(runtime.provider, "force_flush", lambda: None)()

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
