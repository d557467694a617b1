"""How long each check takes on a store, with the ground that it stands on; beside them the map and the doctor.

    python benchmarks/checks.py STORE                    everything that the store holds
    python benchmarks/checks.py STORE --minutes 1        what is new: the last minute alone
    python benchmarks/checks.py STORE --only all lost    all checks together, and `lost`
    python benchmarks/checks.py STORE --flow ID          the problems of one flow, as `tracer show` tells them

A store of ten hours and ten million spans, of which one delivery in ten thousand is lost or doubled:

    python benchmarks/load.py make FILE --spans 2000000 --copies 5 --hours 10 --faults 0.0001
    tracer collect --store STORE --grpc 127.0.0.1:4317 & python benchmarks/load.py send FILE --grpc 127.0.0.1:4317

A check alone lays the ground that it stands on; together they share it. Each line is measured in a process of its own,
for its memory. Beside the time that passed stands the CPU time of all threads, which other work on the machine
distorts less.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from tracer.checks.flow import problems_of
from tracer.checks.registry import CHECKS
from tracer.checks.running import check_store
from tracer.doctor.examining import examine
from tracer.flows import open_flows

ROW = "{:<24}{:>10}{:>10}{:>8}{:>8}"

EXTENT = "SELECT (SELECT count(*) FROM lake.spans), count(*), max(at_ns) FROM lake.processings"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--minutes", type=float, help="report only what is not older, counted from the newest attempt")
    parser.add_argument("--only", nargs="+", help="names of checks, `all` for all together, `map`, `doctor`")
    parser.add_argument("--flow", help="an event's id: time its flow and that flow's problems instead")
    parser.add_argument("--alone", help=argparse.SUPPRESS)  # one line, and since when, in nanoseconds
    parser.add_argument("--since", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        one(arguments.store, arguments.alone, arguments.since)
        return
    spans, attempts, newest = extent(arguments.store)
    about = f"event-tracer {importlib.metadata.version('event-tracer')}, duckdb {duckdb.__version__}"
    print(f"{about}, Python {platform.python_version()}")
    print(f"{os.cpu_count()} cores, {platform.machine()}, load average {os.getloadavg()[0]:.1f}")
    print(f"{spans:,} spans, {attempts:,} attempts\n" + ROW.format("", "seconds", "CPU s", "MB", "found"), flush=True)
    if arguments.flow:
        one_flow(arguments.store, arguments.flow)
        return
    since = [] if arguments.minutes is None else ["--since", str(newest - int(arguments.minutes * 60e9))]
    for name in arguments.only or ["map", "doctor", *(check.name for check in CHECKS), "all"]:
        subprocess.run([sys.executable, __file__, arguments.store, "--alone", name, *since], check=True)


def extent(store: Path) -> tuple[int, int, int]:
    """How many spans and attempts, and when the newest attempt began."""
    with open_flows(store) as flows, flows.relations() as connection:
        row = connection.execute(EXTENT).fetchone() or (0, 0, 0)
    return row[0], row[1], row[2] or 0


def one(store: Path, name: str, since: int | None) -> None:
    """The line of a check, of all of them, of the map or of the doctor."""
    ask: dict[str, Callable[[], int]] = {
        "map": lambda: nodes(store, since),
        "doctor": lambda: sum(len(service.findings) for service in examine(store, since=since).services),
        "all": lambda: len(check_store(store, [], since).problems),
    }
    timed(name, ask.get(name, lambda: len(check_store(store, [name], since).problems)))


def nodes(store: Path, since: int | None) -> int:
    """How many services and topics the map has."""
    with open_flows(store) as flows:
        return len(flows.map(since).nodes)


def one_flow(store: Path, asked: str) -> None:
    """The flow and its problems, each three times: the first opens files."""
    with open_flows(store) as flows:
        for _ in range(3):
            timed("flow", lambda: len(flows.flow(asked).graph.processings))
            flow = flows.flow(asked)
            timed("its problems", lambda flow=flow: len(problems_of(flows, flow).problems))  # type: ignore[misc]


def timed(what: str, work: Callable[[], int]) -> None:
    """One line: the time that passed, the CPU time, the most memory so far, and what the work counted."""
    begin, cpu = time.perf_counter(), time.process_time()
    count = work()
    seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(ROW.format(what, f"{seconds:.2f}", f"{cpu:.2f}", f"{peak:.0f}", count), flush=True)


if __name__ == "__main__":
    main()
