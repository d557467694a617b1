"""What a span does and with which topic, by its name and kind, where no attribute tells it.

Names have both orders: `orders send` up to v1.26 of the conventions, `send orders` since. A topic is taken from a name
only beside an attribute that shows a messaging span: plain words name no topic.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracer.semconv.values import Attributes, Numbers, spread
from tracer.semconv.words import METHODS, NO_TOPICS, SPAN_NAME_WORDS

CLIENT, PRODUCER, CONSUMER = 3, 4, 5  # OTLP's numbers
PLAIN_PRODUCER = 6  # ours: a producer span without a messaging attribute

WITNESSES = (
    "messaging_system",
    "messaging_destination_name",
    "messaging_operation_name",
    "messaging_message_id",
    "messaging_consumer_group_name",
    "messaging_batch_message_count",
)
"""A span with one of these is a messaging span."""

_TOPIC = re.compile(r"[^\s,<>(){}\[\]]+")
_ADDRESS = re.compile(r".*:[0-9]+")
_TASK = re.compile(r"(apply_async|run)/.+")

Told = tuple[str | None, str | None]


def by_span_name(columns: dict[str, pa.Array], attributes: Attributes) -> dict[str, pa.Array]:
    """`messaging_operation_type` and `messaging_destination_name` completed, where there is something to complete. A
    consumer span of which neither an attribute nor the name tells whether it receives or processes keeps null.
    """
    operation, topic = columns["messaging_operation_type"], columns["messaging_destination_name"]
    kinds = attributes.kinds
    witnesses = [np.asarray(columns[name].is_valid()) for name in WITNESSES]
    messaging = np.logical_or.reduce([*witnesses, np.asarray(operation.is_valid())])
    silent = np.asarray(operation.is_null()) & (messaging | (kinds >= PRODUCER))
    nameless = messaging & (kinds >= CLIENT) & np.asarray(topic.is_null())
    nameless &= np.asarray(columns["messaging_destination_template"].is_null())
    places = np.flatnonzero(silent | nameless)
    if not len(places):
        return {}
    encoded = attributes.names.take(pa.array(places)).dictionary_encode()
    told = [read_name(name) for name in encoded.dictionary.to_pylist()]
    which = np.asarray(encoded.indices)
    completed = {}
    if (chosen := silent[places]).any():
        kind = np.where(messaging[places] | (kinds[places] != PRODUCER), kinds[places], PLAIN_PRODUCER)
        fitting = _operations([word for word, _ in told])[kind, which]
        completed["messaging_operation_type"] = _filled(operation, places[chosen], fitting[chosen])
    if (chosen := nameless[places]).any():
        topics = np.array([name for _, name in told], dtype=object)[which]
        completed["messaging_destination_name"] = _filled(topic, places[chosen], topics[chosen])
    return completed


@cache
def read_name(name: str) -> Told:
    """The operation and the topic that a name of either order says; None for what it does not say."""
    first, _, rest = name.partition(" ")
    head, _, last = name.rpartition(" ")
    for word, other in ((first, rest), (last, head)):
        operation = SPAN_NAME_WORDS.get(word.lower())
        if operation is not None:
            return operation, _topic(other)
    if name.startswith(("From_", "To_")):  # OpenTracing java-kafka
        way, _, topic = name.partition("_")
        return ("receive" if way == "From" else "send"), _topic(topic)
    if task := _TASK.fullmatch(name):  # Celery
        return ("send" if task[1] == "apply_async" else "process"), None
    if name.startswith("pubsub/"):  # Dapr hands a message to the application
        return "process", None
    return (METHODS.get(name.rpartition(".")[2].lower()) if "." in name else None), None


def _topic(words: str) -> str | None:
    """A topic out of the rest of a name: one word, neither an address nor one of the plain words beside operations."""
    lower = words.lower()
    if not _TOPIC.fullmatch(words) or _ADDRESS.fullmatch(words) or lower in NO_TOPICS or lower in SPAN_NAME_WORDS:
        return None
    return words


def _operations(words: list[str | None]) -> npt.NDArray[np.object_]:
    """For each kind (rows) the operations that the names (columns) tell and that kind can be."""
    by_kind = np.full((PLAIN_PRODUCER + 1, len(words)), None, dtype=object)
    for place, word in enumerate(words):
        sends = word if word in ("send", "create") else None
        by_kind[:PRODUCER, place] = word
        by_kind[PRODUCER, place] = sends or "send"
        by_kind[PLAIN_PRODUCER, place] = sends
        by_kind[CONSUMER, place] = word if word in ("receive", "process", "settle") else None
    return by_kind


def _filled(column: pa.Array, places: Numbers, values: npt.NDArray[np.object_]) -> pa.Array:
    """`column` with `values` at `places`, which were null."""
    return pc.coalesce(column, spread(pa.array(values, pa.string()), places, len(column)))
