"""KafkaProducer.send: the official send span, ended by the broker's acknowledgement, with the record's coordinates.

The official wrapper ends its span when `send` returns, before the record has an offset. It is given a tracer whose
PRODUCER spans hold their end back until the record's future resolves, and that sets all attributes at once.
"""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import kafka
from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import Attributes

from tracer.instrumentation import attributes as names
from tracer.instrumentation.carried import carried
from tracer.instrumentation.handling import Failure, current
from tracer.instrumentation.payload import serialized
from tracer.instrumentation.runtime import Runtime
from tracer.instrumentation.topics import purpose


class Outgoing(threading.local):
    """The record that this thread is sending: its attributes, its span once the official wrapper started it, and
    what was serialized last, where payloads are looked at.
    """

    attributes: names.Clean | None = None
    span: SendSpan | None = None
    payload: Any = None

    def started(self) -> SendSpan | None:
        """The span of the record being sent, if one is recorded."""
        return self.span


class SendSpan(Span):
    """A send span whose attributes are kept until its end, and whose end waits for the acknowledgement."""

    __slots__ = ("_attributes", "_runtime", "_span", "_token")

    def __init__(self, span: Span, attributes: names.Clean, runtime: Runtime) -> None:
        self._span = span
        self._attributes = attributes
        self._runtime = runtime
        self._token: Any = None

    def __enter__(self) -> SendSpan:
        self._token = otel_context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        otel_context.detach(self._token)
        if error is None:
            self._runtime.pending.add(self)
        else:
            self._runtime.guard("end of a send span", functools.partial(self.failed, error))

    def acknowledged(self, metadata: Any) -> None:
        """The broker has the record: `metadata` tells where. acks=0 gives no offset."""
        self._attributes[names.PARTITION] = str(metadata.partition)
        if metadata.offset is not None and metadata.offset >= 0:
            self._attributes[names.OFFSET] = metadata.offset
        self.end()

    def failed(self, error: BaseException) -> None:
        """The record could not be sent."""
        if isinstance(error, Exception):
            self._attributes[names.ERROR_TYPE] = names.error_type(error)
            self._span.record_exception(error)
            self._span.set_status(Status(StatusCode.ERROR, f"{type(error).__name__}: {error}"))
        self.end()

    def end(self, end_time: int | None = None) -> None:
        """Ends the span now, with what is known."""
        self._runtime.pending.discard(self)
        span = self._span
        if span.is_recording():
            names.set_clean(span, self._attributes)
            span.end(end_time)

    def set_attribute(self, key: str, value: Any) -> None:
        if key and isinstance(value, (str, int)):
            self._attributes[key] = value
        else:
            self._span.set_attribute(key, value)

    def set_attributes(self, attributes: Any) -> None:
        for key, value in attributes.items():
            self.set_attribute(key, value)

    def get_span_context(self) -> SpanContext:
        return self._span.get_span_context()

    def is_recording(self) -> bool:
        return self._span.is_recording()

    def add_event(self, name: str, attributes: Attributes = None, timestamp: int | None = None) -> None:
        self._span.add_event(name, attributes, timestamp)

    def add_link(self, context: SpanContext, attributes: Attributes = None) -> None:
        self._span.add_link(context, attributes)

    def update_name(self, name: str) -> None:
        self._span.update_name(name)

    def set_status(self, status: Status | StatusCode, description: str | None = None) -> None:
        self._span.set_status(status, description)

    def record_exception(
        self,
        exception: BaseException,
        attributes: Attributes = None,
        timestamp: int | None = None,
        escaped: bool = False,
    ) -> None:
        self._span.record_exception(exception, attributes, timestamp, escaped)


class SendTracer(Tracer):
    """The tracer that the official wrapper of `send` is given: `inner`'s spans, as SendSpans."""

    def __init__(self, inner: Callable[[], Tracer], outgoing: Outgoing, runtime: Runtime) -> None:
        self._inner = inner
        self._outgoing = outgoing
        self._runtime = runtime

    def start_span(self, name: str, *args: Any, **kwargs: Any) -> Span:
        return self._inner().start_span(name, *args, **kwargs)

    def start_as_current_span(self, name: str, *args: Any, **kwargs: Any) -> Any:
        outgoing = self._outgoing
        if outgoing.attributes is None or kwargs.get("kind") is not SpanKind.PRODUCER:
            return self._inner().start_as_current_span(name, *args, **kwargs)
        span = self._inner().start_span(name, *args, **kwargs)
        if not span.is_recording():
            return trace.use_span(span)
        outgoing.span = SendSpan(span, outgoing.attributes, self._runtime)
        return outgoing.span


