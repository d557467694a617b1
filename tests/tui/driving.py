"""How the tests drive the explorer: started on hand-written results, waited for, read as a person reads it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.pilot import Pilot
from textual.widget import Widget

from tests.tui.hand_written import T0, Served
from tui.app import Explorer
from tui.screens.events import EventsScreen
from tui.screens.flow import FlowScreen
from tui.widgets.empty import EmptyView
from tui.widgets.line_list import LineList
from tui.widgets.one_line import Trouble, TwoSided

SMALL = (80, 24)
STORE = "/var/lib/tracer/store"
W = TypeVar("W", bound=Widget)


def explorer_on(served: Served, event_id: str | None = None) -> Explorer:
    """The app on what a test serves, with a clock that stands still."""
    return Explorer(served.open, STORE, event_id, clock=lambda: T0 / 1e9, poll_seconds=3_600)


@asynccontextmanager
async def running(
    served: Served, size: tuple[int, int] = SMALL, event_id: str | None = None
) -> AsyncIterator[tuple[Explorer, Pilot[None]]]:
    """The app, running without a terminal, with the first answer on the screen."""
    app = explorer_on(served, event_id)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: len(app.screen_stack) > 1 and bool(served.threads))
        yield app, pilot


async def until(pilot: Pilot[None], holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds; the store is looked at again and again meanwhile, as a clock would do it."""
    assert isinstance(pilot.app, Explorer)
    async with asyncio.timeout(seconds):
        while not holds():
            pilot.app.poll()
            await asyncio.sleep(0.02)
    await pilot.pause()


async def settled(app: Explorer, pilot: Pilot[None]) -> None:
    """Wait until no worker is at work and every message has been handled."""
    await app.workers.wait_for_complete()
    await pilot.pause()


def events_screen(app: Explorer) -> EventsScreen:
    """The first screen, wherever it lies in the stack."""
    return next(screen for screen in app.screen_stack if isinstance(screen, EventsScreen))


def flow_screen(app: Explorer) -> FlowScreen:
    """The flow on top."""
    assert isinstance(app.screen, FlowScreen)
    return app.screen


def lines(widget: LineList) -> list[str]:
    """What a list shows, line by line, without the spaces at the ends."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]


def count_line(app: Explorer) -> str:
    """The line below the events."""
    return events_screen(app).query_one("#count", TwoSided).text


def trouble(app: Explorer) -> str:
    """The line that says what is wrong on the screen on top."""
    return app.screen.query_one(Trouble).text


def empty(app: Explorer) -> str:
    """What stands where there are no events."""
    return events_screen(app).query_one(EmptyView).text
