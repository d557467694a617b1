"""Instrumentations of Kafka clients as they are, each with the attributes of the generation that it emits."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.simulation.styles import Frame, Style, Told, Words

KAFKA: Told = {"messaging.system": "=kafka"}
SENDING = {"messaging.operation.name": "=send", "messaging.operation.type": "=send"}
PROCESSING = {"messaging.operation.name": "=process", "messaging.operation.type": "=process"}
POLLING = {"messaging.operation.name": "=poll", "messaging.operation.type": "=receive"}

NEW = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.destination.partition.id": "partition",
    "messaging.kafka.offset": "offset:int",
    "messaging.kafka.message.key": "key",
    "messaging.kafka.cluster.id": "cluster",
    "messaging.client.id": "client",
}
"""The conventions v1.44, everything told."""

GROUP = {"messaging.consumer.group.name": "group"}

OURS = Style(
    "tracer.instrumentation",
    Words("send {}", "PRODUCER", NEW | SENDING),
    Words("process {}", "CONSUMER", NEW | PROCESSING | GROUP),
    reads="last",
    fails=True,
)

_kafka_python = KAFKA | {"messaging.destination": "topic", "messaging.kafka.partition": "partition:int"}
KAFKA_PYTHON = Style(
    "opentelemetry.instrumentation.kafka",
    Words("{} send", "PRODUCER", _kafka_python),
    Words("{} receive", "CONSUMER", _kafka_python),
    lasts="before",
    inside="nothing",
)
KAFKA_PYTHON_POLL = replace(KAFKA_PYTHON, own=None)

_confluent = KAFKA | {"messaging.destination": "topic", "messaging.destination_kind": "=queue"}
_place = {"messaging.kafka.partition": "partition:int", "messaging.message.id": "place"}
CONFLUENT = Style(
    "opentelemetry.instrumentation.confluent_kafka",
    Words("{} send", "PRODUCER", _confluent | {"messaging.operation": "=publish"}),
    Words("{} process", "CONSUMER", _confluent | _place | {"messaging.operation": "=process"}),
    Frame(Words("recv", "CONSUMER"), each="record"),
    under="frame",
    linked=True,
    lasts="until-next",
)
CONFLUENT_CONSUME = replace(
    CONFLUENT,
    own=Words("{} process", "CONSUMER", _confluent | {"messaging.operation": "=process"}),
    frame=Frame(Words("recv", "CONSUMER")),
    lasts="batch",
    whole=True,
)

_aiokafka = KAFKA | {
    "server.address": '="127.0.0.1:9092"',
    "messaging.client.id": "client",
    "messaging.destination.name": "topic",
    "messaging.destination.partition.id": "partition",
}
_aiokafka_send = {
    "messaging.kafka.message.key": "key",
    "messaging.operation.name": "=send",
    "messaging.operation.type": "=publish",
}
_aiokafka_receive = GROUP | {"messaging.operation.name": "=receive", "messaging.operation.type": "=receive"}
_aiokafka_record = {
    "messaging.kafka.message.key": "key",
    "messaging.kafka.message.offset": "offset:int",
    "messaging.message.id": "place",
}
_count = {"messaging.batch.message_count": "count:int"}
AIOKAFKA = Style(
    "opentelemetry.instrumentation.aiokafka",
    Words("{} send", "PRODUCER", _aiokafka | _aiokafka_send),
    Words("{} receive", "CONSUMER", _aiokafka | _aiokafka_receive | _aiokafka_record),
    lasts="before",
    inside="nothing",
)
AIOKAFKA_MANY = replace(
    AIOKAFKA,
    frame=Frame(Words("{} receive", "CONSUMER", KAFKA | _aiokafka_receive | _count)),
    lasts="fetch",
    forward=Words("{} receive", "CONSUMER", _aiokafka | _aiokafka_receive | _count),
)

_kafkajs = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.kafka.message.key": "key",
    "messaging.kafka.cluster.id": "cluster",
}
_kafkajs_read = {"messaging.destination.partition.id": "partition", "messaging.kafka.offset": "offset"}
KAFKAJS = Style(
    "@opentelemetry/instrumentation-kafkajs",
    Words("send {}", "PRODUCER", _kafkajs | SENDING),
    Words("process {}", "CONSUMER", _kafkajs | _kafkajs_read | PROCESSING),
    writes="replace",
    reads="only",
    pool=True,
)
_kafkajs_poll = KAFKA | POLLING | _count
KAFKAJS_BATCH = replace(
    KAFKAJS,
    frame=Frame(
        Words(
            "poll {}",
            "CLIENT",
            _kafkajs_poll | {"messaging.destination.name": "topic", "messaging.destination.partition.id": "partition"},
        )
    ),
    under="frame",
    linked=True,
    lasts="batch",
    inside="frame",
)
_kafkajs_old = KAFKA | {"messaging.destination": "topic", "messaging.destination_kind": "=topic"}
KAFKAJS_OLD = replace(
    KAFKAJS,
    send=Words("{}", "PRODUCER", _kafkajs_old),
    own=Words("{}", "CONSUMER", _kafkajs_old | {"messaging.operation": "=process"}),
)

_java = KAFKA | {
    "messaging.destination.name": "topic",
    "messaging.client_id": "client",
    "messaging.kafka.cluster.id": "cluster",
    "thread.id": "thread:int",
}
_java_record = {
    "messaging.destination.partition.id": "partition",
    "messaging.kafka.message.offset": "offset:int",
    "messaging.kafka.message.key": "key",
}
_java_group = {"messaging.kafka.consumer.group": "group"}
_java_process = Words(
    "{} process", "CONSUMER", _java | _java_record | _java_group | {"messaging.operation": "=process"}
)
JAVA = Style(
    "io.opentelemetry.kafka-clients-0.11",
    Words("{} publish", "PRODUCER", _java | _java_record | {"messaging.operation": "=publish"}),
    _java_process,
    writes="replace",
    reads="last",
    pool=True,
    threads=True,
)
JAVA_RECEIVE = replace(
    JAVA,
    frame=Frame(Words("{} receive", "CONSUMER", _java | _java_group | _count | {"messaging.operation": "=receive"})),
    under="frame",
    linked=True,
)
_java_new = NEW | {"thread.id": "thread:int"}
JAVA_NEW = replace(
    JAVA,
    send=Words("send {}", "PRODUCER", _java_new | SENDING),
    own=Words("process {}", "CONSUMER", _java_new | PROCESSING | GROUP),
    linked=True,
    captures=True,
)
JAVA_NEW_RECEIVE = replace(
    JAVA_NEW,
    frame=Frame(
        Words("poll {}", "CLIENT", KAFKA | POLLING | GROUP | _count | {"messaging.destination.name": "topic"}),
        links=True,
        link_tells={
            "messaging.destination.name": "topic",
            "messaging.destination.partition.id": "partition",
            "messaging.kafka.offset": "offset:int",
            "messaging.kafka.message.key": "key",
        },
    ),
)
JAVA_DUP = replace(JAVA_NEW, own=Words("process {}", "CONSUMER", _java_process.told | _java_new | PROCESSING | GROUP))
SPRING_BATCH = replace(
    JAVA,
    own=Words("{} process", "CONSUMER", _java | _java_group | _count | {"messaging.operation": "=process"}),
    under="nothing",
    linked=True,
    lasts="batch",
    whole=True,
)
SPRING_OBSERVATION = Style(
    "org.springframework.kafka",
    Words(
        "{} send",
        "PRODUCER",
        {
            "messaging.system": "=kafka",
            "messaging.operation": "=publish",
            "messaging.destination.name": "topic",
            "messaging.destination.kind": "=topic",
        },
    ),
    Words(
        "{} process",
        "CONSUMER",
        {
            "messaging.system": "=kafka",
            "messaging.operation": "=process",
            "messaging.source.name": "topic",
            "messaging.source.kind": "=topic",
            "messaging.kafka.consumer.group": "group",
            "messaging.kafka.source.partition": "partition",
            "messaging.kafka.message.offset": "offset",
            "messaging.kafka.client_id": "=none",
        },
    ),
    writes="replace",
    reads="last",
    fails=True,
)

_go = {"messaging.system": "=kafka", "messaging.source.kind": "=topic", "messaging.source.name": "topic"}
_go_record = {"messaging.kafka.source.partition": "partition:int", "messaging.kafka.message.key": "key"}
KOTEL = Style(
    "github.com/twmb/franz-go/plugin/kotel",
    Words(
        "{} publish",
        "PRODUCER",
        {
            "messaging.system": "=kafka",
            "messaging.destination.kind": "=topic",
            "messaging.destination.name": "topic",
            "messaging.operation": "=publish",
            "messaging.kafka.message.key": "key",
            "messaging.kafka.destination.partition": "partition:int",
            "messaging.kafka.message.offset": "offset:int",
        },
    ),
    Words(
        "{} process",
        "CONSUMER",
        _go
        | _go_record
        | _java_group
        | {"messaging.operation": "=process", "messaging.kafka.message.offset": "offset:int"},
    ),
    Frame(
        Words(
            "{} receive",
            "CONSUMER",
            _go
            | _go_record
            | _java_group
            | {"messaging.operation": "=receive", "messaging.kafka.message.offset": "offset:int"},
        ),
        each="record",
        named=True,
    ),
    under="frame",
    writes="replace",
    reads="last",
    pool=True,
)
OTELSARAMA = replace(
    KOTEL,
    scope="go.opentelemetry.io/contrib/instrumentation/otelsarama",
    send=Words(
        "{} publish",
        "PRODUCER",
        {
            "messaging.system": "=kafka",
            "messaging.destination.kind": "=topic",
            "messaging.destination.name": "topic",
            "messaging.message.id": "offset",
            "messaging.kafka.destination.partition": "partition:int",
        },
    ),
    own=Words(
        "{} receive",
        "CONSUMER",
        {
            "messaging.system": "=kafka",
            "messaging.destination.kind": "=topic",
            "messaging.destination.name": "topic",
            "messaging.operation": "=receive",
            "messaging.message.id": "offset",
            "messaging.kafka.source.partition": "partition:int",
        },
    ),
    frame=None,
    under="send",
    lasts="before",
)

DOTNET = Style(
    "OpenTelemetry.AutoInstrumentation.Kafka",
    Words(
        "{} publish",
        "PRODUCER",
        {
            "messaging.system": "=kafka",
            "messaging.operation": "=publish",
            "messaging.destination.name": "topic",
            "messaging.kafka.message.key": "key",
            "messaging.kafka.destination.partition": "partition:int",
            "messaging.kafka.message.offset": "offset:int",
        },
    ),
    Words(
        "{} receive",
        "CONSUMER",
        {
            "messaging.system": "=kafka",
            "messaging.operation": "=receive",
            "messaging.destination.name": "topic",
            "messaging.kafka.consumer.group": "group",
            "messaging.kafka.message.key": "key",
            "messaging.kafka.destination.partition": "partition:int",
            "messaging.kafka.message.offset": "offset:int",
        },
    ),
    under="nothing",
    linked=True,
    lasts="wait",
    inside="nothing",
    writes="replace",
    reads="last",
)
DOTNET_CONTRIB = Style(
    "OpenTelemetry.Instrumentation.ConfluentKafka",
    Words("send {}", "PRODUCER", NEW | SENDING),
    Words("process {}", "CONSUMER", NEW | PROCESSING | GROUP),
    Frame(Words("poll {}", "CLIENT", NEW | POLLING | GROUP), each="record", links=True),
    under="nothing",
    linked=True,
    writes="replace",
    reads="last",
    pool=True,
)

_ruby = {"messaging.system": "=kafka", "messaging.destination": "topic", "messaging.destination_kind": "=topic"}
RUBY = Style(
    "OpenTelemetry::Instrumentation::Rdkafka",
    Words("{} publish", "PRODUCER", _ruby | {"messaging.kafka.message_key": "key"}),
    Words(
        "{} process",
        "CONSUMER",
        _ruby
        | {
            "messaging.operation": "=process",
            "messaging.kafka.partition": "partition:int",
            "messaging.kafka.offset": "offset:int",
            "messaging.kafka.message_key": "key",
        },
    ),
    linked=True,
    writes="replace",
    reads="last",
    fails=True,
)
RUBY_BATCH = replace(
    RUBY,
    own=Words(
        "{} process",
        "CONSUMER",
        _ruby | {"messaging.operation": "=process", "messaging.kafka.message_count": "count:int"},
    ),
    under="nothing",
    lasts="batch",
    whole=True,
)

CLIENTS = {
    "ours": OURS,
    "kafka-python": KAFKA_PYTHON,
    "kafka-python-poll": KAFKA_PYTHON_POLL,
    "confluent": CONFLUENT,
    "confluent-consume": CONFLUENT_CONSUME,
    "aiokafka": AIOKAFKA,
    "aiokafka-many": AIOKAFKA_MANY,
    "kafkajs": KAFKAJS,
    "kafkajs-batch": KAFKAJS_BATCH,
    "kafkajs-old": KAFKAJS_OLD,
    "java": JAVA,
    "java-receive": JAVA_RECEIVE,
    "java-new": JAVA_NEW,
    "java-new-receive": JAVA_NEW_RECEIVE,
    "java-dup": JAVA_DUP,
    "spring-batch": SPRING_BATCH,
    "spring-observation": SPRING_OBSERVATION,
    "kotel": KOTEL,
    "otelsarama": OTELSARAMA,
    "dotnet": DOTNET,
    "dotnet-contrib": DOTNET_CONTRIB,
    "ruby": RUBY,
    "ruby-batch": RUBY_BATCH,
}
