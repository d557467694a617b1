"""What a simulated event system is made of, and how one is drawn at random.

A drawn system is small, but anything of it may be there: several instances and threads of a service, hosts whose clocks
are seconds apart, batches, retries in place, by retry topic or straight to dead letters, crashes, fan-out, fan-in,
sampling, a second cluster.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.flows.simulation.styles import Style

MS = 1_000_000
SECOND = 1_000 * MS

BROKERS = ("kafka", "rabbitmq", "sqs", "celery")
QUEUES = ("sqs", "celery")
"""Brokers where one service alone reads each topic: a message is for one reader."""

Policy = Literal["skip", "seek", "retry-topic", "dead-letter"]
"""What a consumer does with a message that failed: go on; read it again; send it on to be retried; give it up."""

Commit = Literal["before", "each", "after"]
"""When a consumer commits: before it handles what it polled (a crash loses it then), after each message, after all."""


@dataclass(frozen=True)
class Topic:
    """A topic. Where two clusters are there, each topic is in one."""

    name: str
    partitions: int
    cluster: str | None = None


@dataclass(frozen=True)
class Output:
    """A handler sends `copies` messages to a topic for each message that it handles; one for each `every`-th."""

    topic: Topic
    copies: int = 1
    every: int = 1


@dataclass(frozen=True)
class Failing:
    """Which messages a consumer fails on: a share of the keys always, a share of the attempts at any; and what then."""

    poisoned: float
    now_and_then: float
    policy: Policy
    attempts: int
    retry: Topic
    dead: Topic
    copies_headers: bool


@dataclass(frozen=True)
class Faults:
    """What is wrong with a service on purpose, beside crashes and the like.

    Of a sender: a share of its messages stands on the topic twice (`resent`, with one message id) or is sent anew with
    the same key and payload (`repeated`); a share has one key (`hot`); headers lack its context (`mute`).
    Of a consumer: it reads no further than so many messages of a partition (`until`: topic, partition, how many), takes
    longer by so many ns after so many attempts (`slows`), or fails between two times after the begin (`outage`, ns).
    """

    resent: float = 0.0
    repeated: float = 0.0
    hot: float = 0.0
    mute: bool = False
    until: tuple[tuple[str, int, int], ...] = ()
    slows: tuple[int, int] | None = None
    outage: tuple[int, int] | None = None


@dataclass(frozen=True)
class Service:
    """A program with the instrumentation `style`; without `inputs` it takes requests. `skews`: of each instance, ns."""

    name: str
    style: str
    skews: tuple[int, ...]
    inputs: tuple[Topic, ...] = ()
    group: str = ""
    outputs: tuple[Output, ...] = ()
    batch: int = 1
    threads: int = 1
    commit: Commit = "after"
    failing: Failing | None = None
    crashes: float = 0.0
    redelivered: float = 0.0
    skipped: float = 0.0
    faults: Faults = Faults()


@dataclass(frozen=True)
class Sampling:
    """`ratio` of the traces are kept; a service that does not respect its caller's decision decides by itself."""

    ratio: float
    respected: bool


@dataclass(frozen=True)
class System:
    """A whole system, how many requests its entry services take, `apart` ms at most, and the seed of what happens."""

    services: tuple[Service, ...]
    requests: int
    sampling: Sampling
    seed: int
    apart: int = 60


def draw_system(random: Random, styles: Mapping[str, Style], prefix: str = "") -> System:
    """A system of 2 to 6 services of these styles, with one kind of broker. `prefix` makes its names its own.

    Draws nothing but small integers, so that a Random of Hypothesis shrinks it to what matters.
    """
    brokers = sorted({style.system for style in styles.values()}, key=BROKERS.index)
    broker = brokers[max(0, random.randint(0, len(brokers) + 4) - 5)]
    names = [name for name, style in styles.items() if style.system == broker]
    topics = _topics(random, prefix, broker)
    services = [_entry(random, f"{prefix}api", topics[0], names)]
    for n in range(random.randint(1, len(topics) if broker in QUEUES else 4)):
        heard = topics[n:] if broker in QUEUES else topics
        services.append(_consumer(random, f"{prefix}svc{n}", topics, heard, names))
    watched = [service.failing for service in services if service.failing]
    if watched and _one_in(random, 2):
        letters = watched[random.randint(0, len(watched) - 1)].dead
        name = f"{prefix}watch"
        services.append(Service(name, _style(random, names), _skews(random), (letters,), group=name))
    sampled = _one_in(random, 3)
    return System(
        services=tuple(services),
        requests=random.randint(1, 12),
        sampling=Sampling((0.01, 0.1, 0.5, 0.9)[random.randint(0, 3)] if sampled else 1.0, not _one_in(random, 3)),
        seed=random.randint(0, 2**30),
    )


