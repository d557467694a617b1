"""The explorer: the app that holds the screens, watches the store and paints them in one of its themes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.screen import Screen
from textual.signal import Signal

from tui import themes
from tui.screens.critical_path import CriticalPathScreen
from tui.screens.events import EventsScreen
from tui.screens.flow import FlowScreen
from tui.screens.help import HelpScreen
from tui.screens.problems import ProblemsScreen
from tui.screens.with_detail import WIDE
from tui.source import Source, SourcePool, one_line

POLL_SECONDS = 1.0
BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]


class Explorer(App[None]):
    """`open_source` opens one reader of the store, `store` is what the screen calls it, `event_id` what to open first.

    `store_option` is what commands need after `--store` to mean this store, None where they mean it anyway.
    `clock` tells the time of day in seconds; it is what "updated" shows.
    """

    TITLE = "tracer"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS
    CSS_PATH = "explorer.tcss"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "Help", key_display="?"),
        Binding("t", "toggle_theme", "Light/dark", show=False),
        Binding("q", "quit", "Quit"),
    ]

    class Polled(Message):
        """The store's version, or the line that says why there is none."""

        def __init__(self, version: int | str) -> None:
            super().__init__()
            self.version = version

    def __init__(
        self,
        open_source: Callable[[], Source],
        store: str,
        event_id: str | None = None,
        *,
        store_option: str | None = None,
        clock: Callable[[], float] = time.time,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        super().__init__()
        self.pool = SourcePool(open_source)
        self.store = store
        self.store_option = store_option
        self.clock = clock
        self.store_changed: Signal[int] = Signal(self, "store-changed")
        self.store_failed: Signal[str | None] = Signal(self, "store-failed")
        self._event_id = event_id
        self._poll_seconds = poll_seconds
        self._polling = False
        self._version: int | str | None = None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our colours in the themes that do not name them."""
        return dict(themes.FALLBACK)

    def on_mount(self) -> None:
        """Themes, the first screen, and the watch on the store."""
        self.register_theme(themes.dark())
        self.register_theme(themes.light())
        self.theme = themes.DARK_NAME
        self.push_screen(EventsScreen())
        if self._event_id is not None:
            self.open_flow(self._event_id)
        self.set_interval(self._poll_seconds, self.poll)

    def on_unmount(self) -> None:
        """Let go of the store."""
        self.pool.forget()

    def poll(self) -> None:
        """Look whether the store has changed, unless that is being looked at."""
        if not self._polling:
            self._polling = True
            self._read_version()

    @work(thread=True, group="version", exit_on_error=False)
    def _read_version(self) -> None:
        version: int | str
        try:
            with self.pool.borrow() as source:
                version = source.version()
        except Exception as error:
            version = one_line(error)
        self.post_message(self.Polled(version))

    def on_explorer_polled(self, message: Polled) -> None:
        """Tell the screens. A store that was away or went back in its versions was replaced: read it anew."""
        self._polling = False
        before, self._version = self._version, message.version
        if isinstance(message.version, str):
            self.store_failed.publish(message.version)
            return
        if isinstance(before, str) or (before is not None and message.version < before):
            self.pool.forget()
            self.store_failed.publish(None)
        self.store_changed.publish(message.version)

    def open_flow(self, event_id: str) -> None:
        """The flow of an event, above the screen that is shown."""
        self.push_screen(FlowScreen(event_id))

    def open_critical_path(self, asked: str, event_id: str, group: str | None) -> None:
        """The critical path of what an event of the flow `asked` caused, or of what a group handled of it."""
        self.push_screen(CriticalPathScreen(asked, event_id, group))

    def open_problems(self) -> None:
        """What is wrong in the store."""
        self.push_screen(ProblemsScreen())

    def go_back(self) -> None:
        """To the screen before, never out of the app."""
        if len(self.screen_stack) > 2:
            self.pop_screen()

    def copy_id(self, text: str) -> None:
        """An id into the clipboard of the terminal."""
        self.copy_to_clipboard(text)
        self.notify(text, title="copied", timeout=3, markup=False)

    def action_help(self) -> None:
        """The keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_toggle_theme(self) -> None:
        """Light becomes dark and dark light."""
        self.theme = themes.LIGHT_NAME if self.current_theme.dark else themes.DARK_NAME

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers: Textual's own, and ours."""
        yield from super().get_system_commands(screen)
        yield SystemCommand("Help", "The keys of this screen, the signs, the filter", self.action_help)
        yield SystemCommand("Light or dark", "Change between the light and the dark theme", self.action_toggle_theme)
        if isinstance(screen, EventsScreen):
            yield SystemCommand("Problems", "What the checks say of the whole store", screen.action_problems)
            yield SystemCommand("Filter", "Narrow the list of events", screen.action_filter)
            yield SystemCommand("Newest", "To the newest event, live again", screen.action_live)
        if isinstance(screen, FlowScreen):
            yield SystemCommand("Evidence", "How each edge of the flow is known", screen.action_evidence)
            yield SystemCommand("Whole flow", "What else the causes of the event caused, or not", screen.action_whole)
            yield SystemCommand("Critical path", "What the end of it all waited for", screen.action_critical_path)
            yield SystemCommand("Back", "To the screen before", screen.action_back)


def explorer(store: Path, event_id: str | None = None, store_option: str | None = None) -> Explorer:
    """The app on a real store."""
    from tui.store_source import StoreSource

    return Explorer(lambda: StoreSource(store), str(store), event_id, store_option=store_option)
