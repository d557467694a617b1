"""The one writer of a lake: each batch and the journal position it reaches go in together, or not at all.

For the process that holds the store's `writer.lock`. One thread: merging while inserting breaks DuckLake 1.5.5.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from tracer.errors import SurroundingsError, UsageError
from tracer.store import derived
from tracer.store.doubles import without_doubles, without_known
from tracer.store.ducklake import Settings, connect, statement, surroundings
from tracer.store.forgetting import expire_snapshots, remove_files
from tracer.store.location import CATALOG, DATA, is_store
from tracer.store.migrations import migrate
from tracer.store.parquet import file_of, remove_left_over, write_batch
from tracer.store.position import Position
from tracer.store.schema import BATCHES
from tracer.store.sync import FileSync

if TYPE_CHECKING:
    import duckdb

Result = TypeVar("Result")

SETTINGS: Settings = {"threads": 1, "memory_limit": "200MB", "preserve_insertion_order": "false"}
"""A step of upkeep over 100,000 spans fails with 80 MB, one over 264,000 with 128: lists in aggregates do not spill."""

MERGE_FILES = 48
"""So many files since the last merge make the next one worth its while."""

MERGED_BYTES = 600_000
"""Files beyond this (about 15,000 spans) are left alone: merging them costs more CPU than writing them did (4.3 s a
million against 3.6) and makes a lookup faster by a fifth only."""

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
        _make(path)
        with surroundings(f"cannot open the store {path}"):
            self._connection = self._open()
            newest, self.position = self._newest()
        self._next = newest + 1
        self._since_merge = MERGE_FILES  # an earlier writer may have left small files
        self._uncertain = False  # whether an attempt to write has failed: it may have been committed all the same
        self._spans = path / DATA / "main" / "spans"
        with surroundings(f"cannot write to the store {path}"):
            self._spans.mkdir(parents=True, exist_ok=True)
            remove_left_over(self._spans, newest)
            self._sync = FileSync(path / DATA / "main")

    def recent_digests(self, since_ns: int) -> dict[bytes, int]:
        """Digests of the requests that arrived since then, each with its last arrival."""
        with surroundings(f"cannot read the store {self._path}"):
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
        if skip_known:
            with surroundings(f"cannot read the store {self._path}"):
                rows = without_known(self._connection, rows)
        self._transaction(lambda: self._insert(rows, position, digests))
        self.position, self._uncertain = position, False
        self._next += 1
        self._since_merge += 1
        return len(rows)

    def maintain(self) -> bool:
        """Merge small files when enough have gathered, and forget old snapshots; whether anything was done.

        Call it between batches, on the same thread.
        """
        if self._since_merge < MERGE_FILES:
            return False
        for table in derived.ROWS:
            self._transaction(partial(derived.rewrite, self._connection, table))
            self._transaction(partial(derived.merge, self._connection, table))
        self._transaction(self._merge)
        self._retried(self._forget)
        self._since_merge = 0
        self._give_back()
        return True

    def computing(self, compute: Callable[[duckdb.DuckDBPyConnection], Result]) -> Result:
        """What `compute` returns: it reads the lake and makes temporary relations for `derive`; it changes nothing."""
        with surroundings(f"cannot read the store {self._path}"):
            return compute(self._connection)

    @property
    def newest(self) -> int:
        """The number of the newest batch; 0 before the first."""
        return self._next - 1

    def covered(self, rules: str) -> int:
        """The last batch whose spans the derived tables reflect by these rules; 0 when there is none.

        Tables that other rules have made are emptied.
        """
        with surroundings(f"cannot read the store {self._path}"):
            row = self._connection.execute(statement("covered")).fetchone()
        if row is not None and row[1] != rules:
            self.forget_derived()
            return 0
        return int(row[0]) if row else 0

    def waiting(self, covered: int) -> int:
        """How many spans have come with the batches after `covered`."""
        with surroundings(f"cannot read the store {self._path}"):
            row = self._connection.execute(statement("waiting"), {"covered": covered}).fetchone()
        return int(row[0]) if row else 0

    def derive(self, covered: int, rules: str, times: derived.RowTimes) -> None:
        """Replace rows of the derived tables (`derived.replace`) and move what is covered, in one transaction."""

        def work() -> None:
            if self._uncertain:
                row = self._connection.execute(statement("covered")).fetchone()
                if row is not None and row[0] >= covered:
                    return  # committed by an attempt that failed only then
            derived.replace(self._connection, times)
            values = {"batch": covered, "rules": rules, "soonest": times.soonest_ns, "latest": times.latest_ns}
            self._connection.execute(statement("covered_record"), values)

        self._transaction(work)
        self._since_merge += 1

    def forget_relations(self) -> None:
        """Drop the temporary relations that `computing` has made, and give their memory back."""
        with surroundings(f"cannot read the store {self._path}"):
            derived.forget_relations(self._connection)
            self._give_back()

    def forget_derived(self) -> None:
        """Empty the derived tables: nothing is covered."""
        self._transaction(lambda: derived.empty(self._connection))

    def close(self) -> None:
        """Let go of the store."""
        self._connection.close()

    def _give_back(self) -> None:
        """Give freed memory back to the system: DuckDB's allocator does so when its limit is set, the C library's when
        it is told to (glibc).
        """
        self._connection.execute(f"SET memory_limit = '{SETTINGS['memory_limit']}'")
        _trim()

    def _open(self) -> duckdb.DuckDBPyConnection:
        return _open(self._path / CATALOG)

    def _newest(self) -> tuple[int, Position | None]:
        row = self._connection.execute(statement("position")).fetchone()
        return (row[0], Position(row[1], row[2])) if row else (0, None)

    def _insert(self, rows: pa.Table, position: Position, digests: Sequence[tuple[bytes, int]]) -> None:
        if self._uncertain:
            newest, reached = self._newest()
            self._next = newest + 1
            if reached == position:
                return  # committed by an attempt that failed only then
        batch = self._next
        if len(rows):
            file = file_of(self._spans, batch)
            write_batch(file, rows.set_column(0, "batch", pa.array(np.full(len(rows), batch))))
            self._connection.execute(statement("batch_add"), {"file": str(file)})
        arrivals = [arrival for _, arrival in digests]
        record = {
            "batch": batch,
            "segment": position.segment,
            "position": position.offset,
            "spans": len(rows),
            "first_received_ns": min(arrivals, default=None),
            "last_received_ns": max(arrivals, default=None),
            "digests": [{"digest": digest, "received_ns": arrival} for digest, arrival in digests],
        }
        self._connection.register("record", pa.Table.from_pylist([record], BATCHES))
        try:
            self._connection.execute(statement("batch_record"))
        finally:
            self._connection.unregister("record")

    def _merge(self) -> None:
        self._connection.execute(statement("merge_files"), {"bytes": MERGED_BYTES})

    def _forget(self) -> None:
        expire_snapshots(self._connection, KEEP_MINUTES)
        remove_files(self._connection, self._path / DATA, KEEP_MINUTES)

    def _transaction(self, work: Callable[[], None]) -> None:
        """`work` in one transaction; its new files are on the disk before the catalog names them."""

        def whole() -> None:
            self._connection.begin()
            work()
            self._sync.new_files()
            self._connection.commit()

        self._retried(whole)

    def _retried(self, work: Callable[[], None]) -> None:
        import duckdb

        with surroundings(f"cannot write to the store {self._path}"):
            for attempt in range(1, ATTEMPTS + 1):
                try:
                    work()
                    return
                except BaseException as error:
                    self._recover()
                    if attempt == ATTEMPTS or not isinstance(error, duckdb.Error) or "locked" not in str(error):
                        raise
                    time.sleep(0.025 * 2**attempt)

    def _recover(self) -> None:
        """Take back what is open; where DuckDB has given up on its database, open it anew."""
        import duckdb

        self._uncertain = True
        try:
            self._connection.rollback()
        except duckdb.TransactionException:
            return  # nothing was open
        except duckdb.Error:
            self._connection.close()
            self._connection = self._open()


def _open(catalog: Path) -> duckdb.DuckDBPyConnection:
    connection = connect(catalog, read_only=False, settings=SETTINGS)
    try:
        migrate(connection, catalog.parent)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path) -> None:
    """Make the store when it is missing. Its catalog appears whole: nobody sees a store without its tables."""
    catalog = path / CATALOG
    try:
        (path / DATA).mkdir(parents=True, exist_ok=True)
        if is_store(path):
            return
        if catalog.exists():
            raise UsageError(f"{catalog} is not a catalog of ours", "choose another directory with --store")
        for left_over in path.glob(f"{CATALOG}.new*"):
            left_over.unlink()
        fresh = path / f"{CATALOG}.new"
        _open(fresh).close()
        fresh.rename(catalog)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageError(f"the store {path} is a file", "choose a directory with --store") from error
    except OSError as error:
        raise SurroundingsError(f"cannot make the store {path}", error.strerror or str(error)) from error


def _trim() -> None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
