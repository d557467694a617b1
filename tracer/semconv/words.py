"""The words that clients use for operations and systems, and those of the conventions. Data only."""

from __future__ import annotations

OPERATIONS = {
    "create": "create",
    "send": "send",
    "publish": "send",
    "produce": "send",
    "schedule": "send",
    "receive": "receive",
    "recv": "receive",
    "poll": "receive",
    "subscribe": "receive",
    "peek": "receive",
    "process": "process",
    "deliver": "process",
    "consume": "process",
    "settle": "settle",
    "ack": "settle",
    "acknowledge": "settle",
    "nack": "settle",
    "modack": "settle",
    "reject": "settle",
    "commit": "settle",
    "complete": "settle",
    "abandon": "settle",
    "defer": "settle",
    "dead_letter": "settle",
}
"""What clients call their operations, and which of the five types of operation that is."""

SYSTEMS = {
    "apache kafka": "kafka",
    "apache_kafka": "kafka",
    "kafka": "kafka",
    "rabbitmq": "rabbitmq",
    "activemq": "activemq",
    "jms": "jms",
    "nats": "nats",
    "jetstream": "nats",
    "pulsar": "pulsar",
    "apache_pulsar": "pulsar",
    "rocketmq": "rocketmq",
    "apache_rocketmq": "rocketmq",
    "celery": "celery",
    "redis": "redis",
    "aws.sqs": "aws_sqs",
    "aws_sqs": "aws_sqs",
    "amazonsqs": "aws_sqs",
    "amazon_sqs": "aws_sqs",
    "sqs": "aws_sqs",
    "aws.sns": "aws.sns",
    "aws_sns": "aws.sns",
    "amazonsns": "aws.sns",
    "sns": "aws.sns",
    "aws.kinesis": "aws_kinesis",
    "aws_kinesis": "aws_kinesis",
    "amazonkinesis": "aws_kinesis",
    "kinesis": "aws_kinesis",
    "gcp_pubsub": "gcp_pubsub",
    "gcp.pubsub": "gcp_pubsub",
    "google_pubsub": "gcp_pubsub",
    "servicebus": "servicebus",
    "azureservicebus": "servicebus",
    "azure_servicebus": "servicebus",
    "microsoft.servicebus": "servicebus",
    "eventhubs": "eventhubs",
    "azureeventhubs": "eventhubs",
    "azure_eventhubs": "eventhubs",
    "microsoft.eventhub": "eventhubs",
    "eventgrid": "eventgrid",
    "microsoft.eventgrid": "eventgrid",
}
"""Systems as they are written, and their name in the conventions. `pubsub` alone is Dapr's, and stays."""

SYSTEM_OF_PREFIX = {
    "messaging.kafka.": "kafka",
    "kafka.": "kafka",
    "messaging.rabbitmq.": "rabbitmq",
    "rabbitmq.": "rabbitmq",
    "messaging.rocketmq.": "rocketmq",
    "rocketmq.": "rocketmq",
    "messaging.gcp_pubsub.": "gcp_pubsub",
    "gcp_pubsub.": "gcp_pubsub",
    "messaging.servicebus.": "servicebus",
    "servicebus.": "servicebus",
    "messaging.eventhubs.": "eventhubs",
    "eventhubs.": "eventhubs",
    "celery.": "celery",
    "aws.sqs.": "aws_sqs",
    "aws.queue.": "aws_sqs",
    "aws.queue_url": "aws_sqs",
    "aws.sns.": "aws.sns",
    "aws.kinesis.": "aws_kinesis",
    "aws.stream.": "aws_kinesis",
}
"""Whose attributes begin so: where a name of our table is there and no system is told, the system is known."""

SPAN_NAME_WORDS = {name: OPERATIONS[name] for name in OPERATIONS if name not in ("schedule", "complete", "defer")}
"""Operations that a span's name may begin or end with: `send orders`, `orders send`."""

METHODS = {
    "produce": "send",
    "send": "send",
    "sendmessage": "send",
    "sendmessagebatch": "send",
    "sendmessages": "send",
    "schedule": "send",
    "publish": "send",
    "publishbatch": "send",
    "putrecord": "send",
    "putrecords": "send",
    "message": "create",
    "consume": "receive",
    "receive": "receive",
    "receivemessage": "receive",
    "getrecords": "receive",
    "process": "process",
    "processmessage": "process",
    "processevent": "process",
    "complete": "settle",
    "abandon": "settle",
    "defer": "settle",
    "deletemessage": "settle",
    "deletemessagebatch": "settle",
    "changemessagevisibility": "settle",
}
"""What a name like `SQS.SendMessage`, `ServiceBus.process`, `kafka.consume` says after its last dot, lower case."""

NO_TOPICS = {
    *("unknown", "anonymous", "temporary", "default", "null", "none", "undefined"),
    *("message", "messages", "event", "events", "record", "records", "task", "tasks", "job", "jobs"),
    *("batch", "queue", "topic", "kafka", "rabbitmq", "sqs"),
}
"""Plain words beside an operation that name no topic, lower case."""

ADDRESS_PREFIX = (
    "^(?:arn:aws[^:]*:(?:sns|sqs|kinesis):[^:]*:[^:]*:(?:stream/)?"  # an ARN
    "|https?://[^/]+/(?:[0-9]{12}|queue)/"  # a queue's URL, at Amazon and in its emulators
    "|projects/[^/]+/(?:topics|subscriptions)/)"  # Google Pub/Sub
)
"""What stands before the name of a topic or queue where a client tells its address. For RE2 and Python."""
