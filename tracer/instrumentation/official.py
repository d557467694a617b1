"""The official kafka-python instrumentation underneath ours.

Where the application has not installed it, we do, and keep its send wrapper; its consumer wrapper makes a second span
for each record that says less than ours, and is left out. Where the application has installed it, its tracer, hooks
and receive spans stay, and our process spans are children of its receive spans.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

import kafka
from opentelemetry.instrumentation.kafka import KafkaInstrumentor
from opentelemetry.instrumentation.utils import unwrap as unwrap_official
from opentelemetry.trace import Span, SpanContext, Tracer, TracerProvider

from tracer.instrumentation.kafka_producer import Outgoing, SendTracer
from tracer.instrumentation.runtime import LOG, Runtime


class Received(threading.local):
    """The context of the receive span that the official wrapper made last in this thread."""

    context: SpanContext | None = None

    def take(self) -> SpanContext | None:
        """That context, once."""
        found, self.context = self.context, None
        return found


class _ReceiveTracer(Tracer):
    """The application's tracer, remembering the context of each receive span."""

    def __init__(self, inner: Tracer, received: Received) -> None:
        self._inner = inner
        self._received = received

    def start_span(self, name: str, *args: Any, **kwargs: Any) -> Span:
        return self._inner.start_span(name, *args, **kwargs)

    @contextmanager
    def _remembered(self, name: str, *args: Any, **kwargs: Any) -> Iterator[Span]:
        with self._inner.start_as_current_span(name, *args, **kwargs) as span:
            self._received.context = span.get_span_context()
            yield span

    def start_as_current_span(self, name: str, *args: Any, **kwargs: Any) -> Any:
        return self._remembered(name, *args, **kwargs)


class _SendProvider(TracerProvider):
    def __init__(self, runtime: Runtime, outgoing: Outgoing) -> None:
        self._runtime = runtime
        self._outgoing = outgoing

    def get_tracer(self, *args: Any, **kwargs: Any) -> Tracer:
        tracers: list[Tracer] = []

        def inner() -> Tracer:
            if not tracers:
                tracers.append(self._runtime.provider.get_tracer(*args, **kwargs))
            return tracers[0]

        return SendTracer(inner, self._outgoing, self._runtime)


def install(runtime: Runtime, outgoing: Outgoing, received: Received) -> Callable[[], None]:
    """Puts the official instrumentation underneath; returns what takes it away again, or gives it back."""
    instrumentor = KafkaInstrumentor()
    if instrumentor.is_instrumented_by_opentelemetry:
        return _adopt(runtime, outgoing, received)
    instrumentor.instrument(tracer_provider=_SendProvider(runtime, outgoing), skip_dep_check=True)
    unwrap_official(kafka.KafkaConsumer, "__next__")
    undo: Callable[[], None] = instrumentor.uninstrument
    return undo


def _adopt(runtime: Runtime, outgoing: Outgoing, received: Received) -> Callable[[], None]:
    cells = [_tracer_cell(kafka.KafkaProducer.__dict__["send"]), _tracer_cell(kafka.KafkaConsumer.__dict__["__next__"])]
    if None in cells:
        LOG.warning(
            "event-tracer: an OpenTelemetry instrumentation of kafka-python that we do not know is installed; "
            "its send spans will have no offset"
        )
        return lambda: None
    send, receive = cells
    before = send.cell_contents, receive.cell_contents
    send.cell_contents = SendTracer(lambda: before[0], outgoing, runtime)
    receive.cell_contents = _ReceiveTracer(before[1], received)

    def give_back() -> None:
        send.cell_contents, receive.cell_contents = before

    return give_back


def _tracer_cell(wrapper: Any) -> Any:
    """The variable in which an official wrapper keeps its tracer; None if it is not built as we know it."""
    function = getattr(wrapper, "_self_wrapper", None)
    if not isinstance(function, FunctionType) or "tracer" not in function.__code__.co_freevars:
        return None
    return (function.__closure__ or ())[function.__code__.co_freevars.index("tracer")]
