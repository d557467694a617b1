"""Reading the journal from a position on, and removing what the lake has.

The reader needs no lock: a complete record never changes, and a segment is final once a newer one is there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from collectors.segments import Record, complete_end, read_record, segment_numbers, segment_path
from collectors.tail import begin_segment, locked, open_lock
from tracer.store.position import Position


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes of a finished segment that are no complete record: acknowledged once, perhaps, and lost to the disk."""

    path: Path
    offset: int
    bytes: int


class JournalReader:
    """Yields records behind a position, in order. Holds one record in memory at a time; a context manager."""

    def __init__(self, directory: Path, position: Position | None) -> None:
        self._directory = directory
        self._file: int | None = None
        self.position = position or Position(0, 0)
        self.damage: list[Damage] = []

    def __enter__(self) -> JournalReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the open segment."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def records(self) -> Iterator[Record]:
        """The complete records there are now. `position` is behind the last one; call again for later ones.

        What a finished segment holds beyond its last complete record is told in `damage` and passed over.
        """
        while True:
            while (record := self._read()) is not None:
                self.position = Position(self.position.segment, record.end)
                yield record
            following = self._following()
            if following is None:
                return
            if (record := self._read()) is not None:  # came between the last look and the newer segment
                self.position = Position(self.position.segment, record.end)
                yield record
                continue
            self._note_damage()
            self.close()
            self.position = Position(following, 0)

    def _read(self) -> Record | None:
        if self._file is None:
            with suppress(FileNotFoundError):
                self._file = os.open(segment_path(self._directory, self.position.segment), os.O_RDONLY | os.O_CLOEXEC)
        if self._file is None:
            return None
        return read_record(self._file, self.position.offset, os.fstat(self._file).st_size)

    def _following(self) -> int | None:
        numbers = segment_numbers(self._directory) if self._directory.is_dir() else []
        if numbers and numbers[-1] < self.position.segment:
            return numbers[0]  # the journal was thrown away and begun anew: all of it is new
        return next((number for number in numbers if number > self.position.segment), None)

    def _note_damage(self) -> None:
        if self._file is not None:
            left = os.fstat(self._file).st_size - self.position.offset
            if left > 0:
                path = segment_path(self._directory, self.position.segment)
                self.damage.append(Damage(path, self.position.offset, left))


def backlog_bytes(directory: Path, position: Position | None) -> int:
    """Bytes of the journal behind `position` (all of it when None); a torn tail counts."""
    if not directory.is_dir():
        return 0
    total = 0
    for number in segment_numbers(directory):
        if position is None or number >= position.segment:
            with suppress(FileNotFoundError):  # cut meanwhile
                total += segment_path(directory, number).stat().st_size
                if position is not None and number == position.segment:
                    total -= min(position.offset, segment_path(directory, number).stat().st_size)
    return total


def end_of_journal(directory: Path) -> Position:
    """Behind the last complete record; (0, 0) where there is none. Segments that are still empty do not count."""
    numbers = segment_numbers(directory) if directory.is_dir() else []
    for number in reversed(numbers):
        try:
            file = os.open(segment_path(directory, number), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # cut meanwhile: the lake has it
            break
        try:
            end = complete_end(file)
        finally:
            os.close(file)
        if end:
            return Position(number, end)
    return Position(0, 0)


def remove_behind(directory: Path, position: Position) -> None:
    """Remove the segments wholly behind `position`, which the lake must hold durably."""
    for number in segment_numbers(directory):
        if number < position.segment:
            segment_path(directory, number).unlink(missing_ok=True)


def retire(directory: Path, position: Position) -> None:
    """When no record waits behind `position`: begin an empty segment and remove all before it.

    The empty one keeps the count, so that no later record gets a position that the lake has passed. Raises OSError.
    """
    lock = open_lock(directory)
    try:
        with locked(lock):
            with JournalReader(directory, position) as reader:
                if next(reader.records(), None) is not None:
                    return
            newest = (segment_numbers(directory) or [position.segment])[-1]
            if newest == position.segment or segment_path(directory, newest).stat().st_size > 0:
                newest += 1
                os.close(begin_segment(directory, newest))
            remove_behind(directory, Position(newest, 0))
    finally:
        os.close(lock)
