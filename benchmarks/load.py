"""Load for measuring: Kafka event flows over twelve services as OTLP requests, made once, sent as raw bytes.

A flow is an HTTP request, a database call and a `send`; each consumer group of the topic handles the event in a
`process` span with one to three database calls inside, half of them in a trace of their own with a link; one of them
sends a second event. 11 attributes and about 460 bytes a span, some 28 spans a flow, 2 % failures.

    python benchmarks/load.py make FILE --spans 200000 --copies 5 --batch 512
    python benchmarks/load.py make FILE --spans 2000000 --copies 5 --hours 10 --faults 0.0001
    python benchmarks/load.py make FILE --spans 100000 --fan-out
    python benchmarks/load.py send FILE --grpc HOST:PORT

A file has 4 bytes of length, big endian, before each request; copies have other ids and other topics. All is made
before, so that sending costs little beside what is measured on the same cores. With `--fan-out` the whole file is one
flow: an event whose handler sends thousands of events, each handled once, in a trace of its own, with one query.
With `--faults` that share of the deliveries is lost or comes twice, one as often as the other.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import struct
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

EPOCH_NS = 1_790_000_000_000_000_000
MS = 1_000_000
HOUR_NS = 3_600 * 10**9
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
MARK = b"\xc3\x3c\x96"  # begins every trace id; the byte behind it is the number of the copy
TOPICS = ("orders", "payments", "user-created", "email-sent", "stock-moved", "page-viewed")
SERVICES = (
    *("api", "orders", "payments", "email", "analytics", "provisioning"),
    *("crm", "audit", "stock", "search", "ledger", "notify"),
)
RESOURCE = {
    "service.version": "1.4.2",
    "host.name": "node-6",
    "deployment.environment.name": "production",
    "telemetry.sdk.language": "python",
    "telemetry.sdk.name": "opentelemetry",
}
SERVER, CLIENT, PRODUCER, CONSUMER = 2, 3, 4, 5
Value = str | int


@dataclass(frozen=True, slots=True)
class Span:
    """One span of the load, before it is OTLP."""

    service: str
    trace: bytes
    id: bytes
    parent: bytes
    name: str
    kind: int
    start: int
    end: int
    attributes: dict[str, Value]
    link: tuple[bytes, bytes] | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event that was sent: its record as attributes, and the send span that its handlers follow."""

    topic: str
    key: str
    record: dict[str, Value]
    trace: bytes
    span: bytes
    at: int


