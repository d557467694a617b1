"""`with tracer.process(record):` and `@tracer.handler`: where a record is handled, said by the application itself.

What they wrap is the handling: an exception that leaves it is seen directly, and goes on unchanged. Where the record's
implicit span is live they take it over, so that there is one span for one attempt.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import TracebackType
from typing import Any, ParamSpec, TypeVar, cast

from opentelemetry import context as otel_context
from opentelemetry.trace import INVALID_SPAN, Span

from tracer.instrumentation.handling import Handling, Record, current
from tracer.instrumentation.lifecycle import INSTRUMENTED
from tracer.instrumentation.runtime import Runtime

P = ParamSpec("P")
T = TypeVar("T")


class process:  # noqa: N801 - used as a function, `with process(record):`
    """The handling of one record, as a context manager. Its value is the `process` span.

    `record` is a ConsumerRecord or anything with its topic, partition, offset, key, value and headers. Does nothing
    in a process that is not instrumented.
    """

    def __init__(self, record: Any) -> None:
        self._record = record
        self._handling: Handling | None = None
        self._token: Any = None

    def __enter__(self) -> Span:
        runtime = INSTRUMENTED.runtime
        if runtime is not None and self._record is not None:
            runtime.guard("start of a process span", functools.partial(self._start, runtime))
        return self._handling.span if self._handling is not None else INVALID_SPAN

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        handling, self._handling = self._handling, None
        runtime = INSTRUMENTED.runtime
        if handling is None or runtime is None:
            return
        if isinstance(error, Exception):
            runtime.guard("note of a failure", functools.partial(handling.fail, error))
        runtime.guard("end of a process span", handling.finish)
        if self._token is not None:
            otel_context.detach(self._token)

    def _start(self, runtime: Runtime) -> None:
        record = self._record
        for handling in list(runtime.live.values()):
            if not handling.explicit and _same(handling.record, record):
                handling.explicit = True
                if current() is not handling:  # handled in another thread than the one that took the record
                    self._token = handling.attach()
                self._handling = handling
                return
        self._handling = runtime.begin(record, _known(runtime, record))
        self._handling.explicit = True


def handler(function: Callable[P, T]) -> Callable[P, T]:
    """Decorates a function (or a coroutine function) that handles one record: the first argument that is one."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def handle_async(*args: P.args, **kwargs: P.kwargs) -> Any:
            with process(_find_record(args, kwargs)):
                return await function(*args, **kwargs)

        return cast("Callable[P, T]", handle_async)

    @functools.wraps(function)
    def handle(*args: P.args, **kwargs: P.kwargs) -> T:
        with process(_find_record(args, kwargs)):
            return function(*args, **kwargs)

    return handle


def _same(one: Record | None, other: Any) -> bool:
    if one is None or one is other:
        return one is other
    return (one.topic, one.partition, one.offset) == (other.topic, other.partition, other.offset)


def _known(runtime: Runtime, record: Any) -> dict[str, str]:
    from tracer.instrumentation.kafka_consumer import known

    return known(runtime, record)


def _find_record(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    for value in (*args, *kwargs.values()):
        if hasattr(value, "topic") and hasattr(value, "offset") and hasattr(value, "headers"):
            return value
    return None
