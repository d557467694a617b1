"""What is wrong in the store, opened from the list of events."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.driving import lines, running, settled, trouble, until
from tests.tui.hand_written import REPORT, Served, broken_flow, registrations
from tests.tui.real_store import write_orders
from tracer.checks.model import Report
from tui.app import Explorer, explorer
from tui.screens.flow import FlowScreen
from tui.screens.problems import ProblemsScreen
from tui.widgets.one_line import TwoSided

ID = "kafka://user-created/0/9"
OTHER = "kafka://user-created/1/10"


def served(report: Report = REPORT) -> Served:
    return Served(registrations(10, 5), {ID: broken_flow(9), OTHER: broken_flow(10)}, report)


async def opened(app: Explorer, pilot: Pilot[None]) -> ProblemsScreen:
    """`p` on the list of events."""
    await settled(app, pilot)
    await pilot.press("p")
    await until(pilot, lambda: isinstance(app.screen, ProblemsScreen) and app.screen.problem_list.rows)
    assert isinstance(app.screen, ProblemsScreen)
    return app.screen


def shown(screen: ProblemsScreen) -> str:
    """The text below the lines."""
    return str(screen.query_one("#problem", Static).content)


async def test_p_shows_problems_then_what_is_open_then_the_guarantees() -> None:
    async with running(served()) as (app, pilot):
        screen = await opened(app, pilot)
        found = [line.split()[:2] for line in lines(screen.problem_list)[1:5]]
        assert found == [["✗", "failing"], ["?", "lost"], ["–", "business-duplicate"], ["=", "delivery"]]
        assert "1 problem, 1 undecided" in screen.query_one("#headline", TwoSided).text
        assert "likely (0.70)" in shown(screen)
        assert f"{ID}  {OTHER}  (2 of 7)" in shown(screen)
        await pilot.press("end")
        await pilot.pause()
        assert "effectively once in 100" in shown(screen)


async def test_enter_opens_an_event_that_shows_the_problem_and_the_next_key_another() -> None:
    async with running(served()) as (app, pilot):
        await opened(app, pilot)
        for key, expected in (("enter", ID), ("right", OTHER), ("right", ID)):
            await pilot.press(key)
            await until(pilot, lambda: isinstance(app.screen, FlowScreen) and app.screen.flow_list.rows)
            assert isinstance(app.screen, FlowScreen)
            assert app.screen.event_id == expected
            await pilot.press("escape")
            assert isinstance(app.screen, ProblemsScreen)


async def test_a_line_that_no_event_shows_opens_nothing() -> None:
    async with running(served()) as (app, pilot):
        await opened(app, pilot)
        await pilot.press("end", "enter", "right", "y")
        await pilot.pause()
        assert isinstance(app.screen, ProblemsScreen)


async def test_a_store_without_problems_says_so_and_new_problems_appear() -> None:
    at_first = served(Report(guarantees=REPORT.guarantees))
    async with running(at_first) as (app, pilot):
        screen = await opened(app, pilot)
        assert "no problems" in screen.query_one("#headline", TwoSided).text
        at_first.report = REPORT
        at_first.change(at_first.summaries)
        await until(pilot, lambda: len(screen.problem_list.rows) == 4)
        assert "1 problem" in screen.query_one("#headline", TwoSided).text


async def test_an_error_is_one_line_and_escape_goes_back() -> None:
    failing = served()
    async with running(failing) as (app, pilot):
        await settled(app, pilot)
        failing.trouble = OSError("the disk is gone")
        await pilot.press("p")
        await until(pilot, lambda: "the disk is gone" in trouble(app))
        await pilot.press("escape")
        await pilot.pause()
        assert not isinstance(app.screen, ProblemsScreen)


async def test_the_checks_of_a_real_store_are_shown(tmp_path: Path) -> None:
    write_orders(tmp_path / "store", range(20))
    app = explorer(tmp_path / "store")
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await opened(app, pilot)
        assert any("orders → billing" in line for line in lines(screen.problem_list))
