"""Keeps events, processings and edges up to date as batches land, in any order; cost follows the batch.

Of new spans only the rows of traces within REACH hops can change, and all that these depend on lies within REACH hops
of them: that scope is loaded and reconstructed, and its rows replace what stands there. May import the
reconstruction and the store, which alone writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tracer.flows import reconstruction, scope
from tracer.flows.rules import rules
from tracer.store import LakeWriter, RowTimes

CHUNK = 100_000
"""New spans that are taken in at once, at most; but at least one batch."""


KEPT = 2_000
"""After a step over so many spans its relations stand until the next one: to drop them costs more than they take."""


@dataclass(frozen=True, slots=True)
class _Made:
    """What a step stands on: the last batch taken in, how many spans the scope has, and the times of rows."""

    upto: int
    spans: int
    times: RowTimes


class Upkeep:
    """Brings the derived tables of a store up to date, on the thread of its writer."""

    def __init__(self, lake: LakeWriter) -> None:
        self._lake = lake
        self._rules = rules()
        self._prepared: duckdb.DuckDBPyConnection | None = None
        self._facts = False  # whether the relations of the facts stand as the lake has them
        self.covered = lake.covered(self._rules)

    def waiting(self) -> int:
        """How many spans the tables do not reflect yet."""
        return 0 if self.covered >= self._lake.newest else self._lake.waiting(self.covered)

    def step(self, spans: int = CHUNK) -> bool:
        """Take in the next batches, about `spans` spans; False when nothing waits.

        SurroundingsError when the lake cannot be written; the tables stand as they stood then.
        """
        if self.covered >= self._lake.newest:
            return False
        known, self._facts = self._facts, False  # until this step is written nobody knows
        made = self._lake.computing(lambda connection: self._compute(connection, spans, known))
        self._lake.derive(made.upto, self._rules, made.times)
        self.covered = made.upto
        if made.spans > KEPT:
            self._lake.forget_relations()
        else:
            self._facts = True
        return True

    def start_over(self) -> None:
        """Empty the tables; the next steps fill them again."""
        self._lake.forget_derived()
        self.covered, self._facts = 0, False

    def _compute(self, connection: duckdb.DuckDBPyConnection, spans: int, known: bool) -> _Made:
        """Make the relations that `LakeWriter.derive` takes. `known`: the facts of the step before stand."""
        if self._prepared is not connection:
            known = False
            scope.prepare(connection)
            connection.execute("CREATE OR REPLACE TEMP VIEW flow_store AS FROM scope_fresh")
            self._prepared = connection
        with _snapshot(connection):
            if not known:
                scope.recall_facts(connection)
            upto = self._seed(connection, spans)
            self._gather(connection, upto)
        count, first, last = connection.execute(_statement("extent")).fetchone() or (0, 0, 0)
        connection.execute(_statement("owner"), {"hops": scope.REACH})
        rows, steps = _statement("rows"), _statement("steps")
        reconstruction.rebuild(connection, before=[scope.source()], after=[rows, steps])
        connection.execute(rows)
        return _Made(upto, count, RowTimes(first, last, *(connection.execute(steps).fetchone() or (0, 0))))

    def _seed(self, connection: duckdb.DuckDBPyConnection, spans: int) -> int:
        """The new spans, what they name, and the traces whose rows they change. Returns the last batch taken in."""
        row = connection.execute(_statement("newest"), {"after": self.covered, "spans": spans}).fetchone()
        assert row is not None
        upto = int(row[0])
        connection.execute(_statement("fresh"), {"after": self.covered, "upto": upto})
        scope.name_keys(connection)
        self._learn(connection)
        connection.execute(_statement("seed"))
        news = connection.execute(_statement("news")).fetchone()
        if news is not None and news[0]:
            connection.execute(_statement("seed_older"), {"covered": self.covered})
        return upto

    def _gather(self, connection: duckdb.DuckDBPyConnection, upto: int) -> None:
        """Load the scope; again when it shows lanes that nobody knew to matter."""
        connection.execute(_statement("no_lanes"))
        while True:
            scope.surround(connection, 2 * scope.REACH, upto)
            scope.load(connection, self.covered)
            if not scope.open_lanes(connection):
                return

    def _learn(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The facts that are known, then with those that the new spans tell."""
        connection.execute(_statement("known"))
        for name in reconstruction.TOLD:
            connection.execute(reconstruction.statement(name))
        connection.execute(_statement("told"))
        reconstruction.sum_up(connection)


@contextmanager
def _snapshot(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """One transaction: DuckLake asks its catalog which files there are once, not at each read."""
    connection.begin()
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # the error itself may have ended it
            connection.rollback()
        raise
    connection.commit()


def _statement(name: str) -> str:
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
