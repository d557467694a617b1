"""What truly happened in a simulated run, asked by the names that problems use."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cached_property

from tests.flows.simulation import Simulation
from tests.flows.simulation.run import Attempt, Message
from tests.flows.simulation.system import SECOND
from tracer.flows.model import Problem


class Happened:
    """The messages and attempts of a run, found by ids of events and names of groups and services."""

    def __init__(self, simulation: Simulation) -> None:
        self._messages = {message.id: message for message in simulation.run.messages}
        self._messages |= {message.message_id: message for message in simulation.run.messages}
        self._again = {again.repeats for again in simulation.run.messages if again.repeats}
        self._spans: dict[str, Message] = {}
        for made in simulation.tracing.made:
            about = made.sent or (made.arrived[0] if len(made.arrived) == 1 else None)
            if about is not None:
                self._spans[made.context.span_id.hex()] = about
        self._attempts: dict[tuple[Message, str], list[Attempt]] = defaultdict(list)
        for attempt in simulation.run.attempts:
            for name in _names(attempt):
                self._attempts[attempt.message, name].append(attempt)

    def denies(self, problem: Problem) -> list[str]:
        """Evidence of a problem that is not true. Of a group that fails or is slow most must be: where a handler's
        spans are not under its arrival, whose an error is is a guess, and a first attempt may have left no span.
        """
        wrong = [evidence for evidence in problem.evidence if not self._holds(problem, evidence)]
        if problem.check in ("failing", "slow-group") and len(wrong) * 2 < len(problem.evidence):
            return []
        return [f"{problem.check} {evidence}: {problem.message}" for evidence in wrong]

    def message(self, name: str) -> Message | None:
        """The message that an id of an event or a processing is about."""
        event = name.partition("#")[0]
        if event.startswith("span://"):
            return self._spans.get(event.split("/")[3])
        place = event if "@" not in event else "kafka://" + event.partition("@")[2]
        return self._messages.get(place) or self._messages.get(event.rpartition("/")[2])

    def suffering(self, check: str, group: str) -> set[str]:
        """TOPIC/PARTITION/OFFSET of all messages of the group's topics that have a fault, as its check should tell."""
        read = {message.topic for message, reader in self._attempts if reader == group}
        every = {message for message in self._messages.values() if message.topic in read}
        return {message.id.removeprefix("kafka://") for message in every if self._true(check, message, group)}

    def _holds(self, problem: Problem, evidence: str) -> bool:
        message = self.message(evidence)
        return message is not None and self._true(problem.check, message, problem.group or "")

    def _true(self, check: str, message: Message, group: str) -> bool:
        """Whether the message shows what a check claims."""
        attempts = self._attempts.get((message, group), [])
        tried = [attempt.outcome for attempt in self._tried(message, group)]
        shown = {
            "lost": not attempts,
            "not-consumed": not attempts,
            "redelivered": any(attempt.outcome == "ok" for attempt in attempts[:-1]),
            "out-of-order": bool(attempts) and self._overtaken(message, group),
            "dead-letters": message.kind == "dead-lettered",
            "slow-group": bool(attempts) and attempts[0].began - message.sent > 5 * SECOND,
            "poison": len(tried) >= 3 and "ok" not in tried,
            "retry-storm": len(self._tried(message.first, group)) > 1,
            "failing": any(attempt.failed for attempt in attempts),
            "stuck": not self._followed(message, group),
            "orphan-topic": not any(of is message for of, _ in self._attempts),
            "produced-twice": bool(message.resent) or message in self._again,
            "business-duplicate": bool(message.repeats) or message in self._again,
            "hot-partition": self._crowded(message),
            "broken-propagation": message.sender.service.faults.mute,
        }
        return shown.get(check, False)

    def _followed(self, message: Message, group: str) -> bool:
        """Whether the group came past it to another of its partition."""
        return any(
            reader == group
            and (other.topic, other.partition) == (message.topic, message.partition)
            and (other.offset or 0) > (message.offset or 0)
            for other, reader in self._attempts
        )

    def _crowded(self, message: Message) -> bool:
        """Whether there are five times as many on its partition as on another of its topic."""
        of_topic = Counter(other.partition for other in self._messages.values() if other.topic == message.topic)
        return of_topic[message.partition] > 5 * min(of_topic.values())

    def _tried(self, message: Message, group: str) -> list[Attempt]:
        """The attempts of a group at a message, those after it sent it on to be retried included."""
        return self._tries.get((message, group), [])

    @cached_property
    def _tries(self) -> dict[tuple[Message, str], list[Attempt]]:
        tries: dict[tuple[Message, str], list[Attempt]] = defaultdict(list)
        for (tried, reader), attempts in self._attempts.items():
            for message in _sent_on(tried, reader):
                tries[message, reader] += attempts
        return tries

    def _overtaken(self, message: Message, group: str) -> bool:
        """Whether a later message of its key and partition began before it."""
        began = self._attempts[message, group][0].began
        return any(
            other.key == message.key and (other.offset or 0) > (message.offset or 0) and theirs[0].began < began
            for (other, reader), theirs in self._attempts.items()
            if reader == group and (other.topic, other.partition) == (message.topic, message.partition)
        )


def _sent_on(message: Message, group: str) -> list[Message]:
    """A message, and those that a group sent on before it came to be."""
    line = [message]
    while line[-1].kind == "retried" and group in _names(line[-1].causes[0]):
        line.append(line[-1].causes[0].message)
    return line


def _names(attempt: Attempt) -> set[str]:
    """What its group is called: where no span tells it, by the name of the service."""
    return {attempt.process.service.group, attempt.process.service.name}
