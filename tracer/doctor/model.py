"""What the doctor says, as data. Everything here is frozen and knows no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Answer = Literal[
    "cause",
    "delivery",
    "duration",
    "effect",
    "event",
    "group",
    "instance",
    "link",
    "offset",
    "origin",
    "outcome",
    "queue",
    "sampled",
    "sender",
]
"""A kind of answer that suffers; `ANSWERS` says what of it."""

ANSWERS: dict[Answer, str] = {
    "cause": "traces that nothing is known to have begun",
    "delivery": "deliveries only guessed",
    "duration": "attempts without a duration of their own",
    "effect": "effects only guessed, or shared among a batch",
    "event": "offsets of which no span tells the send",
    "group": "attempts under the service's name, not their group's",
    "instance": "attempts and sends of no known instance",
    "link": "messages of batches without a link",
    "offset": "events without an offset",
    "origin": "retries and dead letters whose source is guessed or unknown",
    "outcome": "attempts with an unknown outcome",
    "queue": "times in queue below zero",
    "sampled": "spans of messages that stand for others too",
    "sender": "deliveries without a known send, so without a time in queue",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """An answer that suffers: `count` of the `total` that the store has for this service and client."""

    answer: Answer
    count: int
    total: int

    @property
    def share(self) -> float:
        """Above 0, up to 1."""
        return self.count / self.total


@dataclass(frozen=True, slots=True)
class Instrumentation:
    """What makes a service's spans of messages: the client library that it is known to wrap (None: not known), its
    scope and version, and the language of the SDK.
    """

    client: str | None
    scope: str | None
    version: str | None
    language: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the telemetry of a service lacks: `what` in one line, in `count` of `total` of its spans, attempts
    or sends; the answers that suffer; and the line that mends it, None where nothing is known to.
    """

    symptom: str
    what: str
    count: int
    total: int
    instrumentation: Instrumentation
    effects: tuple[Effect, ...]
    remedy: str | None


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the store, the language of its SDK, what instruments its messages, what its telemetry lacks."""

    name: str
    spans: int
    language: str | None
    instrumentations: tuple[Instrumentation, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Every service asked about. `waiting` counts the spans that attempts do not reflect yet; `other_rules`: these are
    of another release's rules.
    """

    services: tuple[Service, ...]
    waiting: int = 0
    other_rules: bool = False
