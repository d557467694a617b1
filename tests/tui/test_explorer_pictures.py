"""How the screens look, as SVG: the same on every machine, since clock, zone and data stand still."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.driving import events_screen, explorer_on, flow_screen, until
from tests.tui.hand_written import REPORT, Served, broken_flow, registrations
from tui.screens.critical_path import CriticalPathScreen
from tui.screens.problems import ProblemsScreen

ID = "kafka://user-created/0/9"
Compare = Callable[..., bool]
Steps = Callable[[Pilot[None]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """No animation, and the colours of the theme whatever the terminal of the one who tests."""
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)


def served() -> Served:
    """Sixty registrations, the newest of which crm cannot handle."""
    return Served(registrations(60, 40), {ID: broken_flow(9)})


def on_events(*keys: str) -> Steps:
    """The list, then keys."""

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: events_screen(_app(pilot)).event_list.keys)
        await pilot.press(*keys)

    return steps


def on_flow(key: str | None = None, *keys: str) -> Steps:
    """The flow, the cursor on a line, then keys; waits for the span where the detail was opened."""

    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: flow_screen(_app(pilot)).flow_list.rows)
        screen = flow_screen(_app(pilot))
        if key is not None:
            screen.flow_list.move_to(key)
        await pilot.press(*keys)
        if screen.detail.display:
            await until(pilot, lambda: "trace id" in screen.detail.text)

    return steps


def _app(pilot: Pilot[None]) -> Any:
    return pilot.app


def test_events(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served()), run_before=on_events("down", "down"))


def test_events_wide(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served()), terminal_size=(160, 30), run_before=on_events())


def test_events_light(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served()), run_before=on_events("t"))


def test_empty(snap_compare: Compare) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await until(pilot, lambda: events_screen(_app(pilot))._updated_at is not None)

    assert snap_compare(explorer_on(Served()), run_before=steps)


def test_flow(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served(), ID), run_before=on_flow())


def test_flow_light_with_detail(snap_compare: Compare) -> None:
    steps = on_flow(f"{ID}#crm-sync", "t", "d")
    assert snap_compare(explorer_on(served(), ID), terminal_size=(160, 40), run_before=steps)


def test_flow_evidence(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served(), ID), run_before=on_flow(None, "e"))


def on_critical_path(key: str, *keys: str) -> Steps:
    """The critical path of a line of the flow, then keys; waits for the span where the detail was opened."""

    async def steps(pilot: Pilot[None]) -> None:
        await on_flow(key, "c")(pilot)
        await until(pilot, lambda: isinstance(pilot.app.screen, CriticalPathScreen) and pilot.app.screen.path_list.rows)
        screen = pilot.app.screen
        assert isinstance(screen, CriticalPathScreen)
        await pilot.press(*keys)
        if screen.detail.display:
            await until(pilot, lambda: "trace id" in screen.detail.text)

    return steps


def test_critical_path(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served(), ID), run_before=on_critical_path(f"{ID}#crm-sync"))


def test_critical_path_wide_with_detail(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served(), ID), terminal_size=(160, 40), run_before=on_critical_path(ID, "d"))


def test_detail(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served(), ID), run_before=on_flow(f"{ID}#crm-sync", "enter"))


def test_problems(snap_compare: Compare) -> None:
    async def steps(pilot: Pilot[None]) -> None:
        await on_events("p")(pilot)
        await until(
            pilot, lambda: isinstance(_app(pilot).screen, ProblemsScreen) and _app(pilot).screen.problem_list.rows
        )

    assert snap_compare(explorer_on(Served(registrations(60, 40), {}, REPORT)), run_before=steps)


def test_help(snap_compare: Compare) -> None:
    assert snap_compare(explorer_on(served(), ID), terminal_size=(80, 40), run_before=on_flow(None, "question_mark"))