def _one_in(random: Random, n: int) -> bool:
    return random.randint(0, n - 1) == n - 1


def _topics(random: Random, prefix: str, broker: str) -> list[Topic]:
    names = [f"{prefix}{name}" for name in ("orders", "bills", "mails")[: random.randint(1, 3)]]
    if broker != "kafka":
        return [Topic(name, 1) for name in names]
    clusters = ("c-one", "c-two" if _one_in(random, 6) else "c-one")
    return [Topic(name, random.randint(1, 3), clusters[random.randint(0, 1)]) for name in names]


def _entry(random: Random, name: str, topic: Topic, styles: Sequence[str]) -> Service:
    copies = (1, 1, 2, 3)[random.randint(0, 3)]
    return Service(
        name, _style(random, styles), _skews(random), outputs=(Output(topic, copies),), threads=random.randint(1, 2)
    )


def _consumer(random: Random, name: str, topics: list[Topic], heard: list[Topic], styles: Sequence[str]) -> Service:
    """A service that reads one or two of the topics that it has `heard` of: the first alone if that is a queue."""
    queue = heard is not topics
    first = 0 if queue else random.randint(0, len(heard) - 1)
    both = not queue and first + 1 < len(topics) and _one_in(random, 4)
    inputs = tuple(heard[first : first + 2] if both else heard[first : first + 1])
    outputs = []
    if topics.index(inputs[-1]) + 1 < len(topics) and not _one_in(random, 4):
        kind = random.randint(0, 5)
        outputs.append(Output(topics[-1], copies=3 if kind == 4 else 1, every=3 if kind == 5 else 1))
    return Service(
        name,
        _style(random, styles),
        _skews(random),
        inputs,
        group=f"{name}-group" if _one_in(random, 2) else name,
        outputs=tuple(outputs),
        batch=(1, 2, 5, 10)[random.randint(0, 3)],
        threads=3 if _one_in(random, 5) else 1,
        commit=("after", "each", "before")[random.randint(0, 2)],
        failing=_failing(random, name, inputs[0]) if _one_in(random, 2) else None,
        crashes=0.1 if _one_in(random, 4) else 0.0,
        redelivered=0.2 if _one_in(random, 6) else 0.0,
    )


def _failing(random: Random, name: str, topic: Topic) -> Failing:
    retry = ("{}.retry", "{}-retry-0", "{}.{}.retry")[random.randint(0, 2)]
    dead = ("{}.dlq", "{}-dlt", "{}.{}.dead-letter")[random.randint(0, 2)]
    return Failing(
        poisoned=(0.0, 0.3)[random.randint(0, 1)],
        now_and_then=0.2,
        policy=("skip", "seek", "retry-topic", "dead-letter")[random.randint(0, 3)],
        attempts=random.randint(1, 3),
        retry=Topic(retry.format(topic.name, name), 1, topic.cluster),
        dead=Topic(dead.format(topic.name, name), 1, topic.cluster),
        copies_headers=not _one_in(random, 3),
    )


def _skews(random: Random) -> tuple[int, ...]:
    apart = (0, 0, 5 * MS, 3 * SECOND)[random.randint(0, 3)]
    return tuple(random.randint(-1, 1) * apart for _ in range(random.randint(1, 2)))


def _style(random: Random, styles: Sequence[str]) -> str:
    return styles[random.randint(0, len(styles) - 1)]
