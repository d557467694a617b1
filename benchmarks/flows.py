"""How long the questions take that people ask of events, and what it costs to keep the answers ready.

    python benchmarks/flows.py                        a million spans
    python benchmarks/flows.py --spans 10000000       ten
    python benchmarks/flows.py --load FILE            requests of a file (4 bytes of length, big endian, before each)

The store is filled through a collector, as `benchmarks/ingest.py` does. Then one process that is kept open asks for
random ids that it has not asked for before, and checks that every answer is whole. `flows ready`: from the first
request until the events of the last span can be asked for.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
from ingest import HERE, Load, at_rest, collecting, cpu_seconds, described, own_load, peak_memory, wait_until_stored

from tracer.flows import EventFilter, open_flows
from tracer.flows.views import register_views
from tracer.store import Lake

FAN_OUT = 100_000
ROW = "{:<44}{:>12}{:>12}{:>12}"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=1_000_000, help="spans to send (%(default)s)")
    parser.add_argument("--load", type=Path, help="a file of requests to send instead of our own")
    parser.add_argument("--probes", type=int, default=50, help="how many ids are asked for (%(default)s)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        load = described(arguments.load) if arguments.load else own_load(Path(scratch), arguments.spans, 512)
        store = Path(scratch, "store")
        fill(load, store)
        print(ROW.format("\nanswers, ms, process kept open", "median", "p95", "rows"))
        ask_rows(store, arguments.probes)
        ask_flows(store, arguments.probes)
        fan_out(Path(scratch))


def fill(load: Load, store: Path) -> None:
    """Send the load to a collector and tell what that took."""
    with collecting(store) as (collector, address):
        begin = time.monotonic()
        words = ["send", str(load.file), "--grpc", address]
        sender = subprocess.Popen([sys.executable, HERE / "load.py", *words], stdout=subprocess.PIPE, text=True)
        wait_until_stored(store, load.spans)
        stored = time.monotonic() - begin
        acknowledged = json.loads(sender.communicate()[0])["seconds"]
        wait_until_ready(store)
        ready = time.monotonic() - begin
        processes = at_rest(collector.pid)
        cpu, memory = sum(map(cpu_seconds, processes)), sum(map(peak_memory, processes))
    disk = sum(file.stat().st_blocks * 512 for file in store.rglob("*"))
    rates = [f"{load.spans / seconds:,.0f}" for seconds in (acknowledged, stored, ready)]
    print(f"{load.spans:,} spans: {rates[0]} acknowledged/s, {rates[1]} stored/s, flows ready at {rates[2]} spans/s")
    print(
        f"CPU {cpu / load.spans * 1e6:.1f} s a million, peak memory {memory / 1e6:.0f} MB, "
        f"{disk / load.spans:.1f} bytes a span",
        flush=True,
    )


def wait_until_ready(store: Path) -> None:
    """Until the flows of all spans can be asked for."""
    with open_flows(store) as flows:
        while flows.waiting():
            time.sleep(0.1)


def ask_rows(store: Path, probes: int) -> None:
    """Single rows by SQL: the spans of a trace, an event by its coordinates."""
    connection = Lake.open(store).connect()
    register_views(connection)
    sample = f"(SELECT DISTINCT %s FROM %s) USING SAMPLE reservoir({probes} ROWS) REPEATABLE (7)"
    traces = _column(connection, f"SELECT trace_id FROM {sample % ('trace_id', 'spans')}")
    expected = dict(
        connection.execute(
            "SELECT trace_id, count(*) FROM spans WHERE trace_id IN (SELECT unnest($ids)) GROUP BY ALL", {"ids": traces}
        ).fetchall()
    )
    with_place = '(FROM events WHERE "offset" IS NOT NULL)'
    events = _column(connection, f"SELECT id FROM {sample % ('id', with_place)}")

    def trace(trace_id: str) -> int:
        rows = connection.execute("SELECT * FROM spans WHERE trace_id = $id", {"id": trace_id}).fetchall()
        assert len(rows) == expected[trace_id]
        return len(rows)

    def event(event_id: str) -> int:
        rows = connection.execute("SELECT * FROM events WHERE id = $id", {"id": event_id}).fetchall()
        assert len(rows) == 1
        return 1

    report("spans of a trace by its id", trace, traces)
    report("event by its coordinates", event, events)
    connection.close()


def ask_flows(store: Path, probes: int) -> None:
    """What commands and screens ask."""
    with open_flows(store) as flows:
        listed = flows.events(EventFilter(limit=100_000))
        chosen = random.Random(7).sample(listed, min(2 * probes, len(listed)))
        ids = [summary.event.id for summary in chosen[:probes]]
        traces = [summary.event.trace_id for summary in chosen[probes:] if summary.event.trace_id]
        keys = [summary.event.key for summary in chosen if summary.event.key]

        def flow(asked: str) -> int:
            graph = flows.flow(asked).graph
            assert graph.events
            return len(graph.events) + len(graph.processings)

        report("flow of an event, nodes", flow, ids)
        report("flow of a trace, nodes", flow, traces)
        report("newest 50 events", lambda _: len(flows.events(EventFilter())), range(10))
        report("events of a key", lambda key: len(flows.events(EventFilter(key=key))), keys[:probes])
        report("a filter that nothing matches", lambda n: len(flows.events(EventFilter(key=f"no-{n}"))), range(5))
        report("newest 50 dead-lettered", lambda _: len(flows.events(EventFilter(outcome="dead-lettered"))), range(5))


def fan_out(scratch: Path) -> None:
    """One flow of 100,000 spans in a store of its own: filled, opened, shown."""
    file, store = scratch / "fan-out", scratch / "fan-out-store"
    words = ["make", str(file), "--spans", str(FAN_OUT), "--fan-out"]
    subprocess.run([sys.executable, HERE / "load.py", *words], check=True)
    print()
    fill(described(file), store)
    with open_flows(store) as flows:
        first = min(flows.events(EventFilter(topic="orders-000")), key=lambda summary: summary.event.produced_at or 0)

    def opened(asked: str) -> int:
        with open_flows(store) as flows:
            flow = flows.flow(asked)
        return len(flow.graph.events) + len(flow.graph.processings) + flow.left_out

    print(ROW.format("\nanswers, ms, opened anew each time", "median", "p95", "rows"))
    report("fan-out of 100,000 spans, nodes", opened, [first.event.id] * 5)


def report(name: str, ask: Callable[[Any], int], probes: Sequence[Any]) -> None:
    """Ask once for each probe and print how long it took."""
    times, rows = [], []
    for probe in probes:
        begin = time.perf_counter()
        rows.append(ask(probe))
        times.append((time.perf_counter() - begin) * 1e3)
    p95 = sorted(times)[round(0.95 * (len(times) - 1))]
    print(
        ROW.format(name, f"{statistics.median(times):.1f}", f"{p95:.1f}", f"{statistics.median(rows):,.0f}"), flush=True
    )


def _column(connection: duckdb.DuckDBPyConnection, sql: str) -> list[str]:
    return [row[0] for row in connection.execute(sql).fetchall()]


if __name__ == "__main__":
    main()
