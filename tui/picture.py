"""Pictures of the explorer for the documentation, made by the real app on a real store, without a terminal."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tui.app import Explorer, explorer
from tui.screens.events import EventsScreen
from tui.screens.flow import FlowScreen
from tui.screens.problems import ProblemsScreen

SIZE = (132, 30)
PATIENCE = 60.0
"""Seconds to wait for the store before giving up."""


def export_pictures(store: Path, directory: Path) -> list[Path]:
    """Write `explorer-events.svg`, `-problems`, `-flow` and `-light` into `directory`; their paths.

    The flow shown is that of an event with a dead letter or an error, where there is one. Raises TimeoutError
    when the store does not answer or holds no events.
    """
    directory.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_export(store, directory))


async def _export(store: Path, directory: Path) -> list[Path]:
    app = explorer(store)
    app.store = store.name  # a picture does not tell where somebody's store is
    async with app.run_test(size=SIZE) as pilot:
        screen = app.screen
        assert isinstance(screen, EventsScreen)
        await _until(pilot, lambda: bool(screen.event_list.keys))
        events = _save(app, directory / "explorer-events.svg")
        await pilot.press("p")
        await _until(pilot, lambda: isinstance(app.screen, ProblemsScreen) and bool(app.screen.problem_list.rows))
        problems = _save(app, directory / "explorer-problems.svg")
        await pilot.press("escape")
        screen.event_list.move_to(_worst(screen))
        await pilot.press("enter")
        await _until(pilot, lambda: isinstance(app.screen, FlowScreen) and bool(app.screen.flow_list.rows))
        flow_screen = app.screen
        assert isinstance(flow_screen, FlowScreen)
        flow_screen.flow_list.move_to(_failed(flow_screen))
        await pilot.press("enter")
        await _until(pilot, lambda: "trace id" in flow_screen.detail.text)
        flow = _save(app, directory / "explorer-flow.svg")
        await pilot.press("t")
        await pilot.pause()
        return [events, problems, flow, _save(app, directory / "explorer-light.svg")]


def _worst(screen: EventsScreen) -> str:
    """The event that shows most: dead-lettered before failed before fine, handed to many groups before few."""
    rank = {"dead-lettered": 2, "error": 1}
    summaries = screen.event_list.summaries
    return max(summaries, key=lambda summary: (rank.get(summary.worst or "", 0), summary.deliveries)).event.id


def _failed(screen: FlowScreen) -> str:
    """The line of the first attempt that failed, else the first line."""
    for line in screen.flow_list.rows:
        if line.node is not None and line.node.attempts and line.node.attempts[-1].error:
            return line.key
    return screen.flow_list.rows[0].key


async def _until(pilot: Pilot[None], is_there: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_there():
            await pilot.pause(0.02)
    await pilot.pause()


def _save(app: Explorer, path: Path) -> Path:
    path.write_text(_without_links(app.export_screenshot(title="tracer ui")))
    return path


def _without_links(svg: str) -> str:
    """Without the fonts that the picture would fetch from elsewhere, and with one name for its parts every time."""
    svg = re.sub(r"@font-face\s*{[^}]*}", "", svg)
    return re.sub(r"\bterminal-\d+-", "terminal-", svg)
