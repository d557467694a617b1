"""Instrumenting and undoing it: whose TracerProvider is used, what is restored, and what a service never notices."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable

import pytest
from kafka import KafkaConsumer, KafkaProducer
from opentelemetry import trace
from opentelemetry.instrumentation.kafka import KafkaInstrumentor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

import tracer
from tests.instrumentation.telemetry import Receiver, Spans, start_service

Consume = Callable[..., "KafkaConsumer"]

SEND = """
    import sys, tracer
    {before}
    tracer.instrument({arguments})
    from kafka import KafkaProducer
    producer = KafkaProducer(bootstrap_servers=sys.argv[1])
    producer.send(sys.argv[2], b"x", partition=0).get(20)
    print("sent", flush=True)
    {after}
    """


def service(arguments: str = "", before: str = "", after: str = "") -> str:
    return SEND.format(arguments=arguments, before=before, after=after)


def touched() -> list[object]:
    return [
        KafkaProducer.__dict__["send"],
        *(KafkaConsumer.__dict__[name] for name in ("__next__", "poll", "close")),
        logging.Logger.handle,
        sys.excepthook,
        threading.excepthook,
    ]


def test_uninstrument_restores_everything() -> None:
    before = touched()
    for _ in range(2):
        tracer.instrument(tracer_provider=Spans().provider)
        assert all(now is not then for now, then in zip(touched(), before, strict=True))
        tracer.uninstrument()
        assert touched() == before
    assert KafkaInstrumentor().is_instrumented_by_opentelemetry is False
    tracer.uninstrument()


def test_instrumenting_twice_is_instrumenting_once(
    spans: Spans, producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    other = Spans()
    wrapped = touched()
    tracer.instrument("again", tracer_provider=other.provider)
    assert touched() == wrapped
    producer.send(topic, b"x", partition=0).get(20)
    assert spans.one(f"{topic} send")
    assert not other.exporter.get_finished_spans()


def test_instrumented_again_with_the_same_provider_each_record_has_one_span(
    producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    spans = Spans()
    producer.send(topic, b"x", partition=0).get(20)
    consumer = consume(topic)
    for _ in range(2):
        tracer.instrument(tracer_provider=spans.provider)
        consumer.seek_to_beginning()
        next(consumer)
        tracer.uninstrument()
    assert len(spans.named(f"process {topic}")) == 2
    assert not trace.get_current_span().get_span_context().is_valid


def test_beside_the_applications_official_instrumentation_process_is_a_child_of_its_receive_span(
    producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    spans = Spans()
    hooked: list[str] = []
    KafkaInstrumentor().instrument(
        tracer_provider=spans.provider, produce_hook=lambda _span, args, _kwargs: hooked.append(args[0])
    )
    tracer.instrument(tracer_provider=spans.provider)
    try:
        offset = producer.send(topic, b"x", partition=0).get(20).offset
        consumer = consume(topic)
        next(consumer)
        consumer.close()
        sent, received, processed = (
            spans.one(name) for name in (f"{topic} send", f"{topic} receive", f"process {topic}")
        )
        assert hooked == [topic]
        assert (sent.attributes or {})["messaging.kafka.offset"] == offset
        assert received.parent is not None
        assert received.parent.span_id == sent.context.span_id
        assert processed.parent is not None
        assert processed.parent.span_id == received.context.span_id
        assert [link.context.span_id for link in processed.links] == [sent.context.span_id]
        tracer.uninstrument()
        producer.send(topic, b"y", partition=0).get(20)
        assert "messaging.kafka.offset" not in (spans.named(f"{topic} send")[-1].attributes or {})
    finally:
        tracer.uninstrument()
        KafkaInstrumentor().uninstrument()


def test_the_sdk_is_set_up_as_the_environment_says(embedded_broker: str, receiver: Receiver, topic: str) -> None:
    environment = {"OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=test,team=crm"}
    running = start_service(
        service('service="signup"'), embedded_broker, topic, endpoint=receiver.endpoint, extra=environment
    )
    output, errors = running.communicate(timeout=60)
    assert (running.returncode, output, errors) == (0, "sent\n", "")
    ((resource, span),) = receiver.wait_for(f"{topic} send")
    assert resource["service.name"] == "signup"
    assert resource["team"] == "crm"
    assert resource["process.pid"] == running.pid
    assert resource["service.instance.id"]
    assert resource["host.name"]
    assert {attribute.key for attribute in span.attributes} >= {"messaging.kafka.offset"}


def test_the_name_in_the_environment_goes_before_the_one_in_the_code(
    embedded_broker: str, receiver: Receiver, topic: str
) -> None:
    running = start_service(
        service('service="signup"'),
        embedded_broker,
        topic,
        endpoint=receiver.endpoint,
        extra={"OTEL_SERVICE_NAME": "signup-canary"},
    )
    assert running.communicate(timeout=60)[0] == "sent\n"
    assert receiver.wait_for(f"{topic} send")[0][0]["service.name"] == "signup-canary"


def test_the_applications_own_provider_is_used(embedded_broker: str, receiver: Receiver, topic: str) -> None:
    before = """
    from opentelemetry import trace
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor, ConsoleSpanExporter
    own = TracerProvider(resource=Resource({"service.name": "own"}))
    own.add_span_processor(SimpleSpanProcessor(ConsoleSpanExporter(formatter=lambda span: span.name + chr(10))))
    trace.set_tracer_provider(own)
    """
    running = start_service(service("'other'", before=before), embedded_broker, topic, endpoint=receiver.endpoint)
    output, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (0, "")
    assert f"{topic} send\n" in output
    assert not receiver.spans


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ({"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ""),
        ({"OTEL_TRACES_EXPORTER": "zipkin_proto"}, "exporter zipkin_proto is not installed"),
        ({"OTEL_TRACES_EXPORTER": "none"}, ""),
        ({"OTEL_SDK_DISABLED": "true"}, ""),
    ],
)
def test_a_service_goes_on_whatever_the_environment_asks_for(
    embedded_broker: str, topic: str, extra: dict[str, str], line: str
) -> None:
    running = start_service(service(), embedded_broker, topic, endpoint="http://127.0.0.1:9", extra=extra)
    output, errors = running.communicate(timeout=60)
    assert (running.returncode, output) == (0, "sent\n")
    assert line in errors
    assert len(errors.splitlines()) <= 1, errors


def test_grpc_without_the_extra_says_what_to_install(embedded_broker: str, topic: str) -> None:
    before = """
    import importlib.metadata as metadata
    found = metadata.entry_points
    metadata.entry_points = lambda **which: () if which.get("name") == "otlp_proto_grpc" else found(**which)
    """
    running = start_service(
        service(before=before),
        embedded_broker,
        topic,
        endpoint="http://127.0.0.1:9",
        extra={"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
    )
    output, errors = running.communicate(timeout=60)
    assert (running.returncode, output) == (0, "sent\n")
    (line,) = errors.splitlines()
    assert 'pip install "event-tracer[grpc]"' in line


def test_a_service_whose_collector_is_away_serves_and_ends_in_time(embedded_broker: str, topic: str) -> None:
    many = "for _ in range(3000): producer.send(sys.argv[2], b'x', partition=0)\n    producer.flush(); print('served')"
    running = start_service(service(after=many), embedded_broker, topic, endpoint="http://127.0.0.1:9")
    output, errors = running.communicate(timeout=90)
    assert (running.returncode, output) == (0, "sent\nserved\n")
    lines = errors.splitlines()
    assert "cannot send spans to http://127.0.0.1:9/v1/traces" in lines[0]
    assert "Traceback" not in errors
    assert len(lines) <= 2, errors  # the SDK adds one when its queue is full


def test_without_kafka_python_instrument_works_and_says_that_nothing_is_wrapped(receiver: Receiver) -> None:
    program = """
    import sys
    class Hidden:
        def find_spec(self, name, path=None, target=None):
            if name == "kafka":
                raise ModuleNotFoundError("No module named 'kafka'", name="kafka")
    sys.meta_path.insert(0, Hidden())
    import tracer
    from opentelemetry import trace
    tracer.instrument(service="lonely")
    tracer.instrument()
    with trace.get_tracer("app").start_as_current_span("work"):
        pass
    """
    running = start_service(program, endpoint=receiver.endpoint)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 0
    (line,) = errors.splitlines()
    assert "kafka-python is not installed" in line
    assert receiver.wait_for("work")[0][0]["service.name"] == "lonely"


def test_an_exception_left_unhandled_in_the_main_thread_reaches_the_collector(
    embedded_broker: str, receiver: Receiver, topic: str
) -> None:
    after = """
    from kafka import KafkaConsumer, TopicPartition
    consumer = KafkaConsumer(bootstrap_servers=sys.argv[1], group_id="crm", consumer_timeout_ms=20000)
    consumer.assign([TopicPartition(sys.argv[2], 0)])
    consumer.seek(TopicPartition(sys.argv[2], 0), 0)
    for record in consumer:
        raise LookupError("plan")
    """
    running = start_service(service(after=after), embedded_broker, topic, endpoint=receiver.endpoint)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 1
    assert errors.endswith("LookupError: plan\n")
    ((_, span),) = receiver.wait_for(f"process {topic}")
    assert span.status.code == 2
    assert [event.name for event in span.events] == ["exception"]


def test_ids_do_not_repeat_in_services_that_seed_their_random_numbers(
    embedded_broker: str, receiver: Receiver, topic: str
) -> None:
    for _ in range(2):
        running = start_service(
            service(after="", before="import random; random.seed(7)"),
            embedded_broker,
            topic,
            endpoint=receiver.endpoint,
        )
        running.communicate(timeout=60)
    sent = [span for _, span in receiver.spans if span.name == f"{topic} send"]
    assert len({span.trace_id for span in sent}) == len(sent) == 2


def test_spans_of_a_child_that_multiprocessing_forked_are_sent_when_it_ends(
    embedded_broker: str, receiver: Receiver, topic: str
) -> None:
    after = """
    import multiprocessing
    def work():
        from opentelemetry import trace
        with trace.get_tracer("app").start_as_current_span("in the child"):
            pass
    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    assert child.exitcode == 0
    """
    running = start_service(service(after=after), embedded_broker, topic, endpoint=receiver.endpoint)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 0, errors
    ((child, _),) = receiver.wait_for("in the child")
    ((parent, _),) = receiver.wait_for(f"{topic} send")
    assert child["process.pid"] != parent["process.pid"] == running.pid
    assert child["service.instance.id"] != parent["service.instance.id"]


def test_what_is_not_sampled_passes_its_context_on_and_exports_nothing(
    producer: KafkaProducer, consume: Consume, topic: str
) -> None:
    spans = Spans(sampler=ALWAYS_OFF)
    tracer.instrument(tracer_provider=spans.provider)
    try:
        producer.send(topic, b"x", partition=0).get(20)
        consumer = consume(topic)
        record = next(consumer)
        current = trace.get_current_span().get_span_context()
        consumer.close()
    finally:
        tracer.uninstrument()
    _, trace_id, _, flags = dict(record.headers)["traceparent"].decode().split("-")
    assert f"{current.trace_id:032x}" == trace_id
    assert int(flags, 16) % 2 == 0
    assert not spans.exporter.get_finished_spans()
