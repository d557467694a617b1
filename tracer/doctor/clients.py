"""Which client library an instrumentation wraps, by the name of its scope.

Names are those of the instrumentations' sources; their beginnings stay the same over releases.
"""

from __future__ import annotations

import re

SCOPES = (
    ("event-tracer", "event-tracer"),
    ("opentelemetry.instrumentation.kafka", "kafka-python"),
    ("opentelemetry.instrumentation.confluent_kafka", "confluent-kafka-python"),
    ("opentelemetry.instrumentation.aiokafka", "aiokafka"),
    ("opentelemetry.instrumentation.pika", "pika"),
    ("opentelemetry.instrumentation.aio_pika", "aio-pika"),
    ("opentelemetry.instrumentation.celery", "celery"),
    ("opentelemetry.instrumentation.boto3sqs", "boto3sqs"),
    ("@opentelemetry/instrumentation-kafkajs", "kafkajs"),
    ("io.opentelemetry.kafka-clients", "java-kafka-clients"),
    ("io.opentelemetry.spring-kafka", "spring-kafka"),
    ("github.com/twmb/franz-go/plugin/kotel", "franz-go"),
    ("OpenTelemetry.AutoInstrumentation.Kafka", "dotnet-auto-kafka"),
    ("OpenTelemetry.Instrumentation.ConfluentKafka", "dotnet-confluent-kafka"),
)
"""The beginning of a scope's name, and the client."""


def client_of(scope: str | None) -> str | None:
    """The client that a scope is known to wrap; the longest beginning counts. None where we know none."""
    known = [(begin, client) for begin, client in SCOPES if scope is not None and _begins(scope, begin)]
    return max(known, key=lambda each: len(each[0]))[1] if known else None


def is_library(scope: str) -> bool:
    """Whether a scope's name says that an instrumentation makes its spans; else it is the service's own code."""
    return re.search(r"(^|[^a-z])(opentelemetry|otel\w*|kotel|event-tracer)", scope, re.IGNORECASE) is not None


def _begins(scope: str, begin: str) -> bool:
    rest = scope[len(begin) :]
    return scope.startswith(begin) and (not rest or not (rest[0].isalnum() or rest[0] == "_"))
