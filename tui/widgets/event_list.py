"""The list of events: when, where, which key, who produced it, how its groups fared, how long it waited."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from rich.cells import cell_len
from textual.message import Message

from tracer.flows.model import EventSummary
from tracer.render.cells import Part
from tracer.render.words import UNKNOWN, duration
from tui.notation import day, fit, fit_middle, glyphs, moment, place, plain, state
from tui.widgets.line_list import LineList, cells

STATE_STYLES = {"dead letter": "dead-lettered", "unconsumed": "dim"}
MEASURED = 500
"""Lines whose texts decide the widths of the columns."""

NEAR = 100
"""Lines before the end at which more are asked for."""

TIME, GROUPS, QUEUE, STATE = 12, 8, 8, 11
WIDE = 110
"""From this width on the day stands before the time."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Cells that the columns would take to show everything."""

    topic: int = 5
    place: int = 0
    key: int = 3
    producer: int = 8
    id: int = 2


@dataclass(frozen=True, slots=True)
class Widths:
    """Cells of the columns that share what is left."""

    time: int
    topic: int
    key: int
    producer: int
    id: int


class EventList(LineList):
    """Event summaries, newest first. New ones appear at the top while the top is in sight."""

    class AtTop(Message):
        """Scrolled back to the first line."""

    class NearEnd(Message):
        """Scrolled to where the lines end, or nearly."""

    class Newest(Message):
        """The newest event was asked for."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.summaries: list[EventSummary] = []
        self._wanted = Wanted()
        self._is_chosen = False
        self._widths: tuple[int, Widths] | None = None

    @property
    def chosen(self) -> EventSummary | None:
        """The event that the cursor is on."""
        return self.summaries[self.cursor] if self.cursor_key is not None else None

    def begin(self, summaries: list[EventSummary]) -> None:
        """The answer to another question: from the top, where the event that the cursor was on may still be."""
        self._take(summaries)
        self.set_keys([summary.event.id for summary in summaries], top=0)
        if self.cursor >= self._page:
            self.follow()

    def show(self, summaries: list[EventSummary]) -> None:
        """Newer events; the cursor stays on the event that it is on. At the top they push the others down."""
        at_top = self.is_at_top
        self._take(summaries)
        self.set_keys([summary.event.id for summary in summaries], top=0 if at_top else None)
        if at_top and self.cursor >= self._page:
            self.follow()

    def can_take(self, summaries: list[EventSummary], whole: bool) -> bool:
        """Whether newer events can be shown without taking away what is being looked at.

        `whole` says that there are no others: what is not among them is gone.
        """
        above = self.above(summaries)
        if above == 0 or (above is None and whole):
            return True
        if not self.is_at_top or not self._is_chosen:
            return self.is_at_top
        return any(summary.event.id == self.cursor_key for summary in islice(summaries, self._page))

    def above(self, summaries: list[EventSummary]) -> int | None:
        """How many of these come before the first line shown; None when that one is not among them."""
        if not self.keys:
            return 0
        places = (place for place, summary in enumerate(summaries) if summary.event.id == self.keys[0])
        return next(places, None)

    def update_below(self, summaries: list[EventSummary]) -> None:
        """Newer states of the lines shown, and more below them; nothing above them."""
        above = self.above(summaries)
        if above is not None:
            self._take(summaries[above:])
            self.set_keys([summary.event.id for summary in self.summaries])

    def follow(self) -> None:
        """To the newest of the events shown."""
        super().action_first()
        self._is_chosen = False

    def action_first(self) -> None:
        """To the newest event, those held back included."""
        self.post_message(self.Newest())

    def watch_cursor(self, before: int, after: int) -> None:
        """A cursor that a person has moved is not moved by what arrives."""
        self._is_chosen = True
        super().watch_cursor(before, after)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell when the top or the end comes into sight."""
        super().watch_scroll_y(old_value, new_value)
        if new_value > old_value and new_value + self._page >= len(self.keys) - NEAR:
            self.post_message(self.NearEnd())
        if round(old_value) > 0 and round(new_value) == 0:
            self.post_message(self.AtTop())

    def _take(self, summaries: list[EventSummary]) -> None:
        self.summaries = summaries
        self._wanted = _wanted(summaries)
        self._widths = None

    def header_parts(self, width: int) -> list[Part]:
        """The names of the columns."""
        widths = self._fitted(width)
        names = [("time (UTC)", widths.time), ("topic", widths.topic), ("key", widths.key)]
        names += [("producer", widths.producer), ("groups", GROUPS)]
        parts = [cells(name, size, "header") for name, size in names if size]
        parts += [cells("in queue", QUEUE, "header", right=True), cells("state", STATE, "header")]
        return [*parts, ("event" if widths.id else "", "header")]

    def row_parts(self, row: int, width: int) -> list[Part]:
        """One event."""
        summary = self.summaries[row]
        event, widths = summary.event, self._fitted(width)
        word = state(summary)
        queue = summary.last_queue_ns
        parts = [
            cells(self._time(event.produced_at, widths.time), widths.time, "dim"),
            *_topic(plain(event.topic), place(event), widths.topic),
            (fit(plain(event.key), widths.key, end=False) + " ", "" if event.key is not None else "dim"),
            cells(plain(event.service), widths.producer, "" if event.service else "dim"),
            *_groups(summary),
            cells(duration(queue), QUEUE, "warning" if queue is not None and queue < 0 else "queue", right=True),
            cells(word, STATE, STATE_STYLES.get(word, word)),
        ]
        return [*parts, (fit(plain(event.id), widths.id), "dim")] if widths.id else parts

    def _time(self, produced_at: int | None, width: int) -> str:
        """The time of day; with the day where there is room, and for events of another day than the newest."""
        if produced_at is None:
            return UNKNOWN
        if width > TIME:
            return f"{day(produced_at)} {moment(produced_at)}"
        newest = next((s.event.produced_at for s in self.summaries if s.event.produced_at is not None), None)
        same_day = day(newest) == day(produced_at)
        return moment(produced_at) if same_day else f"{day(produced_at)[5:]} {moment(produced_at, 0)[:5]}"

    def _fitted(self, width: int) -> Widths:
        if self._widths is None or self._widths[0] != width:
            self._widths = (width, _share(width, self._wanted))
        return self._widths[1]


