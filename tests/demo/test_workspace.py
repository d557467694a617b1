"""The demo's folder is made anew, and nothing in it is touched that a demo did not put there."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.workspace import new_workspace
from tracer.errors import SurroundingsError, UsageError


def test_what_an_earlier_run_left_is_gone_and_what_others_put_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    for name in ("store", "logs", "truth"):
        (folder / name).mkdir(parents=True)
        (folder / name / "old").touch()
    (folder / "truth.json").touch()
    (folder / "notes.txt").touch()
    with new_workspace(folder, None) as workspace:
        assert workspace.store == folder / "store"
        assert sorted(path.name for path in folder.iterdir()) == ["lock", "logs", "notes.txt", "truth"]
        assert not any(workspace.logs.iterdir())


def test_the_folders_own_store_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "old").touch()
    with new_workspace(tmp_path, tmp_path / "store") as workspace:
        assert not workspace.store.exists()


def test_a_store_elsewhere_must_be_new(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    file = mine / "catalog.sqlite"
    file.touch()
    with pytest.raises(UsageError, match="is not empty"), new_workspace(tmp_path / ".demo", mine):
        pass
    with (
        pytest.raises(UsageError, match="is not a directory"),
        new_workspace(tmp_path / ".demo", mine / "catalog.sqlite"),
    ):
        pass
    assert file.exists()


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with (
        new_workspace(tmp_path, None),
        pytest.raises(UsageError, match="another demo runs in"),
        new_workspace(tmp_path, None),
    ):
        pass
    with new_workspace(tmp_path, None):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SurroundingsError, match="cannot be used"), new_workspace(tmp_path / "file", None):
        pass


def test_an_error_inside_is_not_taken_for_the_folders(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="mine"), new_workspace(tmp_path, None):
        raise OSError("mine")
