"""A place in the journal, as the lake remembers it."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """The end of a journal record: the segment's number and the offset in bytes. Ordered as the journal is."""

    segment: int
    offset: int