def _topic(topic: str, where: str, width: int) -> list[Part]:
    """The topic, and its partition and offset where there is room for both."""
    if where and cell_len(topic) + 1 + cell_len(where) <= width:
        return [(topic, "topic"), cells(f" {where}", width - cell_len(topic), "dim")]
    return [(fit_middle(topic, width) + " ", "topic")]


def _groups(summary: EventSummary) -> list[Part]:
    signs: list[Part] = [*glyphs(summary, GROUPS)] or [("·", "dim")]
    used = sum(cell_len(text) for text, _ in signs)
    return [*signs, (" " * max(1, GROUPS + 1 - used), "")]


def _wanted(summaries: list[EventSummary]) -> Wanted:
    """The widest topic, place, key, producer and id of the first lines, within reason."""
    wanted = [5, 0, 3, 8, 2]
    for summary in islice(summaries, MEASURED):
        event = summary.event
        texts = (plain(event.topic), place(event), plain(event.key), plain(event.service), plain(event.id))
        wanted = [max(before, cell_len(text)) for before, text in zip(wanted, texts, strict=True)]
    topic, where, key, producer, identity = wanted
    return Wanted(min(topic, 48), where, min(key, 40), min(producer, 30), min(identity, 120))


def _share(width: int, wanted: Wanted) -> Widths:
    """Share what the fixed columns leave: the key, the topic and the producer first, then the place, then the id."""
    time = TIME + 11 if width >= WIDE else TIME
    left = width - (time + GROUPS + QUEUE + STATE) - 7
    names = wanted.topic + wanted.key + wanted.producer
    if names > left:
        producer = max(1, min(wanted.producer, max(8, left - wanted.topic - wanted.key)))
        key = max(1, min(wanted.key, max(12, left - producer - wanted.topic), (left - producer) // 2))
        return Widths(time, max(1, left - producer - key), key, producer, 0)
    rest = left - names
    where = wanted.place + 1 if wanted.place < rest else 0
    identity = rest - where - 1
    return Widths(
        time,
        wanted.topic + where,
        wanted.key,
        wanted.producer,
        wanted.id if wanted.id <= identity else 0,
    )
