"""The folder of a demo's run: store, logs and the services' own truth, made anew each time."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracer.errors import SurroundingsError, UsageError


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where a run keeps things. `truth` has one file of JSON lines a service, `truth_file` the whole of it."""

    folder: Path
    store: Path

    @property
    def logs(self) -> Path:
        """One log for each process."""
        return self.folder / "logs"

    @property
    def truth(self) -> Path:
        """The services' own accounts."""
        return self.folder / "truth"

    @property
    def truth_file(self) -> Path:
        """The events, processings and edges that the accounts add up to."""
        return self.folder / "truth.json"


@contextmanager
def new_workspace(folder: Path, store: Path | None) -> Iterator[Workspace]:
    """Make the folder anew and hold it: only what an earlier run has left there is removed.

    `store` is where spans go, the folder's `store` when None; a given one must be new or empty. UsageError when it is
    not, or when another demo holds the folder; SurroundingsError when the folder cannot be written.
    """
    own = folder / "store"
    if store is not None and store.resolve() != own.resolve():
        _check_new(store)
    workspace = Workspace(folder, store or own)
    with ExitStack() as held:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context((folder / "lock").open("w"))
            _hold(lock.fileno(), folder)
            _empty(workspace)
        except OSError as error:
            raise SurroundingsError(f"{folder} cannot be used: {error.strerror}", "run the demo elsewhere") from error
        yield workspace


def _check_new(store: Path) -> None:
    if store.exists() and not store.is_dir():
        raise UsageError(f"{store} is not a directory", "give --store a directory that is new or empty")
    if store.exists() and any(store.iterdir()):
        raise UsageError(f"{store} is not empty", "give --store a directory that is new or empty")


def _hold(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"another demo runs in {folder}", "wait for it, or run this one elsewhere") from error


def _empty(workspace: Workspace) -> None:
    for old in (workspace.folder / "store", workspace.logs, workspace.truth):
        if old.exists():
            shutil.rmtree(old)
    workspace.truth_file.unlink(missing_ok=True)
    workspace.truth.mkdir()
    workspace.logs.mkdir()
