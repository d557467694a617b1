"""What the instrumentations of several clients tell: names, attributes of their generation, headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shape = Literal[
    "silent",  # no consumer spans
    "receive-first",  # a receive span, child of the send, that ends before the handler runs; the handler makes roots
    "receive-linked",  # the same with a link
    "receive-many",  # a poll, a span a partition that links forward to those of its records; the handler makes roots
    "receive-around",  # a receive span in which the handler runs
    "process",  # a process span, child of the send, in which the handler runs
    "process-linked",  # the same, with a link beside the parent
    "process-in-receive",  # a receive span for each poll; in it process spans that link the send
    "process-in-recv",  # the same for each record, the receive span bare, the process span until the next poll
    "process-after-poll",  # a poll span with a link for each record; process spans are children of the send and link it
    "process-beside-poll",  # a poll span with a link; process spans are roots that link the send
    "process-under-receive",  # a receive span, child of the send; the process span is its child
    "batch",  # one process span with a link for each record
    "batch-beside",  # a poll span in which the batch is handled; beside it process spans that link the sends
]


@dataclass(frozen=True)
class Words:
    """A kind of span: its name, and what its attributes tell (see `structures.tell`)."""

    name: str
    kind: str
    told: dict[str, str]


@dataclass(frozen=True)
class Style:
    """One instrumentation of one client. `pool`: whether a handler in another thread is still inside its span."""

    scope: str
    shape: Shape
    send: Words
    receive: Words | None = None
    process: Words | None = None
    writes: Literal["append", "replace"] = "append"
    reads: Literal["first", "last", "only"] = "first"
    pool: bool = False
    failing: bool = False
    twice: bool = False
    system: str = "kafka"


KAFKA = {"messaging.system": "=kafka"}
_sending = {"messaging.operation.name": "=send", "messaging.operation.type": "=send"}
_processing = {"messaging.operation.name": "=process", "messaging.operation.type": "=process"}

_kafka_python = KAFKA | {"messaging.destination": "topic", "messaging.kafka.partition": "partition:int"}
_confluent = KAFKA | {"messaging.destination": "topic", "messaging.destination_kind": "=queue"}
_aiokafka = KAFKA | {
    "server.address": '="127.0.0.1:9092"',
    "messaging.client.id": "client",
    "messaging.destination.name": "topic",
    "messaging.destination.partition.id": "partition",
}
_aiokafka_receive = {
    "messaging.consumer.group.name": "group",
    "messaging.operation.name": "=receive",
    "messaging.operation.type": "=receive",
}
_aiokafka_record = {
    "messaging.kafka.message.key": "key",
    "messaging.kafka.message.offset": "offset:int",
    "messaging.message.id": "place",
}
_kafkajs = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.kafka.message.key": "key",
    "messaging.kafka.cluster.id": "cluster",
}
_kafkajs_read = {"messaging.destination.partition.id": "partition", "messaging.kafka.offset": "offset"}
_java = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.client_id": "client",
    "messaging.kafka.cluster.id": "cluster",
    "thread.id": "thread:int",
    "thread.name": "thread-name",
}
_java_record = {
    "messaging.destination.partition.id": "partition",
    "messaging.kafka.message.offset": "offset:int",
    "messaging.kafka.message.key": "key",
}
_java_new = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.client.id": "client",
    "messaging.kafka.cluster.id": "cluster",
    "thread.id": "thread:int",
}
_java_new_record = {
    "messaging.destination.partition.id": "partition",
    "messaging.kafka.offset": "offset:int",
    "messaging.kafka.message.key": "key",
}
_ours = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.destination.partition.id": "partition",
    "messaging.kafka.offset": "offset:int",
    "messaging.kafka.message.key": "key",
    "messaging.kafka.cluster.id": "cluster",
    "messaging.client.id": "client",
}

KAFKA_PYTHON = Words("{} send", "PRODUCER", _kafka_python)
AIOKAFKA = Words(
    "{} send",
    "PRODUCER",
    _aiokafka
    | {
        "messaging.kafka.message.key": "key",
        "messaging.operation.name": "=send",
        "messaging.operation.type": "=publish",
    },
)
CONFLUENT = Words("{} send", "PRODUCER", _confluent | {"messaging.operation": "=publish"})
KAFKAJS = Words("send {}", "PRODUCER", _kafkajs | _sending)
JAVA = Words("{} publish", "PRODUCER", _java | _java_record | {"messaging.operation": "=publish"})
JAVA_PROCESS = Words(
    "{} process",
    "CONSUMER",
    _java | _java_record | {"messaging.operation": "=process", "messaging.kafka.consumer.group": "group"},
)

STYLES: dict[str, Style] = {
    "ours": Style(
        "tracer.instrumentation",
        "process",
        Words("send {}", "PRODUCER", _ours | _sending),
        process=Words(
            "process {}",
            "CONSUMER",
            _ours
            | {
                "messaging.operation.name": "=process",
                "messaging.operation.type": "=process",
                "messaging.consumer.group.name": "group",
            },
        ),
        reads="last",
        failing=True,
    ),
    "kafka-python": Style(
        "opentelemetry.instrumentation.kafka",
        "receive-first",
        KAFKA_PYTHON,
        receive=Words("{} receive", "CONSUMER", _kafka_python),
    ),
    "kafka-python-poll": Style("opentelemetry.instrumentation.kafka", "silent", KAFKA_PYTHON),
    "confluent": Style(
        "opentelemetry.instrumentation.confluent_kafka",
        "process-in-recv",
        CONFLUENT,
        receive=Words("recv", "CONSUMER", {}),
        process=Words(
            "{} process",
            "CONSUMER",
            _confluent
            | {
                "messaging.operation": "=process",
                "messaging.kafka.partition": "partition:int",
                "messaging.message.id": "place",
            },
        ),
    ),
    "confluent-consume": Style(
        "opentelemetry.instrumentation.confluent_kafka",
        "batch",
        CONFLUENT,
        receive=Words("recv", "CONSUMER", {}),
        process=Words("{} process", "CONSUMER", _confluent | {"messaging.operation": "=process"}),
    ),
    "aiokafka": Style(
        "opentelemetry.instrumentation.aiokafka",
        "receive-first",
        AIOKAFKA,
        receive=Words("{} receive", "CONSUMER", _aiokafka | _aiokafka_receive | _aiokafka_record),
    ),
    "kafkajs": Style(
        "@opentelemetry/instrumentation-kafkajs",
        "process",
        KAFKAJS,
        process=Words(
            "process {}",
            "CONSUMER",
            _kafkajs | _kafkajs_read | _processing,
        ),
        writes="replace",
        reads="only",
        pool=True,
    ),
    "java": Style(
        "io.opentelemetry.kafka-clients-0.11",
        "process",
        JAVA,
        process=JAVA_PROCESS,
        writes="replace",
        reads="last",
        pool=True,
    ),
    "java-receive": Style(
        "io.opentelemetry.kafka-clients-0.11",
        "process-in-receive",
        JAVA,
        receive=Words(
            "{} receive",
            "CONSUMER",
            _java
            | {
                "messaging.operation": "=receive",
                "messaging.kafka.consumer.group": "group",
                "messaging.batch.message_count": "count:int",
            },
        ),
        process=JAVA_PROCESS,
        writes="replace",
        reads="last",
        pool=True,
    ),
}
