"""A service's own account of what it did, one JSON object a line, written to `TRUTH_FILE` when that is set.

It tells what the service produced and because of which record, and what it handled with which outcome: what a tracer
has to find out without being told.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Handling:
    """One attempt of this service to handle one record; `started` in nanoseconds since 1970."""

    topic: str
    partition: int
    offset: int
    attempt: int
    started: int


class TruthLog:
    """Appends to `TRUTH_FILE`; does nothing but count attempts when that is not set."""

    def __init__(self, service: str, group: str | None = None) -> None:
        self.service = service
        self.group = group
        self._attempts: Counter[tuple[str, int, int]] = Counter()
        name = os.environ.get("TRUTH_FILE")
        self._path = Path(name) if name else None

    def assigned(self, partitions: list[Any]) -> None:
        """The group gave us these partitions: we are ready."""
        self._write("assigned", partitions=sorted(f"{topic}/{partition}" for topic, partition in partitions))

    def begin(self, record: Any) -> Handling:
        """We begin to handle a record, for the first time or again."""
        place = (record.topic, record.partition, record.offset)
        self._attempts[place] += 1
        return Handling(*place, attempt=self._attempts[place], started=time.time_ns())

    def produced(self, sent: Any, key: str, because: Handling | None = None, kind: str = "caused") -> None:
        """A record was acknowledged by the broker; `because` of which attempt, `caused` or `dead-lettered`."""
        cause = None
        if because is not None:
            cause = {"topic": because.topic, "partition": because.partition, "offset": because.offset}
            cause |= {"group": self.group, "attempt": because.attempt}
        self._write(
            "produced",
            topic=sent.topic,
            partition=sent.partition,
            offset=sent.offset,
            key=key,
            kind=kind,
            because=cause,
        )

    def handled(self, handling: Handling, outcome: str = "ok") -> None:
        """An attempt has ended: `ok`, `error`, or `dead-lettered`."""
        self._write(
            "handled",
            group=self.group,
            topic=handling.topic,
            partition=handling.partition,
            offset=handling.offset,
            attempt=handling.attempt,
            outcome=outcome,
            startedUnixNano=handling.started,
            endedUnixNano=time.time_ns(),
        )

    def _write(self, what: str, **fields: Any) -> None:
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"what": what, "service": self.service, **fields}) + "\n")
