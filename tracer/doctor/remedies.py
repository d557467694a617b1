"""The line that mends a symptom, for the client and the language that are seen.

Sources: the instrumentations' own code and manuals, and recordings of them. Where nothing is known, nothing stands.
"""

from __future__ import annotations

from tracer.doctor.clients import is_library
from tracer.doctor.model import Instrumentation

_RUN = "start it with `tracer run -- CMD`, or call `tracer.instrument()` at its start"
_OWN_SPAN = 'open a span around the handler: "A process span of your own" in docs/manual/instrumentation.md'
_ONE_CONTEXT = 'whoever sends them on drops the old header: [h for h in headers if h[0] != "traceparent"]'
_KEEP_ALL = "OTEL_TRACES_SAMPLER=parentbased_always_on"
_CAPTURE = (
    "-Dotel.instrumentation.messaging.experimental.capture-headers=NAMES (agents before 3.0) of the headers that tell"
    " where it was"
)
_POOL = "pool.submit(contextvars.copy_context().run, handle, record)"
_POLL_ONE = "take records one by one with poll(), not with consume(n)"

OF_ANY: dict[str, str] = {
    "poll-unseen": _OWN_SPAN,
    "handler-scope": _OWN_SPAN,
    "thread-context": "carry the current context into the thread or task that handles",
    "offset-sent": (
        "nothing on this side: a reader of the topic whose spans tell the offset is enough, "
        "where its records carry the context"
    ),
    "retry-origin": "send them while the span of the handling is current: then their parent tells it",
    "stale-context": _ONE_CONTEXT,
    "no-context": "instrument who sends them, with the W3C propagator, so that each record has one `traceparent`",
    "sampled": f"{_KEEP_ALL} in every service keeps all; or accept what is missing",
    "sends-missing": f"if it is sampled: {_KEEP_ALL} in every service keeps all",
    "sender-unseen": f"instrument who sends them; if it is sampled, {_KEEP_ALL} there",
    "dropped-links": "OTEL_SPAN_LINK_COUNT_LIMIT=N, with N the largest batch",
    "instance": 'OTEL_RESOURCE_ATTRIBUTES="service.instance.id=$(hostname)-$$" at each start',
    "clock-skew": "synchronise the clocks of these hosts (chrony, NTP)",
}
"""What mends a symptom of any client."""

OF_CLIENT: dict[tuple[str, str], str] = {
    **{
        ("kafka-python", symptom): _RUN
        for symptom in (
            "group",
            "handler-scope",
            "offset-received",
            "offset-sent",
            "poll-unseen",
            "retry-origin",
            "stale-context",
        )
    },
    ("confluent-kafka-python", "group"): (
        'after poll() or consume(): trace.get_current_span().set_attribute("messaging.consumer.group.name", GROUP)'
    ),
    ("confluent-kafka-python", "batch"): _POLL_ONE,
    ("confluent-kafka-python", "offset-received"): _POLL_ONE,
    ("aiokafka", "retry-origin"): _OWN_SPAN,
    ("confluent-kafka-python", "thread-context"): _POOL,
    ("event-tracer", "thread-context"): (
        "tracer.instrument(process_spans=False), and `with tracer.process(record):` where it is handled"
    ),
    ("kafkajs", "group"): (
        'new KafkaJsInstrumentation({consumerHook: span => span.setAttribute("messaging.consumer.group.name", GROUP)})'
    ),
    ("kafkajs", "batch"): "use eachMessage, not eachBatch: then each message has its own span, current in the handler",
    ("kafkajs", "no-context"): (
        "let each record carry one `traceparent`: kafkajs reads none where there are two; "
        "whoever sends a record on takes the old one out"
    ),
    ("franz-go", "handler-scope"): "in the handler: ctx, span := tracer.WithProcessSpan(record); defer span.End()",
    ("franz-go", "group"): "kotel.NewTracer(kotel.ConsumerGroup(GROUP))",
    ("java-kafka-clients", "retry-origin"): _CAPTURE,
    ("spring-kafka", "retry-origin"): _CAPTURE,
    ("spring-kafka", "batch"): "use a record listener, not a batch listener: then each record has its own span",
    ("dotnet-confluent-kafka", "handler-scope"): "take records with ConsumeAndProcessMessageAsync",
}
"""What mends a symptom of a client; goes before OF_ANY."""

OF_OWN_SPANS: dict[str, str] = {
    "group": 'span.set_attribute("messaging.consumer.group.name", GROUP), where your code opens these spans',
    "offset-received": (
        'where your code opens these spans: attributes "messaging.destination.partition.id", "messaging.kafka.offset"'
    ),
}
"""What mends a symptom of spans that the service's own code opens."""

OF_LANGUAGE: dict[tuple[str, str], str] = {
    (
        "python",
        "poll-unseen",
    ): "with kafka-python: start it with `tracer run -- CMD`; else open a span around the handler",
}
"""What mends a symptom where no span tells the client."""


def remedy(symptom: str, by: Instrumentation) -> str | None:
    """The line, None where nothing is known to mend it."""
    return (
        OF_CLIENT.get((by.client or "", symptom))
        or (OF_OWN_SPANS.get(symptom) if _own_code(by) else None)
        or OF_LANGUAGE.get((by.language or "", symptom) if by.client is None else ("", ""))
        or OF_ANY.get(symptom)
    )


def _own_code(by: Instrumentation) -> bool:
    return by.client is None and by.scope is not None and not is_library(by.scope)
