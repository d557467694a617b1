"""The logical event loop: what truly happens in a simulated system. It knows nothing of spans.

Partitions are lists, groups have positions on them, the instances of a service poll in turn, handle what they got,
send, fail, retry, crash and come back. Times are true nanoseconds; a host's clock is off by its skew in what it tells.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random

from tests.flows.simulation.system import MS, SECOND, Failing, Output, Service, System, Topic

BEGAN = 1_790_000_000 * SECOND


@dataclass(eq=False)
class Process:
    """One life of an instance: after a crash another begins. The spans of the last `unsent` before it died are lost."""

    service: Service
    number: int
    died: int | None = None
    unsent: int = 0

    @property
    def instance(self) -> str:
        return f"{self.service.name}-{self.number}"

    @property
    def skew(self) -> int:
        return self.service.skews[self.number]


@dataclass(eq=False)
class Message:
    """One message. `offset` is None until the broker has it. `causes`: the attempts that led to it; the last sent it.

    `copied`: the message whose headers it carries on. `resent`, `repeats`: the message that it is once more, with its
    id or with its payload only. `tries`: how often its content was handled before, in this topic
    or another. `thread` is the one of its sender.
    """

    topic: Topic
    partition: int
    key: str
    sender: Process
    sent: int
    acknowledged: int
    kind: str = "caused"
    causes: tuple[Attempt, ...] = ()
    copied: Message | None = None
    resent: Message | None = None
    repeats: Message | None = None
    tries: int = 0
    thread: int = 1
    offset: int | None = None

    @property
    def first(self) -> Message:
        """What it was before anybody sent it on to be retried or as a dead letter."""
        return self if self.kind == "caused" else self.causes[0].message.first

    @property
    def message_id(self) -> str:
        """An id that no other message has, unless it is sent once more."""
        return self.resent.message_id if self.resent else f"id-of-{self.topic.name}-{self.partition}-{self.offset}"

    @property
    def payload(self) -> str:
        """What it says: as a rule nothing that another says."""
        return f"payload-of-{(self.repeats or self).message_id}"

    @property
    def id(self) -> str:
        """Its coordinates in its own cluster."""
        return f"kafka://{self.topic.name}/{self.partition}/{self.offset}"


@dataclass(eq=False)
class Attempt:
    """One attempt of a group at a message. `ended` is None where the process died in it."""

    message: Message
    process: Process
    number: int
    thread: int
    began: int
    ended: int | None = None
    outcome: str = "unknown"
    sends: list[Message] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Event, group and number."""
        return f"{self.message.id}#{self.process.service.group}@{self.number}"

    @property
    def failed(self) -> bool:
        return self.outcome in ("error", "retried", "dead-lettered")


@dataclass(eq=False)
class Poll:
    """What one instance got in one call, and what it handled of it: None for what it never came to.

    `next` is when it calls again.
    """

    process: Process
    began: int
    ended: int
    messages: list[Message]
    attempts: list[Attempt | None] = field(default_factory=list)
    next: int = 0


@dataclass(eq=False)
class Request:
    """A request from outside, and what its handler sent."""

    process: Process
    thread: int
    began: int
    ended: int
    sends: list[Message]


@dataclass
class Run:
    """Everything that happened, in the order in which it began."""

    system: System
    happened: list[Request | Poll]
    messages: list[Message]
    attempts: list[Attempt]

    def steps(self) -> Iterator[tuple[Message, Attempt, str] | tuple[Attempt, Message, str]]:
        """Every causal step: from, to, kind."""
        for attempt in self.attempts:
            yield attempt.message, attempt, "delivered"
        for message in self.messages:
            for cause in message.causes:
                yield cause, message, message.kind


