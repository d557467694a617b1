"""One run of the registration demo: start everything, let traffic flow, stop everything, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from demo.broker import start_broker
from demo.processes import Child, Children, wait_until
from demo.progress import Progress
from demo.registration import application, backlog, truth
from demo.workspace import Workspace
from tracer.errors import SurroundingsError

LISTENING = re.compile(r"^listening grpc=\S+ http=(\S+) store=", re.MULTILINE)
STALLED_S = 30.0


@dataclass(frozen=True, slots=True)
class Options:
    """How much traffic: `count` registrations at `rate` a second. `bootstrap_servers` None: the embedded broker.

    `healthy`: the first release of signup stays, and nothing breaks.
    """

    rate: float = 20.0
    count: int = 200
    seed: int = 1
    bootstrap_servers: str | None = None
    healthy: bool = False


def run(options: Options, workspace: Workspace, progress: Progress) -> None:
    """Run the application until every group has handled everything; spans are then in the store, the truth beside it.

    SurroundingsError, with everything stopped, when a process ends too early or the broker goes away.
    """
    # Services end before the collector and the broker that they need in order to end well.
    with (
        Children(workspace.logs) as platform,
        _broker(options, platform, progress) as (address, admin),
        Children(workspace.logs) as services,
    ):
        progress.stage("starting the collector and the services")
        collector, endpoint = _start_collector(platform, workspace)
        launch = _Launch(platform, services, workspace, options, address, endpoint)
        consumers = _start_consumers(launch)
        for signup, last in _releases(launch):
            _watch(launch, admin, signup, progress, last=last)
        progress.stage("stopping the services")
        _end(services, consumers, patience=20)
        progress.stage("writing the last spans")
        _end(platform, [collector], patience=60)
        headers = truth.read_headers(address, application.TOPICS, application.PARTITIONS)
        whole = truth.assemble(truth.read_accounts(workspace.truth), headers)
        workspace.truth_file.write_text(json.dumps(whole, indent=1))


@dataclass(frozen=True, slots=True)
class _Launch:
    """What it takes to start a service: instrumented from outside, told where broker and collector are."""

    platform: Children
    services: Children
    workspace: Workspace
    options: Options
    address: str
    endpoint: str

    def service(
        self, name: str, *, finite: bool = False, release: str = "1.0.0", first: int = 1, last: int = 0
    ) -> Child:
        """`release` is told as any deployment tells it; signup registers the users from `first` to `last`."""
        environment = _environment() | {
            "RELEASE": release,
            "OTEL_RESOURCE_ATTRIBUTES": f"service.version={release}",
            "FIRST": str(first),
            "BOOTSTRAP_SERVERS": self.address,
            "TRUTH_FILE": str(self.account(name)),
            "COUNT": str(last),
            "RATE": str(self.options.rate),
            "SEED": str(self.options.seed),
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_BSP_SCHEDULE_DELAY": "500",
        }
        wrapped = [sys.executable, "-m", "tracer.cli", "run", "--service", name, "--"]
        program = [sys.executable, str(application.script(name))]
        log = name if first == 1 else f"{name}-{release}"
        return self.services.start(log, [*wrapped, *program], environment, finite=finite)

    def account(self, name: str) -> Path:
        return self.workspace.truth / f"{name}.jsonl"

    def check(self) -> None:
        self.platform.check()
        self.services.check()


@contextmanager
def _broker(options: Options, children: Children, progress: Progress) -> Iterator[tuple[str, KafkaAdminClient]]:
    address = options.bootstrap_servers
    progress.stage("starting the broker" if address is None else f"asking the broker at {address}")
    embedded = start_broker(children) if address is None else None
    address = address or (embedded.bootstrap_servers if embedded else "")
    with ExitStack() as stack:
        try:
            admin = stack.enter_context(closing(backlog.connect(address)))
            stack.enter_context(application.topics(admin, address, keep=embedded is not None))
            yield address, admin
        except KafkaError as error:
            children.check()  # the broker's own end says more than the client's error
            raise SurroundingsError(f"the broker at {address} no longer answers", type(error).__name__) from error


def _start_collector(children: Children, workspace: Workspace) -> tuple[Child, str]:
    command = [sys.executable, "-m", "tracer.cli", "collect", "--store", str(workspace.store)]
    child = children.start("collector", [*command, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0"], _environment())
    wait_until(
        "the start of the collector", lambda: LISTENING.search(child.log.read_text()) is not None, 30, children.check
    )
    listening = LISTENING.search(child.log.read_text())
    assert listening is not None
    return child, f"http://{listening[1]}"


def _start_consumers(launch: _Launch) -> list[Child]:
    names = [consumer.service for consumer in application.CONSUMERS]
    services = [launch.service(name) for name in names]
    # Signup waits for them, else the first events would seem to wait long in queues that nobody reads yet.
    wait_until(
        "joining the consumer groups",
        lambda: all(launch.account(name).exists() for name in names),
        60,
        launch.check,
    )
    return services


def _releases(launch: _Launch) -> Iterator[tuple[Child, bool]]:
    """Signup, one release after the other, and whether it is the last: the second goes live half way through."""
    count = launch.options.count
    half = count if launch.options.healthy else count // 2
    yield launch.service("signup", finite=True, last=half), half == count
    if half < count:
        yield launch.service("signup", finite=True, release="2.0.0", first=half + 1, last=count), True


def _environment() -> dict[str, str]:
    # Whoever runs the demo may have set OTEL_* for something else, a sampler for instance.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    return inherited | {"PYTHONUNBUFFERED": "1"}


def _watch(launch: _Launch, admin: KafkaAdminClient, signup: Child, progress: Progress, *, last: bool) -> None:
    """Wait until signup has ended and, after the last release, every group has committed all there is, seen twice: ends
    may be told late.
    """
    before, moved = -1, time.monotonic()
    while True:
        launch.check()
        sent_all = signup.ended() is not None
        state = backlog.measure(admin)
        if sent_all and not last:
            return
        all_seen = sent_all and state.left == 0 and state.records["user-created"] >= launch.options.count
        if all_seen and state.done == before:
            return
        if state.done != before:
            before, moved = state.done, time.monotonic()
        elif time.monotonic() - moved > STALLED_S:
            raise _stalled(state, launch)
        sent, dead = state.records["user-created"], state.records["user-created.crm.dlq"]
        progress.update(
            f"{sent} of {launch.options.count} registrations, {state.done} deliveries handled, "
            f"{state.left} waiting, {dead} dead letters"
        )
        time.sleep(0.25)


def _stalled(state: backlog.Backlog, launch: _Launch) -> SurroundingsError:
    slowest = max(state.waiting, key=lambda consumer: state.waiting[consumer])
    return SurroundingsError(
        f"nothing moved for {STALLED_S:.0f} s: {slowest.group} has {state.waiting[slowest]} records to handle",
        f"see {launch.workspace.logs / slowest.service}.log",
    )


def _end(children: Children, asked: list[Child], patience: float) -> None:
    for child, status in zip(asked, children.stop(asked, patience), strict=True):
        if status != 0:
            raise SurroundingsError(f"{child.name} did not stop in order ({status})", f"see {child.log}")
