"""Embedded in services: wraps messaging clients. Knows OpenTelemetry and the client, nothing else of ours.

`instrument()` once at the start of a service is all that is needed; `tracer run -- CMD` calls it without a change to
the code. `process(record)` and `handler` say exactly where a record is handled.
"""

from __future__ import annotations

from opentelemetry.trace import TracerProvider

from tracer.instrumentation.explicit import handler, process
from tracer.instrumentation.lifecycle import INSTRUMENTED

__all__ = ["handler", "instrument", "process", "uninstrument"]


def instrument(
    service: str | None = None,
    *,
    tracer_provider: TracerProvider | None = None,
    process_spans: bool = True,
    at_first_use: bool = False,
    payload_hash: bool | str = False,
) -> None:
    """Instruments the messaging clients of this process. Calling it again does nothing.

    `tracer_provider`, else the global TracerProvider if the application has set one, makes the spans; where there is
    none the SDK is set up as the OTEL_* variables say, and `service` is the name of the service that they may leave
    open. `process_spans=False` leaves it to `process` and `handler` to say when a record is handled (the way for
    records that are handed to other threads). `at_first_use` looks for the application's TracerProvider not now but
    when a client is first used. `payload_hash` puts a hash of each payload and its size on send spans: True, or the key
    of the hash (without one, payloads of few possible values can be guessed). Never raises: what cannot be done is
    logged as a warning.
    """
    INSTRUMENTED.start(service, tracer_provider, process_spans, at_first_use, payload_hash)


def uninstrument() -> None:
    """Takes every wrapper and hook away again, and ends the spans that are open. The TracerProvider stays."""
    INSTRUMENTED.stop()
