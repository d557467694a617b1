"""Instrumentations of clients of RabbitMQ, SQS and Celery. A topic is an exchange there, or a queue."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.simulation.styles import Frame, Style, Words

_pika = {"messaging.system": "=rabbitmq", "messaging.destination": "topic", "messaging.message_id": "id"}
PIKA = Style(
    "opentelemetry.instrumentation.pika",
    Words("{} send", "PRODUCER", _pika | {"messaging.temp_destination": "=true"}),
    Words("{} receive", "CONSUMER", _pika | {"messaging.operation": "=receive"}),
    writes="replace",
    reads="last",
    fails=True,
    twice=True,
    system="rabbitmq",
)
AMQPLIB = Style(
    "@opentelemetry/instrumentation-amqplib",
    Words(
        "publish {}",
        "PRODUCER",
        _pika | {"messaging.rabbitmq.routing_key": "=", "messaging.destination_kind": "=topic"},
    ),
    Words("{} process", "CONSUMER", _pika | {"messaging.operation": "=process"}),
    writes="replace",
    reads="last",
    fails=True,
    pool=True,
    system="rabbitmq",
)
BUNNY = Style(
    "OpenTelemetry::Instrumentation::Bunny",
    Words("{} publish", "PRODUCER", _pika),
    Words("{} process", "CONSUMER", _pika | {"messaging.operation": "=process"}),
    Frame(Words("{} receive", "CONSUMER", _pika | {"messaging.operation": "=receive"}), each="record"),
    under="frame",
    linked=True,
    writes="replace",
    reads="last",
    system="rabbitmq",
)

_sqs = {"messaging.system": "=aws.sqs", "messaging.destination": "topic", "messaging.destination_kind": "=queue"}
BOTO3SQS = Style(
    "opentelemetry.instrumentation.boto3sqs",
    Words("{} send", "PRODUCER", _sqs | {"messaging.message_id": "id"}),
    Words("{} process", "CONSUMER", _sqs | {"messaging.operation": "=process", "messaging.message_id": "id"}),
    Frame(Words("{} receive", "CONSUMER", _sqs | {"messaging.operation": "=receive"})),
    under="frame",
    linked=True,
    writes="replace",
    system="sqs",
)
SQS_JS = replace(
    BOTO3SQS,
    scope="@opentelemetry/instrumentation-aws-sdk",
    own=Words("{} receive", "CONSUMER", _sqs | {"messaging.operation": "=receive"}),
    frame=None,
    under="nothing",
    link_tells={"messaging.message.id": "id"},
    lasts="fetch",
    whole=True,
    inside="nothing",
    pool=True,
)

_celery = {"messaging.message.id": "task", "messaging.destination": "topic", "celery.action": "=run"}
CELERY = Style(
    "opentelemetry.instrumentation.celery",
    Words("apply_async/{}", "PRODUCER", _celery),
    Words("run/{}", "CONSUMER", _celery),
    writes="replace",
    reads="last",
    fails=True,
    system="celery",
)
CELERY_LINKS = replace(CELERY, under="nothing", linked=True)

CLIENTS = {
    "pika": PIKA,
    "amqplib": AMQPLIB,
    "bunny": BUNNY,
    "boto3sqs": BOTO3SQS,
    "sqs-js": SQS_JS,
    "celery": CELERY,
    "celery-links": CELERY_LINKS,
}
