"""Where the store is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.errors import UsageError
from tracer.store import LakeWriter
from tracer.store.location import has_foreign_catalog, is_store, resolve


def test_the_option_wins_over_the_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRACER_STORE", str(tmp_path / "variable"))
    assert resolve(str(tmp_path / "option")) == tmp_path / "option"
    assert resolve(None) == tmp_path / "variable"


def test_without_both_it_is_one_for_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TRACER_STORE", "")
    found = resolve(None)
    assert found.is_relative_to(tmp_path)
    assert found.parts[-2:] == ("event-tracer", "store")


def test_a_relative_name_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert resolve("here") == tmp_path / "here"


def test_an_empty_name_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="empty"):
        resolve(" ")


def test_only_a_directory_with_a_catalog_is_a_store(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "catalog.sqlite").touch()
    LakeWriter(tmp_path / "store").close()
    told = {name: is_store(tmp_path / name) for name in ("file", "other", "missing", "store")}
    assert told == {"file": False, "other": False, "missing": False, "store": True}


def test_a_catalog_that_is_no_database_is_foreign(tmp_path: Path) -> None:
    LakeWriter(tmp_path / "store").close()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "catalog.sqlite").write_text("no database")
    assert [has_foreign_catalog(tmp_path / name) for name in ("store", "other", "missing")] == [False, True, False]
