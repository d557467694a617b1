"""The line that mends a symptom, for the client and the language that are seen."""

from __future__ import annotations

from tracer.doctor.model import Instrumentation

_RUN = "start it with `tracer run -- CMD`, or call tracer.instrument() at its start"
_PYTHON_SPAN = (
    'around the handler: with get_tracer("app").start_as_current_span("process", context=extract(headers),'
    " kind=SpanKind.CONSUMER)"
)
_DROP = 'where it is sent on: headers = [h for h in headers if h[0] != "traceparent"]'

CLIENTS: dict[tuple[str, str], str] = {
    ("kafka-python", "group"): _RUN,
    ("kafka-python", "offset-received"): _RUN,
    ("kafka-python", "offset-sent"): _RUN,
    ("kafka-python", "handler-scope"): _RUN,
    ("kafka-python", "poll-unseen"): _RUN,
    ("kafka-python", "stale-context"): _RUN,
}
"""What is known of a client, by symptom."""


def remedy(symptom: str, by: Instrumentation) -> str | None:
    """The line, None where nothing is known to mend it."""
    return CLIENTS.get((by.client or "", symptom))
