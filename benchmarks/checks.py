"""How long each check takes on a store, with the ground that it stands on, and the map beside them.

    python benchmarks/checks.py STORE                    everything that the store holds
    python benchmarks/checks.py STORE --minutes 1        what is new: the last minute alone
    python benchmarks/checks.py STORE --flow ID          the problems of one flow, as `tracer show` tells them

`benchmarks/flows.py` tells how a store is filled. A check alone lays the ground that it stands on; together they share
it. Beside the time that passed stands the CPU time of all threads, which other work on the machine distorts less.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import resource
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from tracer.checks.flow import problems_of
from tracer.checks.registry import CHECKS
from tracer.checks.running import check_store
from tracer.flows import open_flows

ROW = "{:<24}{:>10}{:>10}{:>10}"

EXTENT = "SELECT (SELECT count(*) FROM lake.spans), count(*), max(at_ns) FROM lake.processings"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--minutes", type=float, help="report only what is not older, counted from the newest attempt")
    parser.add_argument("--flow", help="an event's id: time its flow and that flow's problems instead")
    arguments = parser.parse_args()
    spans, attempts, newest = extent(arguments.store)
    about = f"event-tracer {importlib.metadata.version('event-tracer')}, duckdb {duckdb.__version__}"
    print(f"{about}, Python {platform.python_version()}")
    print(f"{os.cpu_count()} cores, {platform.machine()}, load average {os.getloadavg()[0]:.1f}")
    print(f"{spans:,} spans, {attempts:,} attempts\n" + ROW.format("", "seconds", "CPU s", "found"), flush=True)
    if arguments.flow:
        one_flow(arguments.store, arguments.flow)
    else:
        since = None if arguments.minutes is None else newest - int(arguments.minutes * 60e9)
        with open_flows(arguments.store) as flows:
            timed("map", lambda: len(flows.map(since).nodes))
        for check in CHECKS:
            timed(check.name, lambda name=check.name: found(arguments.store, [name], since))  # type: ignore[misc]
        timed("all together", lambda: found(arguments.store, [], since))
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def extent(store: Path) -> tuple[int, int, int]:
    """How many spans and attempts, and when the newest attempt began."""
    with open_flows(store) as flows, flows.relations() as connection:
        row = connection.execute(EXTENT).fetchone() or (0, 0, 0)
    return row[0], row[1], row[2] or 0


def one_flow(store: Path, asked: str) -> None:
    """The flow and its problems, each three times: the first opens files."""
    with open_flows(store) as flows:
        for _ in range(3):
            timed("flow", lambda: len(flows.flow(asked).graph.processings))
            flow = flows.flow(asked)
            timed("its problems", lambda flow=flow: len(problems_of(flows, flow).problems))  # type: ignore[misc]


def found(store: Path, names: list[str], since: int | None) -> int:
    """How many problems there are."""
    return len(check_store(store, names, since).problems)


def timed(what: str, work: Callable[[], int]) -> None:
    """One line: the time that passed, the CPU time, and what the work counted."""
    begin, cpu = time.perf_counter(), time.process_time()
    count = work()
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    print(ROW.format(what, f"{seconds:.2f}", f"{cpu:.2f}", count), flush=True)


if __name__ == "__main__":
    main()
