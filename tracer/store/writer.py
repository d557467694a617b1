"""The one writer of a lake: each batch and the journal position it reaches go in together, or not at all.

For the process that holds the store's `writer.lock`. One thread: merging while inserting breaks DuckLake 1.5.5.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from tracer.errors import SurroundingsError
from tracer.store.doubles import without_doubles, without_known
from tracer.store.ducklake import Settings, connect, first_line, statement
from tracer.store.location import CATALOG, DATA
from tracer.store.migrations import migrate
from tracer.store.position import Position
from tracer.store.sync import FileSync

if TYPE_CHECKING:
    import duckdb

SETTINGS: Settings = {"threads": 1, "memory_limit": "200MB", "preserve_insertion_order": "false"}

MERGE_FILES = 48
"""So many files since the last merge make the next one worth its while."""

MERGED_BYTES = 8_000_000
"""Files beyond this are left alone by merging, else each merge would write them again."""

KEEP_MINUTES = 15
"""How long snapshots and replaced files stay for readers that still use them."""

ATTEMPTS = 8


class LakeWriter:
    """Opens the store for writing: makes it when missing, migrates it. SurroundingsError when it cannot be written.

    `position` is where in the journal the last batch ended, None before the first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        pa.set_memory_pool(pa.system_memory_pool())  # gives memory back; the default pool keeps 100 MB more
        try:
            (path / DATA).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SurroundingsError(f"cannot make the store {path}", error.strerror or str(error)) from error
        self._connection = self._open()
        self._sync = FileSync(path / DATA / "main", (path / CATALOG, path / f"{CATALOG}-wal"))
        self._since_merge = MERGE_FILES  # an earlier writer may have left small files
        row = self._connection.execute(statement("position")).fetchone()
        self._batch = row[0] if row else 0
        self.position = Position(row[1], row[2]) if row else None

    def recent_digests(self, since_ns: int) -> dict[bytes, int]:
        """Digests of the requests that arrived since then, each with its last arrival."""
        rows = self._connection.execute(statement("recent_digests"), {"since": since_ns}).fetchall()
        return dict(rows)

    def write(
        self,
        spans: pa.Table,
        *,
        position: Position,
        digests: Sequence[tuple[bytes, int]],
        skip_known: bool = False,
    ) -> int:
        """Put spans (schema.SPANS) and the position they reach into the lake, durably; how many spans went in.

        Doubles of (trace_id, span_id) inside the batch are dropped, with `skip_known` also those already in the lake.
        SurroundingsError when it fails for good; then nothing of the batch is in the lake.
        """
        rows = without_doubles(spans)

        def insert() -> int:
            fresh = without_known(self._connection, rows) if skip_known else rows
            self._insert(fresh, position, digests)
            return len(fresh)

        count = self._transaction(insert)
        self._batch += 1
        self.position = position
        self._since_merge += 1
        _trim()
        return count

    def maintain(self) -> bool:
        """Merge small files when enough have gathered, and forget old snapshots; whether anything was done.

        Call it between batches, on the same thread.
        """
        if self._since_merge < MERGE_FILES:
            return False
        self._transaction(self._merge)
        self._retried(self._forget)
        self._since_merge = 0
        _trim()
        return True

    def close(self) -> None:
        """Let go of the store."""
        self._connection.close()

    def _open(self) -> duckdb.DuckDBPyConnection:
        connection = connect(self._path, read_only=False, settings=SETTINGS)
        migrate(connection, self._path)
        return connection

    def _insert(self, rows: pa.Table, position: Position, digests: Sequence[tuple[bytes, int]]) -> None:
        batch, connection = self._batch + 1, self._connection
        if len(rows):
            connection.register("incoming", rows)
            try:
                connection.execute(statement("batch_insert"), {"batch": batch})
            finally:
                connection.unregister("incoming")
        arrivals = [arrival for _, arrival in digests]
        values = {
            "batch": batch,
            "segment": position.segment,
            "position": position.offset,
            "spans": len(rows),
            "first": min(arrivals, default=None),
            "last": max(arrivals, default=None),
            "digests": [{"digest": digest, "received_ns": arrival} for digest, arrival in digests],
        }
        connection.execute(statement("batch_record"), values)

    def _merge(self) -> int:
        return len(self._connection.execute(statement("merge_files"), {"bytes": MERGED_BYTES}).fetchall())

    def _forget(self) -> int:
        for name in ("expire_snapshots", "cleanup_files"):
            self._connection.execute(statement(name), {"minutes": KEEP_MINUTES})
        return 0

    def _transaction(self, work: Callable[[], int]) -> int:
        """`work` in one transaction; its new files are on the disk before the catalog names them."""

        def whole() -> int:
            self._connection.begin()
            result = work()
            self._sync.new_files()
            self._connection.commit()
            self._sync.catalog()
            return result

        return self._retried(whole)

    def _retried(self, work: Callable[[], int]) -> int:
        import duckdb

        for attempt in range(ATTEMPTS):
            try:
                return work()
            except duckdb.Error as error:
                self._recover()
                if attempt == ATTEMPTS - 1 or "locked" not in str(error):
                    raise SurroundingsError(f"cannot write to the store {self._path}", first_line(error)) from error
                time.sleep(0.05 * 2**attempt)
            except BaseException:
                self._recover()
                raise
        raise AssertionError("unreachable")

    def _recover(self) -> None:
        """Take back what is open; where DuckDB has given up on its database, open it anew."""
        import duckdb

        try:
            self._connection.rollback()
        except duckdb.TransactionException:
            return  # nothing was open
        except duckdb.Error:
            self._connection.close()
            self._connection = self._open()


def _trim() -> None:
    """Give freed memory back to the system where the C library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
