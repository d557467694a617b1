"""The critical path, opened from a line of a flow."""

from __future__ import annotations

from textual.pilot import Pilot

from tests.tui.driving import flow_screen, lines, running, settled, trouble, until
from tests.tui.hand_written import Served, broken_flow, registrations
from tui.app import Explorer
from tui.screens.critical_path import CriticalPathScreen
from tui.screens.flow import FlowScreen

ID = "kafka://user-created/0/9"
CRM = f"{ID}#crm-sync"


def served() -> Served:
    return Served(registrations(10, 5), {ID: broken_flow(9)})


async def opened(app: Explorer, pilot: Pilot[None], key: str) -> CriticalPathScreen:
    """`c` on a line of the flow."""
    await until(pilot, lambda: flow_screen(app).flow_list.rows)
    flow_screen(app).flow_list.move_to(key)
    await pilot.press("c")
    await until(pilot, lambda: isinstance(app.screen, CriticalPathScreen) and app.screen.path_list.rows)
    assert isinstance(app.screen, CriticalPathScreen)
    return app.screen


async def test_c_on_an_event_shows_what_the_end_of_all_that_it_caused_waited_for() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        screen = await opened(app, pilot, ID)
        text = "\n".join(lines(screen.path_list))
        assert "email-senders ← resour" in text
        assert "provisioners  process prov" in text
        assert "kind" in text.splitlines()[0]
        await pilot.press("escape")
        assert isinstance(app.screen, FlowScreen)


async def test_c_on_a_group_ends_the_path_where_that_group_was_done_over_all_its_attempts() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        screen = await opened(app, pilot, CRM)
        kinds = [row.segment.kind for row in screen.path_list.rows if row.segment is not None and row.remark is None]
        assert kinds == ["queue", "work", "retry", "work", "retry", "work", "call", "work"]
        assert screen.group == "crm-sync"


async def test_the_cursor_begins_on_the_longest_segment_and_its_span_is_one_key_away() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        screen = await opened(app, pilot, CRM)
        assert screen.path_list.chosen is not None
        assert screen.path_list.chosen.segment is not None
        assert screen.path_list.chosen.segment.duration_ns == 18_000_000
        await pilot.press("enter")
        await settled(app, pilot)
        assert "18ms" in screen.detail.text
        assert "KeyError" in screen.detail.text
        await pilot.press("escape")
        assert not screen.detail.display
        assert app.screen is screen


async def test_enter_on_a_wait_and_f_open_the_flow_of_the_event_that_waited() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await opened(app, pilot, CRM)
        await pilot.press("home", "enter")
        assert flow_screen(app).event_id == ID
        await pilot.press("escape", "f")
        assert flow_screen(app).event_id == ID


async def test_why_there_is_no_path_is_told_in_one_line() -> None:
    store = served()
    async with running(store, event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        store.flows.clear()
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CriticalPathScreen) and trouble(app))
        assert "no event" in trouble(app)
        await pilot.press("f", "y", "d", "enter")
        assert isinstance(app.screen, CriticalPathScreen)


async def test_no_line_is_wider_than_the_screen() -> None:
    for size in ((80, 24), (200, 60)):
        async with running(served(), size, ID) as (app, pilot):
            screen = await opened(app, pilot, ID)
            shown = screen.path_list
            assert all(shown.render_line(y).cell_length == shown.size.width for y in range(shown.size.height))
