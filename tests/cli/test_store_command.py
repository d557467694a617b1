"""`tracer store` tells what the store holds; `reset` removes what is ours, when nobody writes and a person agrees."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer, start


@pytest.fixture
def own_store(story_store: Path, tmp_path: Path) -> Path:
    """A copy that a test may destroy."""
    store = tmp_path / "store"
    shutil.copytree(story_store, store)
    (store / "journal").mkdir(exist_ok=True)
    (store / "journal" / "0000000001.segment").write_bytes(b"record")
    return store


def test_the_store_tells_where_it_is_and_what_it_holds(tracer: Tracer, story_store: Path) -> None:
    answer = tracer("store", "--format", "json")
    assert answer.status == 0
    assert (answer.json["path"], answer.json["spans"]) == (str(story_store), 7)
    assert answer.json["oldestStart"] == "2026-11-24T06:11:01.123456789Z"
    assert answer.json["newestStart"] == "2026-11-24T06:11:01.248456789Z"
    assert answer.json["bytes"] > 0
    text = tracer("store").out
    assert str(story_store) in text
    assert "7 in about" in text


def test_reset_with_yes_removes_the_store_and_its_directory(tracer: Tracer, own_store: Path) -> None:
    answer = tracer("store", "reset", "--yes", "--store", str(own_store))
    assert (answer.status, answer.out) == (0, "")
    assert not own_store.exists()
    assert tracer("store", "--store", str(own_store)).status == 2


def test_reset_leaves_what_is_not_ours(tracer: Tracer, own_store: Path) -> None:
    notes = own_store / "data" / "notes.txt"
    notes.write_text("mine")
    (own_store / "empty-but-mine").mkdir()
    assert tracer("store", "reset", "--yes", "--store", str(own_store)).status == 0
    left = {path.relative_to(own_store).as_posix() for path in own_store.rglob("*")}
    assert left == {"data", "data/notes.txt", "empty-but-mine"}


def test_reset_of_a_directory_that_is_no_store_removes_nothing(tracer: Tracer, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "table.parquet").write_bytes(b"mine")
    answer = tracer("store", "reset", "--yes", "--store", str(tmp_path))
    assert (answer.status, answer.err.count("\n")) == (2, 1)
    assert (tmp_path / "data" / "table.parquet").exists()


def test_reset_refuses_while_somebody_holds_the_writers_lock(tracer: Tracer, own_store: Path) -> None:
    with (own_store / "writer.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answer = tracer("store", "reset", "--yes", "--store", str(own_store))
    assert (answer.status, answer.err.count("\n")) == (3, 1)
    assert "stop it first" in answer.err
    assert (own_store / "catalog.sqlite").exists()


def test_reset_without_a_terminal_wants_to_be_told_yes(own_store: Path) -> None:
    process = start("store", "reset", "--store", str(own_store), stdin=-3, stdout=-1, stderr=-1)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.count("\n")) == (2, 1)
    assert "--yes" in err
    assert (own_store / "catalog.sqlite").exists()


@pytest.mark.parametrize(("typed", "status", "stays"), [(b"y\n", 0, False), (b"\n", 1, True), (b"no\n", 1, True)])
def test_reset_on_a_terminal_asks_and_does_what_the_person_says(
    own_store: Path, typed: bytes, status: int, stays: bool
) -> None:
    ours, theirs = pty.openpty()
    try:
        process = start("store", "reset", "--store", str(own_store), stdin=theirs, stdout=-1, stderr=-1)
        os.write(ours, typed)
        _, err = process.communicate(timeout=30)
    finally:
        os.close(ours)
        os.close(theirs)
    assert process.returncode == status
    assert f"Remove every span in {own_store}? [y/N]" in err
    assert own_store.exists() == stays
