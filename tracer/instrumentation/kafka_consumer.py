"""KafkaConsumer: while the application handles a record from iterating or from `poll()`, its process span is current.

A handling ends when the application comes back for more (before the client blocks) or closes the consumer, so that the
span's duration is the handling alone.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

import kafka
from opentelemetry.trace import SpanContext

from tracer.instrumentation import attributes as names
from tracer.instrumentation.handling import Handling, Record
from tracer.instrumentation.runtime import Runtime

_STATE = "_event_tracer"

Received = Callable[[], SpanContext | None]


class Consumption:
    """What one consumer is handling, and the attributes that all its records share."""

    __slots__ = ("_metadata", "current", "known", "runtime")

    def __init__(self, runtime: Runtime, consumer: Any) -> None:
        self.runtime = runtime
        self.current: Handling | None = None
        self._metadata = getattr(consumer, "_client", None)
        config = consumer.config
        self.known: dict[str, str] = {}
        if config.get("group_id"):
            self.known[names.GROUP] = str(config["group_id"])
        if config.get("client_id"):
            self.known[names.CLIENT] = str(config["client_id"])

    def take(self, record: Record, receive: SpanContext | None = None) -> None:
        """The application has this record now."""
        if not self.runtime.process_spans:
            return
        try:
            if names.CLUSTER not in self.known and (cluster := names.cluster_of(self._metadata, "cluster")):
                self.known[names.CLUSTER] = cluster
            self.current = self.runtime.begin(record, self.known, receive)
        except Exception as error:
            self.runtime.complain("start of a process span", error)

    def done(self) -> None:
        """The application is done with its record: it asks for more."""
        handling = self.current
        if handling is not None:
            self.current = None
            try:
                handling.finish()
            except Exception as error:
                self.runtime.complain("end of a process span", error)


class RecordList(list[Any]):
    """The records of one partition from one `poll()`. The first time through, each is handled in turn."""

    __slots__ = ("_consumption",)

    def __init__(self, records: list[Any], consumption: Consumption) -> None:
        super().__init__(records)
        self._consumption: Consumption | None = consumption

    def __iter__(self) -> Iterator[Any]:
        consumption, self._consumption = self._consumption, None
        if consumption is None or not consumption.runtime.active:
            return super().__iter__()
        return _Pass(super().__iter__(), consumption)

    def __reduce__(self) -> tuple[type[list[Any]], tuple[list[Any]]]:
        return list, (self[:],)


class _Pass:
    """Iterates once over a RecordList. Left early, the last record stays current until the consumer is used again:
    an exception that ends the loop is still seen by whoever logs it."""

    __slots__ = ("_consumption", "_records")

    def __init__(self, records: Iterator[Any], consumption: Consumption) -> None:
        self._records = records
        self._consumption = consumption

    def __iter__(self) -> _Pass:
        return self

    def __next__(self) -> Any:
        self._consumption.done()
        record = next(self._records)
        self._consumption.take(record)
        return record


def known(runtime: Runtime, record: Record) -> dict[str, str]:
    """The attributes of the consumer in this process that a record came from, as far as that can be told."""
    partition = (record.topic, record.partition)
    groups = []
    for consumer in list(runtime.consumers):
        if partition in consumer.assignment():
            groups.append(_consumption(runtime, consumer).known)
    if len(groups) == 1:
        return groups[0]
    return {}


def wrap(runtime: Runtime, received: Received) -> Callable[[], None]:
    """Wraps KafkaConsumer; returns what takes it back. `received` gives the official receive span's context, if any."""
    consumer_class = kafka.KafkaConsumer
    undo = [
        _replace(consumer_class, "__next__", _traced_next(runtime, consumer_class.__next__, received)),
        _replace(consumer_class, "poll", _traced_poll(runtime, consumer_class.poll)),
        _replace(consumer_class, "close", _traced_close(runtime, consumer_class.close)),
    ]

    def unwrap() -> None:
        for step in undo:
            step()

    return unwrap


def _replace(owner: type, name: str, replacement: Callable[..., Any]) -> Callable[[], None]:
    before = owner.__dict__[name]
    setattr(owner, name, replacement)

    def restore() -> None:
        if owner.__dict__[name] is replacement:
            setattr(owner, name, before)

    return restore


def _consumption(runtime: Runtime, consumer: Any) -> Consumption:
    found: Consumption | None = consumer.__dict__.get(_STATE)
    if found is None or found.runtime is not runtime:
        found = consumer.__dict__[_STATE] = Consumption(runtime, consumer)
        runtime.consumers.add(consumer)
    return found


def _traced_next(runtime: Runtime, original: Callable[..., Any], received: Received) -> Callable[..., Any]:
    @functools.wraps(original)
    def traced_next(self: Any) -> Any:
        if not runtime.active:
            return original(self)
        consumption = _consumption(runtime, self)
        consumption.done()
        record = original(self)
        consumption.take(record, received())
        return record

    return traced_next


def _traced_poll(runtime: Runtime, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def poll(self: Any, *args: Any, **kwargs: Any) -> Any:
        # The client's own iterator polls with update_offsets=False; its records are not handed out yet.
        internal = kwargs.get("update_offsets", args[2] if len(args) > 2 else True) is False
        if internal or not runtime.active:
            return original(self, *args, **kwargs)
        consumption = _consumption(runtime, self)
        consumption.done()
        polled = original(self, *args, **kwargs)
        if runtime.process_spans:
            for partition, records in polled.items():
                polled[partition] = RecordList(records, consumption)
        return polled

    return poll


def _traced_close(runtime: Runtime, original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def close(self: Any, *args: Any, **kwargs: Any) -> Any:
        consumption: Consumption | None = self.__dict__.get(_STATE)
        if consumption is not None and consumption.current is not None:
            # Closed by a `with` or `finally` that an exception leaves: the handling of the record raised it.
            error = sys.exc_info()[1]
            if isinstance(error, Exception):
                runtime.guard("note of a failure", functools.partial(consumption.current.fail, error))
            consumption.done()
        return original(self, *args, **kwargs)

    return close
