"""How a failure is seen while a record is handled: by what is logged, left unhandled, or fails inside.

A loop cannot see what its body raised. These hooks can: `logging` for exceptions that are logged, the interpreter's
and the threads' hooks for those that are not handled, a span processor for spans inside that end with an error.
"""

from __future__ import annotations

import functools
import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

from opentelemetry.trace import StatusCode

from tracer.instrumentation import attributes as names
from tracer.instrumentation.handling import Failure, current
from tracer.instrumentation.runtime import Runtime

# The client's and OpenTelemetry's own troubles are no failure of the application's handling.
_NOT_THE_APPLICATION = ("kafka", "opentelemetry")


def watch(runtime: Runtime) -> Callable[[], None]:
    """Installs the hooks; returns what takes them away, where nobody has put another on top."""
    undo = [_watch_logging(runtime), _watch_interpreter(runtime), _watch_threads(runtime)]

    def stop() -> None:
        for step in undo:
            step()

    return stop


def _note(runtime: Runtime, error: BaseException | None, *, over: bool = False) -> None:
    """The attempt in whose context this runs failed with `error`; `over` when nothing of it can follow."""
    try:
        handling = current()
        if handling is not None and not handling.ended:
            if isinstance(error, Exception):
                handling.fail(error)
            if over:
                handling.finish()
    except Exception as trouble:
        runtime.complain("note of a failure", trouble)


def _watch_logging(runtime: Runtime) -> Callable[[], None]:
    original = logging.Logger.handle

    @functools.wraps(original)
    def handle(self: logging.Logger, record: logging.LogRecord) -> None:
        if record.exc_info and runtime.active and record.name.partition(".")[0] not in _NOT_THE_APPLICATION:
            _note(runtime, record.exc_info[1])
        original(self, record)

    logging.Logger.handle = handle  # type: ignore[method-assign]

    def stop() -> None:
        if logging.Logger.handle is handle:
            logging.Logger.handle = original  # type: ignore[method-assign]

    return stop


def _watch_interpreter(runtime: Runtime) -> Callable[[], None]:
    original = sys.excepthook

    def excepthook(kind: type[BaseException], error: BaseException, traceback: Any) -> None:
        if runtime.active:
            _note(runtime, error, over=True)
        original(kind, error, traceback)

    sys.excepthook = excepthook

    def stop() -> None:
        if sys.excepthook is excepthook:
            sys.excepthook = original

    return stop


def _watch_threads(runtime: Runtime) -> Callable[[], None]:
    original = threading.excepthook

    def excepthook(args: threading.ExceptHookArgs) -> None:
        if runtime.active:
            _note(runtime, args.exc_value, over=True)
        original(args)

    threading.excepthook = excepthook

    def stop() -> None:
        if threading.excepthook is excepthook:
            threading.excepthook = original

    return stop


class FailedChildren:
    """A span processor that tells a handling when a span directly inside it ended with an error."""

    def __init__(self, runtime: Callable[[], Runtime | None]) -> None:
        self._runtime = runtime

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """Nothing to do."""

    def _on_ending(self, span: Any) -> None:
        """Nothing to do."""

    def on_end(self, span: Any) -> None:
        """Called by the SDK with each span that has ended."""
        if span.status.status_code is not StatusCode.ERROR or span.parent is None:
            return
        runtime = self._runtime()
        if runtime is not None:
            runtime.guard("note of a failed span", functools.partial(_child_failed, runtime, span))

    def shutdown(self) -> None:
        """Nothing to do."""

    def force_flush(self, timeout_millis: int = 30000) -> bool:  # noqa: ARG002 - the SDK's signature
        """Nothing waits here."""
        return True


def _child_failed(runtime: Runtime, span: Any) -> None:
    raised = [(event.attributes or {}).get("exception.type") for event in span.events if event.name == "exception"]
    kind = (span.attributes or {}).get(names.ERROR_TYPE) or next(iter(raised), None) or names.OTHER_ERROR
    why = f": {span.status.description}" if span.status.description else ""
    runtime.child_failed(span.parent, Failure(str(kind), f"{span.name} failed{why}"))
