"""The first screen: events, newest first, live, filtered as one types."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Footer, Input, Label
from textual.worker import get_current_worker

from tracer.flows import EventFilter
from tracer.flows.model import EventSummary
from tui.count_text import count_text
from tui.filter_text import parse_filter
from tui.notation import moment
from tui.screens.following import FollowingScreen
from tui.source import one_line
from tui.widgets.empty import EmptyView
from tui.widgets.event_list import EventList
from tui.widgets.filter_line import FilterLine
from tui.widgets.line_list import LineList
from tui.widgets.one_line import Trouble, TwoSided

WINDOW = 500
"""Events asked for at first; twice as many each time the end comes into sight."""

TYPING = 0.08
"""Seconds of rest after a key before the filter is asked."""


class EventsScreen(FollowingScreen):
    """Asks in a worker thread; an answer to a question that is no longer the newest is dropped."""

    AUTO_FOCUS = ""  # the list takes the focus when it has lines; the filter only when it is asked for

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "Filter", key_display="/"),
        Binding("escape", "clear", "Clear filter", key_display="Esc"),
        Binding("p", "problems", "Problems"),
        Binding("down", "to_list", "To the list", show=False),
        Binding("y", "copy", "Copy id"),
    ]

    class Found(Message):
        """The answer to one question: events, or the line that says what went wrong."""

        def __init__(self, wanted: EventFilter, found: list[EventSummary] | str, version: int, seconds: float) -> None:
            super().__init__()
            self.wanted, self.found, self.version, self.seconds = wanted, found, version, seconds

    def __init__(self) -> None:
        super().__init__()
        self._wanted = EventFilter(limit=WINDOW)
        self._line = ""
        self._updated_at: float | None = None
        self._typing: Timer | None = None
        self._held: list[EventSummary] | None = None
        self._shown_for: EventFilter | None = None

    def compose(self) -> ComposeResult:
        """Title, filter, trouble, list (or why there is none), count line, keys."""
        yield TwoSided(id="title")
        with Horizontal(id="filter-line"):
            yield Label("/", id="filter-sign")
            yield FilterLine(id="filter")
        yield Trouble(id="trouble")
        yield EventList(id="events")
        yield EmptyView(id="empty")
        yield TwoSided(id="count")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Ask at once, and again whenever the store has changed."""
        self.event_list.display = False
        self.query_one("#title", TwoSided).show(Content.assemble((" tracer ", "bold $primary"), " events"), "")
        self.follow_store()

    @property
    def event_list(self) -> EventList:
        """The list."""
        return self.query_one(EventList)

    @property
    def filter_line(self) -> FilterLine:
        """The line in which the filter is typed."""
        return self.query_one(FilterLine)

    def on_input_changed(self, event: Input.Changed) -> None:
        """A key in the filter: ask when the typing rests."""
        event.stop()
        if len(event.value) <= 1:
            self.refresh_bindings()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING, self._filter_changed)

    def _filter_changed(self) -> None:
        line = self.filter_line.value
        try:
            self._wanted = parse_filter(line, WINDOW, self.filter_line.topics)
        except ValueError as error:
            self.query_one(Trouble).show(str(error))
            return
        self._line = line.strip()
        self.query_one(Trouble).show(None)
        self.ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the filter: to the list."""
        event.stop()
        self._leave_filter()

    def fetch(self) -> object:
        """Ask for the events that are wanted now."""
        return self._fetch(self._wanted)

    @work(thread=True, exclusive=True, group="events", exit_on_error=False)
    def _fetch(self, wanted: EventFilter) -> None:
        worker, began = get_current_worker(), time.monotonic()
        version = -1
        found: list[EventSummary] | str
        try:
            with self.app.pool.borrow() as source:
                if worker.is_cancelled:
                    return
                version = source.version()
                found = source.events(wanted)
        except Exception as error:
            found = one_line(error)
        if not worker.is_cancelled:
            self.post_message(self.Found(wanted, found, version, time.monotonic() - began))

    def on_events_screen_found(self, message: Found) -> None:
        """Show the answer, unless a newer question is on its way."""
        if message.wanted != self._wanted:
            return
        if isinstance(message.found, str):
            self.answered(message.found, message.version, message.seconds)
            return
        self.answered(None, message.version, message.seconds)
        self._updated_at = self.app.clock()
        self._take(message.found)

    def _take(self, found: list[EventSummary]) -> None:
        """New events above: shown at once at the top of the list, held back while one reads further down."""
        events = self.event_list
        self.filter_line.topics |= {summary.event.topic for summary in found if summary.event.topic}
        same_question = self._shown_for is not None and _but_limit(self._shown_for) == _but_limit(self._wanted)
        self._shown_for = self._wanted
        if not same_question:
            events.begin(found)
            self._held = None
        elif events.can_take(found, len(found) < self._wanted.limit):
            events.show(found)
            self._held = None
        else:
            self._held = found
            events.update_below(found)
        self._say()

    def _say(self) -> None:
        """The count line, and why there is nothing where there is nothing."""
        events = self.event_list
        line = self._line
        self.query_one(EmptyView).explain(bool(events.keys), line, self.app.store_option)
        appears = bool(events.keys) and not events.display
        events.display = bool(events.keys)
        if appears and not self.filter_line.has_focus:
            events.focus()
        held = self._held is not None
        new = events.above(self._held) if self._held is not None else 0
        at, shown = events.cursor + 1, len(events.keys)
        left = count_text(at, shown, self._wanted.limit, is_filtered=bool(self._line), held=held, new=new)
        when = moment(int(self._updated_at * 1e9), 0) if self._updated_at is not None else "–"
        self.query_one("#count", TwoSided).show(left, f"{self.app.store}  updated {when}")

    def on_line_list_highlighted(self, message: LineList.Highlighted) -> None:
        """The count line tells the line of the cursor."""
        message.stop()
        self._say()

    def on_event_list_near_end(self) -> None:
        """Ask for more, if there are any."""
        shown = len(self.event_list.keys)
        if shown >= self._wanted.limit:
            self._wanted = _but_limit(self._wanted, shown * 2)
            self.ask()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """Open the flow of the event."""
        message.stop()
        if summary := self.event_list.chosen:
            self.app.open_flow(summary.event.id)

    def on_event_list_newest(self) -> None:
        """Home or g."""
        self.action_live()

    def on_event_list_at_top(self) -> None:
        """Scrolled back to the top: what was held back may be shown."""
        if self._held is not None and self.event_list.can_take(self._held, False):
            held, self._held = self._held, None
            self.event_list.show(held)
            self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Keys are offered where they do something."""
        if not self.is_mounted:
            return True
        line = self.filter_line
        if action == "clear":
            return bool(line.value) or line.has_focus
        if action == "to_list":
            return line.has_focus
        if action in {"filter", "copy", "problems"}:
            return not line.has_focus
        return True

    def on_descendant_focus(self) -> None:
        """Other keys hold in the filter line."""
        self.refresh_bindings()

    def action_to_list(self) -> None:
        """Out of the filter line, the filter stays."""
        self._leave_filter()

    def _leave_filter(self) -> None:
        """To the list; to nothing where there is none, so that keys are commands again."""
        self.set_focus(self.event_list if self.event_list.display else None)

    def action_filter(self) -> None:
        """To the filter line."""
        self.filter_line.focus()

    def action_problems(self) -> None:
        """What is wrong in the store."""
        self.app.open_problems()

    def action_clear(self) -> None:
        """Out of the filter line, and the filter gone."""
        self.filter_line.value = ""
        self._leave_filter()

    def action_live(self) -> None:
        """To the newest event, and live again."""
        if self._held is not None:
            held, self._held = self._held, None
            self.event_list.show(held)
        self.event_list.follow()
        self._say()

    def action_copy(self) -> None:
        """The id of the event into the clipboard."""
        if summary := self.event_list.chosen:
            self.app.copy_id(summary.event.id)


def _but_limit(wanted: EventFilter, limit: int = 0) -> EventFilter:
    return replace(wanted, limit=limit)
