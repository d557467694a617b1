"""Journal records in groups that make good lake batches: one kind, bounded spans and bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectors.journal_reader import Damage, JournalReader
from collectors.segments import Kind, Record
from tracer.store.position import Position

BATCH_SPANS = 20_000
"""Spans in a full batch: two are in work at once (340 MB); 16,384 bring 15 MB less and a tenth less speed. The file of
a full batch is to stay above `tracer.store.writer.MERGED_BYTES`, else it is written twice."""

BATCH_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one kind in the order of the journal; `position` is behind the last."""

    records: tuple[Record, ...]
    kind: Kind
    position: Position


class Batches:
    """Gathers records behind a position until they make a full batch, or somebody takes what there is."""

    def __init__(self, journal: Path, position: Position | None) -> None:
        self._reader = JournalReader(journal, position)
        self._coming: Iterator[Record] = iter(())
        self._records: list[Record] = []
        self._position = self._reader.position
        self._next: tuple[Record, Position] | None = None
        self._spans = 0
        self._bytes = 0

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()

    @property
    def damage(self) -> list[Damage]:
        """What was passed over because it could not be read."""
        return self._reader.damage

    def gather(self) -> bool:
        """Read what has come; whether the batch is full."""
        while not self._full():
            if self._next is None:
                record = next(self._coming, None)
                if record is None:
                    self._coming = self._reader.records()
                    record = next(self._coming, None)
                if record is None:
                    return False
                self._next = (record, self._reader.position)
            record, position = self._next
            if self._records and not self._fits(record):
                return True
            self._records.append(record)
            self._position = position
            self._spans += record.spans
            self._bytes += len(record.payload)
            self._next = None
        return True

    def empty(self) -> bool:
        """Whether nothing was gathered."""
        return not self._records

    def first_arrival_ns(self) -> int | None:
        """When the first record that was gathered arrived."""
        return self._records[0].arrival_ns if self._records else None

    def take(self) -> Batch:
        """What was gathered (not empty); the next batch begins behind it."""
        batch = Batch(tuple(self._records), self._records[0].kind, self._position)
        self._records, self._spans, self._bytes = [], 0, 0
        return batch

    def _fits(self, record: Record) -> bool:
        return (
            record.kind is self._records[0].kind
            and self._spans + record.spans <= BATCH_SPANS
            and self._bytes + len(record.payload) <= BATCH_BYTES
        )

    def _full(self) -> bool:
        return self._spans >= BATCH_SPANS or self._bytes >= BATCH_BYTES
