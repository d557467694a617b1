"""The symptoms: what telemetry may lack, one .sql file each, and the line that says so.

A query gives a row for each service and instrumentation that shows the symptom, with the columns of `Seen`. It looks at
the relations of `ground`, never at names of services or topics.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Seen = Mapping[str, Any]
"""A row: `service`, `scope` and `version` of the instrumentation, `count` of `total` that show it, `effects` (a list of
`answer`, `count`, `total`), and `where` in the line. A symptom for which no answer suffers is not told."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that may be lacking. `clients`: told only of instrumentations of these, whose ways are known, and of
    services without any.
    """

    name: str
    line: str
    clients: frozenset[str] | None = None

    @property
    def sql(self) -> str:
        """Its query."""
        return (Path(__file__).parent / f"{self.name.replace('-', '_')}.sql").read_text(encoding="utf-8")

    def told(self, seen: Seen) -> str:
        """The line about a row; of many places the first two are named."""
        where = [each for each in seen.get("where") or () if each is not None]
        more = f" and {len(where) - 2} more" if len(where) > 2 else ""
        return self.line.format(where=", ".join(where[:2]) + more or "topics that no span names")


SYMPTOMS: tuple[Symptom, ...] = (
    Symptom(
        "poll-unseen",
        "it reads with a poll() that leaves no span, or a timer begins its work",
        frozenset({"kafka-python"}),
    ),
    Symptom("no-context", "messages come without any context of their send, in {where}"),
    Symptom("stale-context", "of messages that were sent on it reads an old context, in {where}"),
    Symptom("sender-unseen", "messages name a send that is not in the store, in {where}"),
    Symptom("handler-scope", "the consumer's span ends before the handler runs"),
    Symptom("thread-context", "what handles a message is not under its process span: it runs without its context"),
    Symptom("batch", "a batch is handled as a whole, under one span"),
    Symptom("group", "no span tells the consumer group"),
    Symptom("offset-received", "consumer spans do not tell the offset"),
    Symptom("offset-sent", "send spans do not tell the offset"),
    Symptom("retry-origin", "no header of retries and dead letters tells where they were"),
    Symptom("sampled", "spans tell of a sampler that leaves traces out"),
    Symptom(
        "sends-missing",
        "sends are missing in {where}: sampled away, lost, by a sender that is not traced, or markers of transactions",
    ),
    Symptom("dropped-links", "spans of batches lost links to a limit"),
    Symptom("instance", "spans tell no instance (service.instance.id, or host.name and process.pid)"),
    Symptom("clock-skew", "clocks differ: {where}"),
)
"""In the order in which they are told: what costs most answers first."""
