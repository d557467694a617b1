"""The spans that each instrumentation makes of a send, of a poll, and of what the handler does in between."""

from __future__ import annotations

from collections.abc import Sequence

from tests.flows.simulation.run import Attempt, Message, Poll, Process, Request, Run
from tests.flows.simulation.styles import STYLES, Style, Words
from tests.flows.simulation.system import MS
from tests.flows.simulation.tracing import Context, Made, Told, Tracing, Value


def trace(run: Run) -> Tracing:
    """The spans of everything that happened, in the order in which it began."""
    tracing = Tracing(run)
    for happened in run.happened:
        if isinstance(happened, Request):
            _request(tracing, happened)
        else:
            _Consumption(tracing, happened).consume()
    return tracing


def tell(words: Words, process: Process, messages: Sequence[Message], thread: int) -> Told:
    """The attributes of a span: `=x` is x itself, else it is named what is told; `:int` makes a number of it."""
    told: dict[str, Value | None] = {}
    for attribute, what in words.told.items():
        name = what.removesuffix(":int")
        value = name[1:] if name.startswith("=") else _fact(name, process, messages, thread)
        told[attribute] = int(value) if name != what and value is not None else value
    return told


def _fact(name: str, process: Process, messages: Sequence[Message], thread: int) -> str | None:
    message = messages[0]
    facts = {
        "topic": message.topic.name,
        "partition": str(message.partition),
        "offset": str(message.offset),
        "key": message.key,
        "cluster": message.topic.cluster,
        "place": f"{message.topic.name}.{message.partition}.{message.offset}",
        "group": process.service.group,
        "client": f"client-of-{process.instance}",
        "count": str(len(messages)),
        "thread": str(thread),
        "thread-name": f"pool-1-thread-{thread}",
    }
    return facts[name]


def _request(tracing: Tracing, request: Request) -> None:
    top = tracing.span(request.process, "POST /", "SERVER", (request.began, request.ended))
    for message in request.sends:
        _send(tracing, message, top.context)


def _send(tracing: Tracing, message: Message, ambient: Context | None) -> None:
    style = STYLES[message.sender.service.style]
    made = tracing.span(
        message.sender,
        style.send.name.format(message.topic.name),
        style.send.kind,
        (message.sent, message.acknowledged),
        scope=style.scope,
        parent=ambient,
        told=tell(style.send, message.sender, [message], message.thread),
        sent=message,
    )
    old = tracing.headers[message.copied] if message.copied else []
    tracing.headers[message] = [*(old if style.writes == "append" else []), made.context]


class _Consumption:
    """One poll as its service's instrumentation sees it."""

    def __init__(self, tracing: Tracing, poll: Poll) -> None:
        self.tracing, self.poll, self.process = tracing, poll, poll.process
        self.style: Style = STYLES[poll.process.service.style]
        self.pairs = list(zip(poll.messages, poll.attempts, strict=True))
        self.begun = [attempt for attempt in poll.attempts if attempt]
        self.pooled = poll.process.service.threads > 1

    def consume(self) -> None:
        if self.pairs:
            {
                "silent": self._silent,
                "receive-first": self._receive_first,
                "process": self._process,
                "process-in-receive": self._process_in_receive,
                "process-in-recv": self._process_in_recv,
                "batch": self._batch,
            }[self.style.shape]()

    def _silent(self) -> None:
        for attempt in self.begun:
            self._handle(attempt, None)

    def _receive_first(self) -> None:
        for attempt in self.begun:
            self._receive(attempt.message, attempt, (attempt.began - MS, attempt.began - MS // 2))
            self._handle(attempt, None)

    def _process(self) -> None:
        for attempt in self.begun:
            made = self._handling(attempt, self._read(attempt.message), linked=False)
            self._handle(attempt, self._inside(made))

    def _process_in_receive(self) -> None:
        frame = self._frame(self.poll.messages)
        for attempt in self.begun:
            made = self._handling(attempt, frame.context, linked=True)
            self._handle(attempt, self._inside(made))

    def _process_in_recv(self) -> None:
        for n, attempt in enumerate(self.begun):
            ended = self.begun[n + 1].began - MS if n + 1 < len(self.begun) else self.poll.next
            frame = self._frame([attempt.message], (attempt.began - MS, attempt.began - MS // 2))
            made = self._handling(attempt, frame.context, linked=True, ended=ended)
            self._handle(attempt, self._inside(made))

    def _batch(self) -> None:
        contexts = [self._read(message) for message in self.poll.messages]
        frame = self._frame(self.poll.messages)
        words = self.style.process
        assert words
        made = self.tracing.span(
            self.process,
            words.name.format(self.poll.messages[0].topic.name),
            words.kind,
            (self.poll.ended, self._until(self.poll.next)),
            scope=self.style.scope,
            parent=frame.context,
            links=[(context, {}) for context in contexts if context],
            told=tell(words, self.process, self.poll.messages, 1),
            arrived=tuple(self.poll.messages),
            handled=tuple(self.begun),
        )
        for attempt in self.begun:
            self._handle(attempt, self._inside(made))

    def _frame(self, messages: Sequence[Message], at: tuple[int, int] | None = None) -> Made:
        """A receive span about no message in particular."""
        words = self.style.receive
        assert words
        topics = {message.topic.name for message in messages}
        told = dict(tell(words, self.process, messages, 1))
        if len(topics) > 1:
            told = {name: value for name, value in told.items() if value not in topics}
        return self.tracing.span(
            self.process,
            words.name.format(*topics if len(topics) == 1 else ["unknown"]),
            words.kind,
            at or (self.poll.began, self.poll.ended),
            scope=self.style.scope,
            told=told,
        )

    def _receive(self, message: Message, attempt: Attempt | None, at: tuple[int, int]) -> Made:
        words = self.style.receive
        assert words
        context = self._read(message)
        return self.tracing.span(
            self.process,
            words.name.format(message.topic.name),
            words.kind,
            at,
            scope=self.style.scope,
            parent=context,
            remote=True,
            told=tell(words, self.process, [message], 1),
            arrived=(message,),
            handled=(attempt,) if attempt else (),
        )

    def _handling(self, attempt: Attempt, parent: Context | None, *, linked: bool, ended: int | None = None) -> Made:
        words = self.style.process
        assert words
        context = self._read(attempt.message)
        end = ended or attempt.ended
        if self.pooled and not ended:
            end = attempt.began + MS // 2  # it gave the record to the pool
        return self.tracing.span(
            self.process,
            words.name.format(attempt.message.topic.name),
            words.kind,
            (attempt.began, self._until(end)),
            scope=self.style.scope,
            parent=parent,
            remote=parent is context,
            links=[(context, {})] if linked and context else [],
            told=tell(words, self.process, [attempt.message], 1),
            failed=self.style.failing and attempt.failed,
            arrived=(attempt.message,),
            handled=(attempt,),
        )

    def _until(self, end: int | None) -> int | None:
        """A span that is open when the process dies never ends."""
        died = self.process.died
        return None if end is None or (died is not None and end > died) else end

    def _inside(self, made: Made) -> Context | None:
        return made.context if self.style.pool or not self.pooled else None

    def _read(self, message: Message) -> Context | None:
        """The context that this client takes from the message's headers."""
        contexts = self.tracing.headers[message]
        if self.style.reads == "only" and len(contexts) > 1:
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
            failed=attempt.failed,
        )
        for message in attempt.sends:
            _send(self.tracing, message, work.context if within else ambient)
