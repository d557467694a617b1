"""The spans that each instrumentation makes of a send, of a poll, and of what the handler does in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from tests.flows.simulation import kafka_clients, other_clients
from tests.flows.simulation.facts import headers, tell
from tests.flows.simulation.run import Attempt, Message, Poll, Request, Run
from tests.flows.simulation.styles import Style
from tests.flows.simulation.system import MS
from tests.flows.simulation.tracing import Context, Made, Told, Tracing

STYLES: dict[str, Style] = kafka_clients.CLIENTS | other_clients.CLIENTS
_IDS = {"messaging.message.id": "id"}
TELLING = replace(
    kafka_clients.OURS,
    send=replace(
        kafka_clients.OURS.send, told=kafka_clients.OURS.send.told | _IDS | {"messaging.message.body.hash": "payload"}
    ),
)
"""Not drawn: as ours, with ids and payloads' hashes on sends, which Kafka clients tell only when they are asked to."""
_KNOWN = STYLES | {"telling": TELLING}


def trace(run: Run) -> Tracing:
    """The spans of everything that happened, in the order in which it began."""
    tracing = Tracing(run)
    for happened in run.happened:
        if isinstance(happened, Request):
            _request(tracing, happened)
        elif happened.messages:
            _Consumption(tracing, happened).consume()
    return tracing


def _request(tracing: Tracing, request: Request) -> None:
    top = tracing.span(request.process, "POST /", "SERVER", (request.began, request.ended))
    for message in request.sends:
        _send(tracing, message, top.context)


def _send(tracing: Tracing, message: Message, ambient: Context | None) -> None:
    style = _KNOWN[message.sender.service.style]
    told = tell(style.send.told, message.sender, [message], message.thread)
    for _ in range(2 if style.twice else 1):
        made = tracing.span(
            message.sender,
            style.send.name.format(message.topic.name),
            style.send.kind,
            (message.sent, message.acknowledged),
            scope=style.scope,
            parent=ambient,
            told=told | (headers(message) if style.captures else {}),
            sent=message,
        )
        ambient = made.context
    old = tracing.headers[message.copied] if message.copied else []
    written = [] if message.sender.service.faults.mute else [made.context]
    tracing.headers[message] = [*(old if style.writes == "append" else []), *written]


