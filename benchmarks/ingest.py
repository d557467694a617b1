"""How fast spans are acknowledged and stored, and what that costs, beside peers that were measured the same way.

    python benchmarks/ingest.py                       a million spans, in requests of 512 and of 8,192
    python benchmarks/ingest.py --load FILE           requests of a file (4 bytes of length, big endian, before each)

The sender is a process of its own on the same machine. `acknowledged`: the collector said yes, after the journal's
sync. `stored`: from the first request until a query counts all. CPU and memory are those of collector and writer
together, until they come to rest, merging included. Disk is what is allocated after a clean stop.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectors.framing import Framing
from tracer.store import Lake
from tracer.store.location import is_store

HERE = Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
ROW = "{:<34}{:>7}{:>16}{:>14}{:>12}{:>10}{:>12}{:>11}"
PEERS = """\
Jaeger, memory                        512 168,000-181,000       161,000+    9.7-10.0   2.7 GB           -          -
Jaeger, Badger                        512   10,100-11,400         9,900+     156-159   2.9 GB     859-860      2.4 s
Tempo                                 512   49,500-50,700  28,500-33,100       49-52   4.3 GB     182-236     0.16 s
                                    8,192   50,800-51,800  39,000-42,800       49-54   4.0 GB
otel-desktop-viewer                   512   10,300-10,500          9,700     108-114   0.9 GB     642-645  0.2-0.5 s
otel-tui (keeps 1,000 root spans)     512 336,000-347,000              -     4.5-4.6  0.15 GB           -          -
(peers: measured in 2026 on the same kind of machine, 2 cores, same span sizes; none of them has a span on disk when it
says yes. Jaeger 8498073ff, otel-desktop-viewer 6cc9555, Tempo ad33aa8faf, otel-tui 72b86d9)"""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests in a file: the largest of them and all, in spans."""

    file: Path
    batch: int
    spans: int


@dataclass(frozen=True, slots=True)
class Result:
    """What one run measured; seconds, bytes, spans."""

    load: Load
    acknowledged: float
    stored: float
    cpu: float
    memory: tuple[int, ...]
    disk: int
    restart: float
    sender_cpu: float


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spans", type=int, default=1_000_000, help="spans to send (%(default)s)")
    parser.add_argument("--batch", type=int, nargs="+", default=[512, 8_192], help="spans a request (512 8192)")
    parser.add_argument("--load", type=Path, nargs="+", help="files of requests to send instead of our own")
    parser.add_argument("--inflight", type=int, default=8, help="requests under way at once (%(default)s)")
    arguments = parser.parse_args()
    print(ROW.format("", "batch", "acknowledged/s", "stored/s", "CPU s/M", "memory", "bytes/span", "restart"))
    with tempfile.TemporaryDirectory() as scratch:
        if arguments.load:
            loads = [described(file) for file in arguments.load]
        else:
            loads = [own_load(Path(scratch), arguments.spans, batch) for batch in arguments.batch]
        for number, load in enumerate(loads):
            print_result(measure(load, Path(scratch, f"store-{number}"), arguments.inflight))
    print(PEERS)


def own_load(directory: Path, spans: int, batch: int) -> Load:
    """A file of our own: a fifth of the spans, five times with other ids."""
    file = directory / f"load-{batch}"
    copies = 5 if spans >= 100_000 else 1
    words = ["make", str(file), "--spans", str(spans // copies), "--batch", str(batch), "--copies", str(copies)]
    subprocess.run([sys.executable, HERE / "load.py", *words], check=True)
    return described(file)


def described(file: Path) -> Load:
    """The load with its spans counted."""
    framing, counts = Framing(), []
    with file.open("rb") as source:
        while head := source.read(4):
            counts.append(framing.count_spans(source.read(struct.unpack(">I", head)[0])))
    return Load(file, max(counts), sum(counts))


def measure(load: Load, store: Path, inflight: int) -> Result:
    """One run on an empty store."""
    with collecting(store) as (collector, address):
        begin = time.monotonic()
        words = ["send", str(load.file), "--grpc", address, "--inflight", str(inflight)]
        sender = subprocess.Popen([sys.executable, HERE / "load.py", *words], stdout=subprocess.PIPE, text=True)
        wait_until_stored(store, load.spans)
        stored_seconds = time.monotonic() - begin
        sent = json.loads(sender.communicate()[0])
        processes = at_rest(collector.pid)
        cpu, memory = sum(map(cpu_seconds, processes)), tuple(map(peak_memory, processes))
    disk = sum(file.stat().st_blocks * 512 for file in store.rglob("*"))
    begin = time.monotonic()
    with collecting(store):
        restart = time.monotonic() - begin
    rates = load.spans / sent["seconds"], load.spans / stored_seconds
    return Result(load, *rates, cpu, memory, disk, restart, sent["cpu_seconds"])


@contextmanager
def collecting(store: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A collector on free ports, and its gRPC address; stopped cleanly."""
    words = ["collect", "--store", str(store), "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    line = [sys.executable, "-m", "tracer.cli", *words]
    collector = subprocess.Popen(line, stderr=subprocess.PIPE, text=True, cwd=HERE.parent)
    assert collector.stderr is not None
    found = re.search(r"listening grpc=(\S+)", collector.stderr.readline())
    assert found, "the collector did not start"
    try:
        yield collector, found[1]
    finally:
        collector.send_signal(signal.SIGTERM)
        collector.communicate()
    assert collector.returncode == 0


def wait_until_stored(store: Path, spans: int) -> None:
    """Until a query counts all spans; counting reads no spans, so it costs little beside what is measured."""
    while not is_store(store):
        time.sleep(0.1)
    connection = Lake.open(store).connect()
    while (count := connection.execute("SELECT count(*) FROM lake.spans").fetchone()) is None or count[0] < spans:
        time.sleep(0.1)
    assert count[0] == spans, f"{count[0]} spans are there, {spans} were sent"
    connection.close()


def at_rest(collector: int) -> list[int]:
    """The collector and its writer, once they have used no CPU worth a mention for two seconds."""
    children = subprocess.run(["pgrep", "-P", str(collector)], capture_output=True, text=True, check=True)
    processes = [collector, *map(int, children.stdout.split())]
    used = -1.0
    while (now := sum(map(cpu_seconds, processes))) - used > 0.1:
        used = now
        time.sleep(2)
    return processes


def cpu_seconds(process: int) -> float:
    """User and system time of a process and of its children that ended."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def peak_memory(process: int) -> int:
    """The most memory that a process has had, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) * 1024 if found else 0


def print_result(result: Result) -> None:
    """One row, and what the sender took."""
    load = result.load
    million = load.spans / 1e6
    print(
        ROW.format(
            "event-tracer",
            f"{load.batch:,}",
            f"{result.acknowledged:,.0f}",
            f"{result.stored:,.0f}",
            f"{result.cpu / million:.1f}",
            f"{sum(result.memory) / 1e6:.0f} MB",
            f"{result.disk / load.spans:.1f}",
            f"{result.restart:.2f} s",
        ),
        flush=True,
    )
    receiver, *writer = (f"{peak / 1e6:.0f}" for peak in result.memory)
    sender = f"{result.sender_cpu / million:.1f} CPU s a million"
    print(
        f"  {load.spans:,} spans; the sender took {sender}; MB of receiver and writer: {receiver}, {', '.join(writer)}"
    )


if __name__ == "__main__":
    main()
