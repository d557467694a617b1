"""What instrumentation costs a message: bare client, official instrumentation, ours, ours with hashes, in one run.

    python benchmarks/instrumentation.py [--messages N] [--rounds N] [--bootstrap HOST:PORT] [--profile produce|consume]

Without --bootstrap it starts the embedded broker. Each round takes the variants in turn on the same topic, so that the
machine's other work falls on all of them. The figures are medians over rounds, wall time and CPU time of all threads,
of the whole divided by the messages: produce is `send` and one `flush` at the end, consume is iterating from the
beginning. Spans go to a batch processor whose exporter throws them away.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from opentelemetry.instrumentation.kafka import KafkaInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

import tracer
from demo.broker import embedded_broker

TOPIC = "benchmark"
PAYLOAD = b'{"user": 17, "plan": "pro", "mail": "someone@example.org"}'


class Discard(SpanExporter):
    """An exporter that counts and forgets."""

    def __init__(self) -> None:
        self.count = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.count += len(spans)
        return SpanExportResult.SUCCESS


def main() -> None:
    """Runs the rounds and prints one table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--bootstrap")
    parser.add_argument("--profile", choices=("produce", "consume"))
    arguments = parser.parse_args()
    with contextlib.ExitStack() as stack:
        address = arguments.bootstrap or stack.enter_context(embedded_broker()).bootstrap_servers
        exporter = Discard()
        provider = TracerProvider()
        # Large enough that no span is dropped: what is dropped costs nothing and would flatter.
        provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=4 * arguments.messages))
        variants: dict[str, Callable[[], contextlib.AbstractContextManager[None]]] = {
            "bare": contextlib.nullcontext,
            "official": lambda: official(provider),
            "ours": lambda: ours(provider),
            "with hash": lambda: ours(provider, payload_hash=True),
        }
        if arguments.profile:
            profile(arguments.profile, variants["ours"], address, arguments.messages)
            return
        figures: dict[tuple[str, str, str], list[float]] = {}
        for _ in range(arguments.rounds):
            for name, variant in variants.items():
                with variant():
                    for work, measure in (("produce", produce), ("consume", consume)):
                        wall, cpu = measure(address, arguments.messages)
                        figures.setdefault((work, "wall", name), []).append(wall)
                        figures.setdefault((work, "cpu", name), []).append(cpu)
                provider.force_flush()
        print(f"{'microseconds a message':24}" + "".join(f"{name:>10}" for name in variants))
        for work in ("produce", "consume"):
            for clock in ("wall", "cpu"):
                row = "".join(f"{statistics.median(figures[work, clock, name]):10.1f}" for name in variants)
                print(f"{work + ', ' + clock:24}{row}")
        print(f"spans exported: {exporter.count}")


def produce(address: str, messages: int) -> tuple[float, float]:
    """Sends the messages to one partition; returns microseconds a message, wall and CPU."""
    producer = KafkaProducer(bootstrap_servers=address)
    producer.send(TOPIC, PAYLOAD, key=b"warm", partition=0).get(10)
    start, cpu = time.perf_counter(), time.process_time()
    for number in range(messages):
        producer.send(TOPIC, PAYLOAD, key=b"user-%d" % number, partition=0)
    producer.flush()
    taken, cpu = time.perf_counter() - start, time.process_time() - cpu
    producer.close()
    return taken / messages * 1e6, cpu / messages * 1e6


def consume(address: str, messages: int) -> tuple[float, float]:
    """Iterates over that many messages from the beginning of the partition; returns microseconds a message."""
    consumer = KafkaConsumer(bootstrap_servers=address, group_id=None, consumer_timeout_ms=10_000)
    partition = TopicPartition(TOPIC, 0)
    consumer.assign([partition])
    consumer.seek(partition, 0)
    next(consumer)
    start, cpu = time.perf_counter(), time.process_time()
    for record in consumer:
        if record.offset == messages - 1:
            break
    taken, cpu = time.perf_counter() - start, time.process_time() - cpu
    consumer.close()
    return taken / (messages - 1) * 1e6, cpu / (messages - 1) * 1e6


@contextlib.contextmanager
def official(provider: TracerProvider) -> Iterator[None]:
    """The official instrumentation alone."""
    KafkaInstrumentor().instrument(tracer_provider=provider)
    try:
        yield
    finally:
        KafkaInstrumentor().uninstrument()


@contextlib.contextmanager
def ours(provider: TracerProvider, *, payload_hash: bool = False) -> Iterator[None]:
    """Ours, which brings the official send wrapper."""
    tracer.instrument(tracer_provider=provider, payload_hash=payload_hash)
    try:
        yield
    finally:
        tracer.uninstrument()


def profile(
    work: str, variant: Callable[[], contextlib.AbstractContextManager[None]], address: str, messages: int
) -> None:
    """Prints where the time of one round of ours goes."""
    produce(address, messages)
    with variant():
        profiler = cProfile.Profile()
        profiler.enable()
        (produce if work == "produce" else consume)(address, messages)
        profiler.disable()
    pstats.Stats(profiler, stream=sys.stdout).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