class _Loop:
    def __init__(self, system: System) -> None:
        self.random = Random(system.seed)
        self.result = Run(system, [], [], [])
        self._due: list[tuple[int, int, Callable[[int], None]]] = []
        self._order = count()
        self.log: dict[tuple[str, int], list[Message]] = defaultdict(list)
        self.attempts: dict[tuple[Message, str], int] = defaultdict(int)
        self._consumers = [
            _Consumer(self, service, number)
            for service in system.services
            if service.inputs
            for number in range(len(service.skews))
        ]

    def run(self) -> Run:
        for service in self.result.system.services:
            if not service.inputs:
                self._requests(service)
        for consumer in self._consumers:
            consumer.wake(BEGAN)
        while self._due:
            at, _, happens = heapq.heappop(self._due)
            happens(at)
        self.result.happened.sort(key=lambda happened: happened.began)
        return self.result

    def later(self, at: int, happens: Callable[[int], None]) -> None:
        heapq.heappush(self._due, (at, next(self._order), happens))

    def send(self, message: Message) -> Message:
        """The broker has the message when it is acknowledged, and tells who waits for it."""
        self.result.messages.append(message)
        self.later(message.acknowledged - MS // 2, lambda at: self._append(message, at))
        return message

    def _append(self, message: Message, at: int) -> None:
        log = self.log[message.topic.name, message.partition]
        message.offset = 40 + len(log)
        log.append(message)
        for consumer in self._consumers:
            consumer.wake(at)

    def _requests(self, service: Service) -> None:
        processes = [Process(service, number) for number in range(len(service.skews))]
        at = BEGAN
        for n in range(self.result.system.requests):
            at += self.random.randint(1, self.result.system.apart) * MS
            process = self.random.choice(processes)
            request = Request(process, n % service.threads + 1, at, at, [])
            cursor = at + self.random.randint(1, 5) * MS
            for output in service.outputs:
                for _ in range(output.copies):
                    sent = self.message(output.topic, self._key(service), process, cursor)
                    for each in (sent, *self._once_more(sent)):
                        each.thread = request.thread
                        request.sends.append(self.send(each))
                        cursor = each.acknowledged + MS
            request.ended = cursor + MS
            self.result.happened.append(request)

    def chance(self, share: float) -> bool:
        """Whether something that happens so often happens now; what never happens is not drawn."""
        return share > 0 and self.random.random() < share

    def _key(self, service: Service) -> str:
        return "k0" if self.chance(service.faults.hot) else f"k{self.random.randint(0, 5)}"

    def _once_more(self, message: Message) -> Iterator[Message]:
        """The messages that are sent again by mistake."""
        faults = message.sender.service.faults
        resent, repeated = self.chance(faults.resent), self.chance(faults.repeated)
        if resent or repeated:
            again = self.message(message.topic, message.key, message.sender, message.acknowledged + MS)
            again.resent, again.repeats = message if resent else None, message
            yield again

    def message(self, topic: Topic, key: str, process: Process, at: int) -> Message:
        return Message(topic, int(key[1:]) % topic.partitions, key, process, at, at + self.random.randint(2, 6) * MS)


class _Consumer:
    """One instance of a consuming service. Partition p belongs to the instance p modulo their number."""

    def __init__(self, loop: _Loop, service: Service, number: int) -> None:
        self.loop, self.service = loop, service
        self.process = Process(service, number)
        self.position: dict[tuple[str, int], int] = defaultdict(int)
        self._busy = False
        self._gathered: list[Attempt] = []
        failing = service.failing
        again = (failing.retry,) if failing and failing.policy == "retry-topic" else ()
        self._partitions = [
            (topic.name, partition)
            for topic in (*service.inputs, *again)
            for partition in range(topic.partitions)
            if partition % len(service.skews) == number
        ]

    def wake(self, at: int) -> None:
        if not self._busy and any(self._fresh(where) for where in self._partitions):
            self._busy = True
            self.loop.later(at + self.loop.random.randint(1, 10) * MS, self._poll)

    def _rest(self, at: int) -> None:
        self._busy = False
        self.wake(at)

    def _poll(self, at: int) -> None:
        before = dict(self.position)
        poll = Poll(self.process, at, at + 2 * MS, [])
        for where in self._partitions:
            fresh = self._fresh(where)[: self.service.batch - len(poll.messages)]
            poll.messages += [message for message in fresh if not self.loop.chance(self.service.skipped)]
            self.position[where] += len(fresh)
        self.loop.result.happened.append(poll)
        if self.service.threads > 1 and self._side_by_side(poll):
            return
        self._one_by_one(poll, before)

    def _fresh(self, where: tuple[str, int]) -> list[Message]:
        """What it has not read yet of a partition, and is not kept from reading."""
        until = min((n for *place, n in self.service.faults.until if tuple(place) == where), default=None)
        return self.loop.log[where][self.position[where] : until]

    def _one_by_one(self, poll: Poll, before: dict[tuple[str, int], int]) -> None:
        random, cursor = self.loop.random, poll.ended
        for n, message in enumerate(poll.messages):
            attempt = self._attempt(message, poll, cursor + MS, thread=1)
            if random.random() < self.service.crashes:
                self._crash(attempt, poll, before, n)
                return
            cursor = self._handle(attempt)
            if attempt.outcome == "error" and self._again(attempt):
                self._seek(poll, n)
                cursor += random.randint(5, 80) * MS
                break
        poll.attempts += [None] * (len(poll.messages) - len(poll.attempts))
        poll.next = cursor + MS
        if random.random() < self.service.redelivered:
            self._seek(poll, 0)  # its commit failed
        self.loop.later(poll.next, self._rest)

    def _side_by_side(self, poll: Poll) -> bool:
        for n, message in enumerate(poll.messages):
            thread = n % self.service.threads + 1
            busy = [done.ended or 0 for done in poll.attempts if done and done.thread == thread]
            began = max([poll.ended, *busy]) + self.loop.random.randint(1, 3) * MS
            self._handle(self._attempt(message, poll, began, thread=thread))
        poll.next = max(done.ended or 0 for done in poll.attempts if done) + MS
        self.loop.later(poll.next, self._rest)
        return True

    def _attempt(self, message: Message, poll: Poll, began: int, thread: int) -> Attempt:
        self.loop.attempts[message, self.service.group] += 1
        attempt = Attempt(message, self.process, self.loop.attempts[message, self.service.group], thread, began)
        poll.attempts.append(attempt)
        self.loop.result.attempts.append(attempt)
        return attempt

    def _handle(self, attempt: Attempt) -> int:
        random, failing = self.loop.random, self.service.failing
        cursor = attempt.began + random.randint(2, 20) * MS + self._slow()
        if failing and self._fails(attempt, failing):
            attempt.outcome = "error"
            cursor = self._give_on(attempt, failing, cursor)
        else:
            attempt.outcome = "ok"
            for output in self.service.outputs:
                cursor = self._effects(attempt, output, cursor)
        attempt.ended = cursor + MS
        return attempt.ended

    def _slow(self) -> int:
        slows = self.service.faults.slows
        return slows[1] if slows and sum(self.loop.attempts.values()) > slows[0] else 0

    def _fails(self, attempt: Attempt, failing: Failing) -> bool:
        message, outage = attempt.message, self.service.faults.outage
        if outage and outage[0] <= attempt.began - BEGAN < outage[1]:
            return True
        return int(message.key[1:]) < failing.poisoned * 6 or self.loop.random.random() < failing.now_and_then

    def _again(self, attempt: Attempt) -> bool:
        failing = self.service.failing
        return bool(failing and failing.policy == "seek" and attempt.number <= failing.attempts)

    def _effects(self, attempt: Attempt, output: Output, cursor: int) -> int:
        causes = [attempt]
        if output.every > 1:
            self._gathered.append(attempt)
            if len(self._gathered) < output.every:
                return cursor
            causes, self._gathered = self._gathered, []
        for _ in range(output.copies):
            effect = self.loop.message(output.topic, attempt.message.key, attempt.process, cursor)
            effect.causes, effect.thread = tuple(causes), attempt.thread
            attempt.sends.append(self.loop.send(effect))
            cursor = effect.acknowledged + MS
        return cursor

    def _give_on(self, attempt: Attempt, failing: Failing, cursor: int) -> int:
        if failing.policy not in ("retry-topic", "dead-letter"):
            return cursor
        again = failing.policy == "retry-topic" and attempt.message.tries < failing.attempts
        attempt.outcome = "retried" if again else "dead-lettered"
        sent = self.loop.message(failing.retry if again else failing.dead, attempt.message.key, attempt.process, cursor)
        sent.kind, sent.causes, sent.thread = attempt.outcome, (attempt,), attempt.thread
        sent.tries = attempt.message.tries + 1
        sent.copied = attempt.message if failing.copies_headers else None
        attempt.sends.append(self.loop.send(sent))
        return sent.acknowledged + MS

    def _seek(self, poll: Poll, n: int) -> None:
        """Read again from the n-th message of the poll on."""
        for message in reversed(poll.messages[n:]):
            assert message.offset is not None
            self.position[message.topic.name, message.partition] = message.offset - 40

    def _crash(self, attempt: Attempt, poll: Poll, before: dict[tuple[str, int], int], n: int) -> None:
        """The process dies while it handles, before or after it sent, or right after. Seconds later another begins."""
        dead, random = self.process, self.loop.random
        moment = random.randint(0, 2)
        dead.died = attempt.began + random.randint(1, 30) * MS
        if moment:
            dead.died = self._handle(attempt) + (MS // 2 if moment == 2 else -MS // 2)
        if moment < 2:
            attempt.ended, attempt.outcome = None, "unknown"
        poll.attempts += [None] * (len(poll.messages) - len(poll.attempts))
        poll.next = dead.died
        if self.service.commit == "after":
            self.position = defaultdict(int, before)
        elif self.service.commit == "each":
            self._seek(poll, n)
        self._gathered = []
        dead.unsent = random.randint(0, 300) * MS
        self.process = Process(self.service, dead.number)
        self.loop.later(dead.died + random.randint(1, 4) * SECOND, self._rest)


def run(system: System) -> Run:
    """Let the system work until nothing is left to do."""
    return _Loop(system).run()
