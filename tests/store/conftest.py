"""Stores for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tracer.store import LakeWriter


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a store is to be; nothing is there yet."""
    return tmp_path / "store"


@pytest.fixture
def writer(store: Path) -> Iterator[LakeWriter]:
    """A writer of a new store."""
    opened = LakeWriter(store)
    yield opened
    opened.close()
