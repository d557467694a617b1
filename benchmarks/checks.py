"""How long each check takes on a store, with the ground that it stands on, and the map beside them.

    python benchmarks/checks.py STORE                    everything that the store holds
    python benchmarks/checks.py STORE --minutes 1        what is new: the last minute alone
    python benchmarks/checks.py STORE --flow ID          the problems of one flow, as `tracer show` tells them

`benchmarks/flows.py` tells how a store is filled. A check alone lays the ground that it
stands on; together they share it.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tracer.checks.registry import CHECKS
from tracer.checks.running import check_store, problems_of
from tracer.flows import open_flows

ROW = "{:<24}{:>10}{:>10}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("--minutes", type=float, help="report only what is not older, counted from the newest event")
    parser.add_argument("--flow", help="an event's id: time the problems of its flow instead")
    arguments = parser.parse_args()
    print(ROW.format("", "seconds", "found"))
    with open_flows(arguments.store) as flows:
        if arguments.flow:
            graph = flows.flow(arguments.flow).graph
            begin = time.perf_counter()
            report("problems of the flow", begin, len(problems_of(arguments.store, graph) or ()))
            return
        newest = max((each.produced_at or 0 for each in flows.graph().events), default=0)
        begin = time.perf_counter()
        report("map", begin, len(flows.map().nodes))
    since = None if arguments.minutes is None else newest - int(arguments.minutes * 60e9)
    for check in CHECKS:
        begin = time.perf_counter()
        report(check.name, begin, len(check_store(arguments.store, [check.name], since).problems))
    begin = time.perf_counter()
    report("all together", begin, len(check_store(arguments.store, since=since).problems))


def report(what: str, begin: float, found: int) -> None:
    """One line: seconds since `begin`, and what was found."""
    print(ROW.format(what, f"{time.perf_counter() - begin:.2f}", found), flush=True)


if __name__ == "__main__":
    main()
