"""What attributes tell of a message and of who has it."""

from __future__ import annotations

from collections.abc import Sequence

from tests.flows.simulation.run import Message, Process
from tests.flows.simulation.styles import Told
from tests.flows.simulation.tracing import Value


def tell(told: Told, process: Process, messages: Sequence[Message], thread: int = 1) -> dict[str, Value | None]:
    """The attributes of a span about these messages: what is told of one is told of the first."""
    return {attribute: _value(what, process, messages, thread) for attribute, what in told.items()}


def headers(message: Message) -> dict[str, Value | None]:
    """The headers of a message that was sent on, as attributes: where it comes from."""
    if message.kind == "caused":
        return {}
    origin = message.causes[0]
    return {
        "messaging.header.source_topic": [origin.message.topic.name],
        "messaging.header.source_partition": [str(origin.message.partition)],
        "messaging.header.source_offset": [str(origin.message.offset)],
        "messaging.header.source_consumer_group": [origin.process.service.group],
    }


def _value(what: str, process: Process, messages: Sequence[Message], thread: int) -> Value | None:
    if what.startswith("="):
        return what[1:]
    name = what.removesuffix(":int")
    value = _fact(name, process, messages, thread)
    return int(value) if name != what and value is not None else value


def _fact(name: str, process: Process, messages: Sequence[Message], thread: int) -> str | None:
    message = messages[0]
    facts = {
        "topic": message.topic.name,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "key": message.key,
        "cluster": message.topic.cluster,
        "place": f"{message.topic.name}.{message.partition}.{message.offset}",
        "id": message.message_id,
        "payload": message.payload,
        "task": f"task-{message.first.message_id}",
        "group": process.service.group,
        "client": f"client-of-{process.instance}",
        "count": str(len(messages)),
        "thread": str(thread),
    }
    return facts[name]