@dataclass
class Flows:
    """A random but repeatable stream of flows."""

    seed: int
    faults: float = 0.0
    offsets: Counter[tuple[str, int]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def trace_id(self) -> bytes:
        """A new trace id of copy 0."""
        return MARK + b"\0" + self.random.randbytes(12)

    def span_id(self) -> bytes:
        """A new span id."""
        return self.random.randbytes(8)

    def flow(self, start: int) -> Iterator[Span]:
        """One flow that begins at `start`."""
        user, trace, root = f"user-{self.random.randrange(200_000)}", self.trace_id(), self.span_id()
        attributes: dict[str, Value] = {
            "http.request.method": "POST",
            "url.path": "/things",
            "url.scheme": "https",
            "http.route": "/things",
            "http.response.status_code": 202,
            "server.address": "shop.example",
            "server.port": 443,
            "client.address": f"10.0.{self.random.randrange(256)}.{self.random.randrange(256)}",
            "user.id": user,
            "network.protocol.version": "1.1",
            "user_agent.original": "Mozilla/5.0 (X11; Linux x86_64)",
        }
        yield Span("api", trace, root, b"", "POST /things", SERVER, start, start + self._ms(5, 60), attributes)
        yield self._query("api", trace, root, start + MS, user)
        yield from self._event("api", (trace, root), start + 3 * MS, user, forwarded=True)

    def fan_out(self, start: int, spans: int) -> Iterator[Span]:
        """One flow of `spans` spans or a little less: every event behind the first is handled once."""
        trace, key = self.trace_id(), "everybody"
        asked = self._sent("api", (trace, b""), start, TOPICS[0], key)
        split = self.span_id()
        yield asked[0]
        yield self._handled("splitter", asked[1], (trace, split), (start + 5 * MS, start + 60_000 * MS))
        for number in range((spans - 2) // 3):
            at = start + 10 * MS + number * MS // 2
            sending, event = self._sent("splitter", (trace, split), at, TOPICS[3], f"user-{number}")
            handling, own = self.trace_id(), self.span_id()
            yield sending
            yield self._handled("email", event, (handling, own), (at + 3 * MS, at + 9 * MS))
            yield self._query("email", handling, own, at + 4 * MS, event.key)

    def _sent(self, service: str, parent: tuple[bytes, bytes], at: int, topic: str, key: str) -> tuple[Span, Event]:
        record = self._record(topic, key)
        event = Event(topic, key, record, parent[0], self.span_id(), at)
        producing: dict[str, Value] = {
            "messaging.operation.name": "send",
            "messaging.operation.type": "send",
            "messaging.client.id": f"{service}-producer",
            "messaging.message.body.size": self.random.randrange(80, 2_000),
        }
        end, attributes = at + self._ms(1, 6), record | producing
        return Span(service, event.trace, event.span, parent[1], f"send {topic}", PRODUCER, at, end, attributes), event

    def _record(self, topic: str, key: str) -> dict[str, Value]:
        partition = sum(key.encode()) % 12
        self.offsets[topic, partition] += 1
        return {
            "messaging.system": "kafka",
            "messaging.destination.name": f"{topic}-000",
            "messaging.destination.partition.id": str(partition),
            "messaging.kafka.offset": self.offsets[topic, partition] - 1,
            "messaging.kafka.message.key": key,
            "server.address": "kafka-1.internal",
            "server.port": 9092,
        }

    def _handled(self, group: str, event: Event, own: tuple[bytes, bytes], times: tuple[int, int]) -> Span:
        parent = event.span if own[0] == event.trace else b""
        error = self.random.choice(("KeyError", "TimeoutError")) if self.random.random() < 0.02 else None
        consuming: dict[str, Value] = {
            "messaging.operation.name": "process",
            "messaging.operation.type": "process",
            "messaging.consumer.group.name": group,
            "messaging.client.id": f"{group}-{self.random.randrange(3)}",
        }
        name, link = f"process {event.topic}", (event.trace, event.span)
        return Span(group, *own, parent, name, CONSUMER, *times, event.record | consuming, link, error)

    def _event(
        self, service: str, parent: tuple[bytes, bytes], at: int, key: str, *, forwarded: bool
    ) -> Iterator[Span]:
        number = self.random.randrange(len(TOPICS))
        groups = [SERVICES[(2 * number + i) % len(SERVICES)] for i in range(3 + number % 3)]
        sending, event = self._sent(service, parent, at, TOPICS[number], key)
        yield sending
        forward = self.random.choice(groups) if forwarded else None
        for group in groups:
            for again in range(self._deliveries()):
                yield from self._process(group, event, forwards=group == forward and not again)

    def _deliveries(self) -> int:
        if self.faults and self.random.random() < self.faults:
            return self.random.choice((0, 2))
        return 1

    def _process(self, group: str, event: Event, *, forwards: bool) -> Iterator[Span]:
        alone, begin = self.random.random() < 0.5, event.at + self._ms(2, 400)
        trace = self.trace_id() if alone else event.trace
        own, end = self.span_id(), begin + self._ms(3, 80)
        yield self._handled(group, event, (trace, own), (begin, end))
        for index in range(self.random.randrange(1, 4)):
            yield self._query(group, trace, own, begin + index * MS, event.key)
        if forwards:
            yield from self._event(group, (trace, own), end, event.key, forwarded=False)

    def _query(self, service: str, trace: bytes, parent: bytes, at: int, user: str) -> Span:
        attributes: dict[str, Value] = {
            "db.system.name": "postgresql",
            "db.namespace": "shop",
            "db.operation.name": "SELECT",
            "db.collection.name": "things",
            "db.query.text": "SELECT id, name FROM things WHERE owner = $1",
            "db.response.returned_rows": self.random.randrange(20),
            "server.address": "db-1.internal",
            "server.port": 5432,
            "network.peer.address": "10.1.0.7",
            "user.id": user,
            "thread.id": self.random.randrange(64),
        }
        end = at + self._ms(1, 9)
        return Span(service, trace, self.span_id(), parent, "SELECT things", CLIENT, at, end, attributes)

    def _ms(self, low: int, high: int) -> int:
        return self.random.randrange(low, high) * MS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a file is to hold: `spans` over `hours` of event time, in requests of `batch`, `copies` times."""

    spans: int
    batch: int
    copies: int
    hours: int = 1
    faults: float = 0.0
    fan_out: bool = False


def make(file: Path, wanted: Wanted) -> None:
    """Write a file, hour by hour."""
    flows, spans = Flows(seed=1, faults=wanted.faults), wanted.spans // wanted.hours
    with file.open("wb") as out:
        for hour in range(wanted.hours):
            begin = EPOCH_NS + hour * HOUR_NS
            stream = flows.fan_out(begin, spans) if wanted.fan_out else _an_hour(flows, begin, spans)
            bodies = [serialized(some) for some in _batches(stream, wanted.batch)]
            for copy in range(wanted.copies):
                mark, topic = MARK + bytes([copy]), b"-%03d" % copy
                for original in bodies:
                    body = original.replace(MARK + b"\0", mark).replace(b"-000", topic)
                    out.write(struct.pack(">I", len(body)) + body)


def _an_hour(flows: Flows, begin: int, spans: int) -> Iterator[Span]:
    made = 0
    while made < spans:
        for span in islice(flows.flow(begin + HOUR_NS * made // spans), spans - made):
            made += 1
            yield span


def _batches(stream: Iterator[Span], batch: int) -> Iterator[list[Span]]:
    while some := list(islice(stream, batch)):
        yield some


def serialized(spans: list[Span]) -> bytes:
    """One `ExportTraceServiceRequest`."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request, by_service = ExportTraceServiceRequest(), defaultdict(list)
    for span in spans:
        by_service[span.service].append(span)
    for service, of_service in by_service.items():
        resource_spans = request.resource_spans.add()
        of_resource = {"service.name": service, "service.instance.id": f"{service}-0", **RESOURCE}
        for key, value in of_resource.items():
            resource_spans.resource.attributes.add(key=key).value.string_value = value
        scope = resource_spans.scope_spans.add()
        scope.scope.name, scope.scope.version = "load", "1"
        for span in of_service:
            _fill(scope.spans.add(), span)
    body: bytes = request.SerializeToString()
    return body


def _fill(message, span: Span) -> None:  # type: ignore[no-untyped-def]
    message.trace_id, message.span_id, message.parent_span_id = span.trace, span.id, span.parent
    message.name, message.kind = span.name, span.kind
    message.start_time_unix_nano, message.end_time_unix_nano = span.start, span.end
    message.flags = 0x301 if span.kind == CONSUMER and span.parent else 0x101
    for key, value in span.attributes.items():
        any_value = message.attributes.add(key=key).value
        if isinstance(value, int):
            any_value.int_value = value
        else:
            any_value.string_value = value
    if span.link:
        message.links.add(trace_id=span.link[0], span_id=span.link[1])
    if span.error:
        message.status.code, message.status.message = 2, "handler failed"
        event = message.events.add(time_unix_nano=span.end, name="exception")
        event.attributes.add(key="exception.type").value.string_value = span.error


def requests(file: Path) -> Iterator[bytes]:
    """The requests of `file`."""
    with file.open("rb") as source:
        while head := source.read(4):
            yield source.read(struct.unpack(">I", head)[0])


def send(file: Path, address: str, inflight: int) -> dict[str, float]:
    """Send everything, `inflight` requests at a time; requests acknowledged, seconds, CPU seconds of this process."""
    import grpc

    source, lock = requests(file), threading.Lock()
    done: Counter[str] = Counter()
    options = [("grpc.max_send_message_length", 1 << 28), ("grpc.use_local_subchannel_pool", 1)]

    def work() -> None:
        with grpc.insecure_channel(address, options=options) as channel:
            call = channel.unary_unary(EXPORT)
            while True:
                with lock:
                    body = next(source, None)
                if body is None:
                    return
                while True:
                    try:
                        call(body, timeout=60)
                        break
                    except grpc.RpcError as error:
                        if error.code() is not grpc.StatusCode.UNAVAILABLE:
                            raise
                        done["retries"] += 1
                        time.sleep(0.1)
                with lock:
                    done["requests"] += 1

    threads = [threading.Thread(target=work) for _ in range(inflight)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - begin
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {**done, "seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, dest="command")
    making = commands.add_parser("make")
    making.add_argument("file", type=Path)
    making.add_argument("--spans", type=int, default=200_000)
    making.add_argument("--batch", type=int, default=512)
    making.add_argument("--copies", type=int, default=1)
    making.add_argument("--hours", type=int, default=1, help="of event time over which they are spread (%(default)s)")
    making.add_argument("--faults", type=float, default=0.0, help="share of deliveries lost or doubled (%(default)s)")
    making.add_argument("--fan-out", action="store_true", help="one flow")
    sending = commands.add_parser("send")
    sending.add_argument("file", type=Path)
    sending.add_argument("--grpc", required=True)
    sending.add_argument("--inflight", type=int, default=8)
    arguments = parser.parse_args()
    if arguments.command == "make":
        words = {name: value for name, value in vars(arguments).items() if name not in {"command", "file"}}
        make(arguments.file, Wanted(**words))
    else:
        print(json.dumps(send(arguments.file, arguments.grpc, arguments.inflight)))


if __name__ == "__main__":
    main()
