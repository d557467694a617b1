"""From journal batches to the lake: each record lands exactly once, what came twice or is damaged is set aside."""

from __future__ import annotations

import hashlib
import sys
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from collectors.batches import Batch, Batches
from collectors.journal_reader import remove_behind, retire
from collectors.keeping_up import KeepingUp
from collectors.segments import Kind, Record
from tracer.errors import SurroundingsError
from tracer.formats.otlp_protobuf import Rejected, decode
from tracer.store.location import JOURNAL, REJECTED
from tracer.store.position import Position
from tracer.store.writer import LakeWriter

RESEND_WINDOW_NS = 600 * 10**9
"""A request that arrives byte for byte again within this time is one that a sender sent again."""

KEPT_REJECTED = 1_000
"""Damaged requests kept for a person to look at; further ones are told and counted only."""


@dataclass(frozen=True, slots=True)
class Moved:
    """What one batch brought: spans written, spans of requests that came again, spans and requests set aside."""

    position: Position
    written: int
    repeated: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Decoded:
    """A batch that is ready to be stored. The payloads are let go, but for those of requests that are set aside."""

    position: Position
    kind: Kind
    spans: pa.Table
    arrivals: tuple[tuple[bytes, int], ...]
    """Digest and arrival of each request that is new."""
    repeated: int
    faults: tuple[_Fault, ...]


@dataclass(frozen=True, slots=True)
class _Fault:
    """What of one request could not be decoded, and why."""

    record: Record
    digest: bytes
    rejected: Rejected


class Drain:
    """Moves batches into the lake of `store`. Its process holds the writer's lock; one thread uses it.

    `decode` begins a batch in a thread of its own, `store` ends it: while one batch is stored the next is decoded. They
    are stored in the order in which they were begun, and after a failure none: then the drain is of no more use.
    """

    def __init__(self, store: Path) -> None:
        self._journal = store / JOURNAL
        self._lake = LakeWriter(store)
        self.keeping_up = KeepingUp(self._lake)
        self.batches = Batches(self._journal, self._lake.position)
        self.batches.gather()
        now = time.time_ns()  # what waits may be old: this process may have been away for long
        since = min(now, self.batches.first_arrival_ns() or now) - RESEND_WINDOW_NS
        self._recent = _Recent(self._lake.recent_digests(since))
        self._rejected = _RejectedRequests(store / REJECTED)
        self._told_damage = 0
        self._decoder = ThreadPoolExecutor(1, thread_name_prefix="decode")
        self._begun: deque[Future[Decoded]] = deque()

    @property
    def position(self) -> Position | None:
        """Up to where the lake has the journal."""
        return self._lake.position

    def decode(self, batch: Batch) -> None:
        """Begin to decode a batch; `store` takes it over. Its requests are known from now on."""
        self._begun.append(self._decoder.submit(_decode, batch, self._recent))

    def store(self) -> Moved:
        """Write the batch that was begun first; afterwards its records are durable in the lake and segments behind it
        are gone.

        Raises SurroundingsError when the lake cannot be written; then nothing of it, nor of a later one, is in it.
        """
        self._tell_damage()
        try:
            decoded = self._begun.popleft().result()
            rejected = self._rejected.keep(decoded.faults)
            written = self._lake.write(
                decoded.spans,
                position=decoded.position,
                digests=decoded.arrivals,
                skip_known=decoded.kind is Kind.IMPORTED,
            )
        except BaseException:
            self._begun.clear()
            raise
        self.keeping_up.came(written)
        remove_behind(self._journal, decoded.position)
        return Moved(decoded.position, written, decoded.repeated, rejected)

    def maintain(self) -> bool:
        """Merge small files where it is time; whether anything was done."""
        return self._lake.maintain()

    def close(self, *, clean: bool) -> None:
        """Let go of lake and journal; a clean end leaves no journal behind when the lake has all of it."""
        position = self._lake.position
        self._decoder.shutdown(cancel_futures=True)
        self.batches.close()
        self._lake.close()
        if clean and position is not None:
            retire(self._journal, position)

    def _tell_damage(self) -> None:
        for damage in self.batches.damage[self._told_damage :]:
            print(
                f"journal: {damage.bytes} bytes of {damage.path} from {damage.offset} on are damaged", file=sys.stderr
            )
        self._told_damage = len(self.batches.damage)


def _decode(batch: Batch, recent: _Recent) -> Decoded:
    """What of a batch is new, as rows. Runs in the decoding thread, batch after batch."""
    fresh, repeated = recent.select(batch.records)
    decoded = decode([record.payload for record, _ in fresh], [record.arrival_ns for record, _ in fresh])
    arrivals = tuple((digest, record.arrival_ns) for record, digest in fresh)
    faults = tuple(_Fault(*fresh[rejected.payload], rejected) for rejected in decoded.rejected)
    return Decoded(batch.position, batch.kind, decoded.spans, arrivals, repeated, faults)


class _Recent:
    """The requests of the last ten minutes by digest, so that one that is sent again is known."""

    def __init__(self, known: dict[bytes, int]) -> None:
        self._known = known
        self._pruned_ns = 0

    def select(self, records: Sequence[Record]) -> tuple[list[tuple[Record, bytes]], int]:
        """Records that are new, with their digests, and how many spans the others had. From now on they are known."""
        fresh = []
        repeated = 0
        for record in records:
            digest = hashlib.sha256(record.payload).digest()[:16]
            before = self._known.get(digest)
            if before is not None and abs(record.arrival_ns - before) < RESEND_WINDOW_NS:
                repeated += record.spans
            else:
                fresh.append((record, digest))
                self._known[digest] = record.arrival_ns
        self._prune(max((record.arrival_ns for record in records), default=0))
        return fresh, repeated

    def _prune(self, newest: int) -> None:
        if newest - self._pruned_ns > RESEND_WINDOW_NS // 10:
            self._pruned_ns = newest
            self._known = {digest: at for digest, at in self._known.items() if newest - at < RESEND_WINDOW_NS}


class _RejectedRequests:
    """The directory of requests with something in them that could not be decoded."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._kept = len(list(directory.glob("*.pb"))) if directory.is_dir() else 0

    def keep(self, faults: Sequence[_Fault]) -> int:
        """Keep the requests that have faults, say so on stderr; how many spans were set aside.

        A request without a readable span counts with the spans its frame has. Raises SurroundingsError.
        """
        spans = 0
        for fault in faults:
            rejected = fault.rejected
            spans += fault.record.spans if rejected.spans is None else rejected.spans
            path = self._directory / f"{fault.digest.hex()}.pb"
            if not path.exists() and self._kept < KEPT_REJECTED:
                self._kept += 1
                self._write(path, fault.record.payload)
        if faults:
            print(
                f"rejected {spans} spans of {len({fault.digest for fault in faults})} requests"
                f" ({faults[0].rejected.reason}); the requests are kept in {self._directory}",
                file=sys.stderr,
            )
        return spans

    def _write(self, path: Path, payload: bytes) -> None:
        try:
            self._directory.mkdir(exist_ok=True)
            path.write_bytes(payload)
        except OSError as error:
            raise SurroundingsError(f"cannot write {path} ({error.strerror})", "make room on the disk") from error