def wrap(runtime: Runtime, outgoing: Outgoing) -> Callable[[], None]:
    """Wraps KafkaProducer.send, outside the official wrapper; returns what takes it back."""
    producer_class = kafka.KafkaProducer
    before = producer_class.__dict__["send"]
    replacement = _traced_send(runtime, outgoing, producer_class.send)
    producer_class.send = replacement
    forget = _keep_payloads(runtime, outgoing) if runtime.payload_hash is not None else None

    def unwrap() -> None:
        if forget is not None:
            forget()
        if producer_class.__dict__["send"] is replacement:
            producer_class.send = before

    return unwrap


def _keep_payloads(runtime: Runtime, outgoing: Outgoing) -> Callable[[], None] | None:
    def keep(made: Any) -> None:
        outgoing.payload = made

    try:
        return serialized(kafka.KafkaProducer, keep)
    except KeyError as error:
        runtime.complain("hash of payloads", error)
        return None


def _traced_send(runtime: Runtime, outgoing: Outgoing, official: Callable[..., Any]) -> Callable[..., Any]:
    client = inspect.unwrap(official)

    @functools.wraps(official)
    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        if not runtime.active:
            return official(self, *args, **kwargs)
        try:
            args, kwargs, attributes = _prepare(self, args, kwargs)
        except Exception as error:
            runtime.complain("start of a send span", error)
            return client(self, *args, **kwargs)
        if attributes is None:
            return client(self, *args, **kwargs)
        if runtime.live:
            runtime.guard("note of a failure", functools.partial(_note_failure, str(attributes[names.DESTINATION])))
        outer = outgoing.attributes, outgoing.span
        outgoing.attributes, outgoing.span, outgoing.payload = attributes, None, None
        try:
            future = official(self, *args, **kwargs)
            if (cluster := names.cluster_of(self, "_metadata")) is not None:
                attributes[names.CLUSTER] = cluster
            span, payload = outgoing.started(), outgoing.payload
        finally:
            outgoing.attributes, outgoing.span = outer
            outgoing.payload = None
        if span is not None:
            try:
                if runtime.payload_hash is not None:
                    attributes |= runtime.payload_hash.attributes(payload)
                future.add_callback(span.acknowledged)
                future.add_errback(span.failed)
            except Exception as error:
                runtime.complain("wait for an acknowledgement", error)
        return future

    return send


def _prepare(
    producer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any], names.Clean | None]:
    """The call with headers of its own (the official wrapper appends to the application's list), and its attributes.

    No attributes for a call that the client will refuse in words of its own.
    """
    count = len(args)
    topic = args[0] if count > 0 else kwargs.get("topic")
    value = args[1] if count > 1 else kwargs.get("value")
    key = args[2] if count > 2 else kwargs.get("key")
    headers = args[3] if count > 3 else kwargs.get("headers")
    if headers is None:
        headers = []
    elif isinstance(headers, list):
        headers = headers.copy()
    if not isinstance(topic, str) or not isinstance(headers, list):
        return args, kwargs, None
    if count > 3:
        args = (*args[:3], headers, *args[4:])
    else:
        kwargs["headers"] = headers
    attributes: names.Clean = {
        names.OPERATION_NAME: "send",
        names.OPERATION_TYPE: "send",
        names.DESTINATION: topic,
    }
    client = producer.config.get("client_id")
    if client:
        attributes[names.CLIENT] = client
    if key is not None and (text := names.key_text(key)) is not None:
        attributes[names.KEY] = text
    if value is None:
        attributes[names.TOMBSTONE] = True
    if headers:
        attributes |= carried(headers)
    return args, kwargs, attributes


def _note_failure(topic: str) -> None:
    """A record sent on to a retry or dead-letter topic says that the one being handled failed."""
    handling = current()
    if handling is not None and (use := purpose(topic)) is not None:
        error = sys.exc_info()[1]
        failure = Failure(names.OTHER_ERROR, f"sent on to the {use} topic {topic}")
        handling.fail(error if isinstance(error, Exception) else None, failure)