class _Consumption:
    """One poll as its service's instrumentation sees it."""

    def __init__(self, tracing: Tracing, poll: Poll) -> None:
        self.tracing, self.poll, self.process = tracing, poll, poll.process
        self.style = _KNOWN[poll.process.service.style]
        self.begun = [attempt for attempt in poll.attempts if attempt]
        self.pooled = poll.process.service.threads > 1

    def consume(self) -> None:
        poll, style = self.poll, self.style
        frame = (
            self._frame(poll.messages, (poll.began, poll.ended)) if style.frame and style.frame.each == "poll" else None
        )
        if style.own is None:
            for attempt in self.begun:
                self._handle(attempt, None)
        elif style.whole:
            own = self._own(poll.messages, self.begun, frame, self._batch_lasts())
            for attempt in self.begun:
                self._handle(attempt, self._ambient(own, frame))
        else:
            made = [self._record(n, frame) for n in range(len(poll.messages))]
            self._forward([each for each in made if each], frame)

    def _record(self, n: int, frame: Made | None) -> Made | None:
        style, message, attempt = self.style, self.poll.messages[n], self.poll.attempts[n]
        handled = [attempt] if attempt else []
        began = attempt.began if attempt else self.poll.ended
        if style.frame and style.frame.each == "record" and (attempt or style.frame.named):
            frame = self._frame([message], (began - MS, began - MS // 2), handled)
        if attempt is None and style.lasts != "fetch":
            return None
        own = self._own([message], handled, frame, self._lasts(attempt, n))
        if attempt:
            self._handle(attempt, self._ambient(own, frame))
        return own

    def _lasts(self, attempt: Attempt | None, n: int) -> tuple[int, int | None]:
        poll = self.poll
        if attempt is None or self.style.lasts == "fetch":
            return poll.ended - MS // 2, poll.ended
        began = attempt.began
        if self.style.lasts == "before":
            return began - MS, began - MS // 2
        if self.style.lasts == "wait":
            return poll.began, began - MS // 2
        if self.style.lasts == "batch":
            return poll.ended, poll.next
        if self.style.lasts == "until-next":
            after = poll.attempts[n + 1] if n + 1 < len(poll.attempts) else None
            return began, after.began - MS if after else poll.next
        return began, began + MS // 2 if self.pooled else attempt.ended  # a pool was given the record

    def _batch_lasts(self) -> tuple[int, int]:
        fetched = self.style.lasts == "fetch"
        return (self.poll.began, self.poll.ended) if fetched else (self.poll.ended, self.poll.next)

    def _frame(self, messages: Sequence[Message], at: tuple[int, int], handled: Sequence[Attempt] = ()) -> Made:
        frame = self.style.frame
        assert frame
        told = tell(frame.words.told, self.process, messages)
        topics = {message.topic.name for message in messages}
        if len(topics) > 1:  # then none is told
            told = {name: value for name, value in told.items() if value not in topics}
        about = frame.named or frame.links or frame.each == "record"
        ended = self.poll.next if self.style.inside == "frame" else at[1]
        return self.tracing.span(
            self.process,
            frame.words.name.format(*topics if len(topics) == 1 else ["unknown"]),
            frame.words.kind,
            (at[0], self._until(ended)),
            scope=self.style.scope,
            parent=self._read(messages[0]) if frame.named else None,
            remote=True,
            links=self._links(messages, frame.link_tells) if frame.links else [],
            told=told,
            arrived=tuple(messages) if about else (),
            handled=tuple(handled or self.begun) if about else (),
        )

    def _own(
        self,
        messages: Sequence[Message],
        handled: Sequence[Attempt],
        frame: Made | None,
        at: tuple[int, int | None],
    ) -> Made:
        style, words = self.style, self.style.own
        assert words
        context = self._read(messages[0])
        parents = {"send": context, "frame": frame.context if frame else None, "nothing": None}
        captured = headers(messages[0]) if style.captures else {}
        return self.tracing.span(
            self.process,
            words.name.format(messages[0].topic.name),
            words.kind,
            (at[0], self._until(at[1])),
            scope=style.scope,
            parent=parents[style.under],
            remote=style.under == "send",
            links=self._links(messages, style.link_tells) if style.linked else [],
            told=tell(words.told, self.process, messages) | captured,
            failed=style.fails and all(attempt.failed for attempt in handled),
            arrived=tuple(messages),
            handled=tuple(handled),
            own=True,
        )

    def _forward(self, made: Sequence[Made], frame: Made | None) -> None:
        """A span for each partition, with links to those of its records."""
        words = self.style.forward
        if words is None or frame is None:
            return
        for (topic, _), group in groupby(made, lambda each: (each.arrived[0].topic.name, each.arrived[0].partition)):
            of_partition = list(group)
            self.tracing.span(
                self.process,
                words.name.format(topic),
                words.kind,
                (self.poll.ended - MS // 2, self.poll.ended),
                scope=self.style.scope,
                parent=frame.context,
                links=[(each.context, {}) for each in of_partition],
                told=tell(words.told, self.process, [each.arrived[0] for each in of_partition]),
            )

    def _links(self, messages: Sequence[Message], told: dict[str, str]) -> list[tuple[Context, Told]]:
        contexts = [(self._read(message), message) for message in messages]
        return [(context, tell(told, self.process, [message])) for context, message in contexts if context]

    def _until(self, end: int | None) -> int | None:
        """A span that is open when the process dies never ends."""
        died = self.process.died
        return None if end is None or (died is not None and end >= died) else end

    def _ambient(self, own: Made, frame: Made | None) -> Context | None:
        if self.pooled and not self.style.pool:
            return None
        around = {"own": own, "frame": frame, "nothing": None}[self.style.inside]
        return around.context if around else None

    def _read(self, message: Message) -> Context | None:
        """The context that this client takes from the message's headers."""
        contexts = self.tracing.headers[message]
        if not contexts or (self.style.reads == "only" and len(contexts) > 1):
            return None
        return contexts[-1 if self.style.reads == "last" else 0]

    def _handle(self, attempt: Attempt, ambient: Context | None) -> None:
        """The handler: a span of its work, which fails where it does, and its sends, beside the work or in it."""
        first = min([message.sent for message in attempt.sends], default=attempt.ended)
        within = self.tracing.random.random() < 0.3
        ended = attempt.ended if within else first
        work = self.tracing.span(
            self.process,
            "work",
            "INTERNAL",
            (attempt.began + MS // 4, self._until(ended - MS // 4 if ended else None)),
            parent=ambient,
            told={"thread.id": attempt.thread} if self.style.threads else {},
            failed=attempt.failed,
        )
        for message in attempt.sends:
            _send(self.tracing, message, work.context if within else ambient)
