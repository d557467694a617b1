"""How an instrumentation of a client can be described: the spans it makes of a send and of a poll, and what they tell.

The descriptions of real ones are in `kafka_clients` and `other_clients`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Told = dict[str, str]
"""Attributes of a span: `=x` is x itself, else a name says what is told (`facts.py`); `:int` makes a number of it."""


@dataclass(frozen=True)
class Words:
    """A kind of span: its name, with `{}` for the topic, its kind, and what its attributes tell."""

    name: str
    kind: str
    told: Told = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """A span around or before those of the records: one for each poll, or for each record.

    `links`: to the sends of its records, with the attributes `link_tells`. `named`: it is about its record and a child
    of the record's send, and is there for records that were never handled too.
    """

    words: Words
    each: Literal["poll", "record"] = "poll"
    links: bool = False
    link_tells: Told = field(default_factory=dict)
    named: bool = False


@dataclass(frozen=True)
class Style:
    """One instrumentation of one client.

    A record that is handled gets a span of its own in the words of `own`, if there are any: `under` the send of its
    message, the frame, or as a root; `linked` to that send or not. It `lasts` as long as the handler, until the next
    record is asked for, as long as the whole batch, or ends before the handler begins, as soon as the record is fetched
    (then records that are never handled have one too), or when the wait for it is over. `whole`: one span for the whole
    batch. The handler's spans are `inside` that span, the frame, or are roots; in a pool of threads they are roots,
    unless the context goes along (`pool`). `forward`: a span for each partition that links the spans of its records.

    A producer appends its context to the headers of a message that is sent on, or replaces what is there; a consumer
    reads the first, the last, or none if there are several. `fails`: the own span of an attempt that failed says so.
    `twice`: two layers trace each send. `threads`: every span tells its thread. `captures`: headers of retries too.
    """

    scope: str
    send: Words
    own: Words | None = None
    frame: Frame | None = None
    under: Literal["send", "frame", "nothing"] = "send"
    linked: bool = False
    link_tells: Told = field(default_factory=dict)
    lasts: Literal["handler", "until-next", "batch", "before", "fetch", "wait"] = "handler"
    whole: bool = False
    inside: Literal["own", "frame", "nothing"] = "own"
    pool: bool = False
    forward: Words | None = None
    writes: Literal["append", "replace"] = "append"
    reads: Literal["first", "last", "only"] = "first"
    fails: bool = False
    twice: bool = False
    threads: bool = False
    captures: bool = False
    system: str = "kafka"
