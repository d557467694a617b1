"""The collector: receivers and journal in this process, the writer in one of its own, and how far each has come."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from collectors.addresses import Address
from collectors.grpc_receiver import GrpcReceiver
from collectors.http_receiver import HttpReceiver
from collectors.intake import Intake
from collectors.journal import Journal
from collectors.journal_reader import backlog_bytes
from collectors.locks import IN_USE_LOCK, use
from collectors.memory import share_one_arena
from collectors.writer_process import WriterProcess
from tracer.errors import SurroundingsError, UsageError
from tracer.store.location import CATALOG, DATA, JOURNAL, REJECTED, WRITER_LOCK, has_foreign_catalog, is_store

MAX_BACKLOG_BYTES = 2 << 30
_OURS = frozenset((DATA, JOURNAL, REJECTED, WRITER_LOCK, IN_USE_LOCK))


@dataclass(frozen=True, slots=True)
class Progress:
    """Spans since this collector began. `waiting` are those of them that are not in the lake yet; `waiting_bytes` is
    all that the journal holds for the lake, also from before.
    """

    received: int
    written: int
    waiting: int
    waiting_bytes: int
    rejected: int


class Collector:
    """Receives spans until `stop_receiving`. Everything serves when the constructor returns.

    Raises UsageError when `store` cannot become one, SurroundingsError when a port is taken or the disk refuses.
    """

    def __init__(self, store: Path, grpc: Address, http: Address, max_backlog_bytes: int = MAX_BACKLOG_BYTES) -> None:
        require_usable(store)
        share_one_arena()
        self._store = store
        self._max_backlog_bytes = max_backlog_bytes
        with ExitStack() as undo:
            self._use = use(store)
            undo.callback(self._use.close)
            self._journal = undo.enter_context(Journal(store / JOURNAL))
            self._intake = Intake(self._journal)
            self._http = HttpReceiver(self._intake, http)
            undo.callback(self._http.stop)
            self._grpc = GrpcReceiver(self._intake, grpc)
            undo.callback(self._grpc.stop)
            self._writer = WriterProcess(store, self._intake.written)
            undo.pop_all()

    @property
    def grpc(self) -> Address:
        """Where gRPC is served."""
        return self._grpc.address

    @property
    def http(self) -> Address:
        """Where HTTP is served."""
        return self._http.address

    @property
    def failed(self) -> bool:
        """Whether the writer ended for good: stop and go."""
        return self._writer.failed

    def watch(self) -> Progress:
        """How far everything has come. Call it a few times a second: it also opens and closes the intake."""
        written = self._writer.written
        count = self._intake.count()
        waiting_bytes = backlog_bytes(self._store / JOURNAL, written.position)
        if waiting_bytes > self._max_backlog_bytes:
            self._intake.refusal = SurroundingsError(
                f"{waiting_bytes >> 20} MiB wait in the journal, over the bound of {self._max_backlog_bytes >> 20}",
                "send again later",
            )
        else:
            self._intake.refusal = None
        return Progress(count.received, written.spans, count.waiting, waiting_bytes, written.rejected)

    def stop_receiving(self) -> None:
        """Take no more requests; the writer goes on to move what the journal holds into the lake."""
        self._grpc.stop()
        self._http.stop()
        self._journal.close()
        self._writer.finish()

    def wait(self, seconds: float) -> int | None:
        """After `stop_receiving`: 0 once all is in the lake, the writer's exit status when it failed, None before.

        Not to be called again once it told.
        """
        status = self._writer.wait(seconds)
        if status is not None:
            self._use.close()
        return status


def require_usable(store: Path) -> None:
    """Raise UsageError unless `store` is a store, is missing, or is an empty directory (or the start of a store)."""
    if store.exists() and not store.is_dir():
        raise UsageError(f"{store} is a file, not a store", "choose a directory with --store")
    if has_foreign_catalog(store):
        raise UsageError(f"{store} is not a store: {CATALOG} is not ours", "choose another --store")
    if store.is_dir() and not is_store(store):
        try:
            names = {entry.name for entry in store.iterdir() if not entry.name.startswith(CATALOG)}
        except OSError as error:
            raise SurroundingsError(f"{store} cannot be read ({error.strerror})", "choose another --store") from error
        if others := sorted(names - _OURS):
            raise UsageError(
                f"{store} is not a store: it holds {others[0]}", "choose an empty or a new directory with --store"
            )
