"""The explorer on a real store: written by the real writer, read by the real flows, in other threads."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.tui.driving import count_line, events_screen, flow_screen, lines, trouble, until
from tests.tui.real_store import write_orders
from tui.app import explorer
from tui.picture import export_pictures
from tui.screens.flow import FlowScreen


async def test_from_the_list_to_the_exception_of_a_failed_handler(tmp_path: Path) -> None:
    store = tmp_path / "store"
    write_orders(store, range(20), failing=7)
    app = explorer(store)
    async with app.run_test(size=(140, 40)) as pilot:
        await until(pilot, lambda: len(app.screen_stack) > 1 and events_screen(app).event_list.keys)
        assert "1 of 20 events" in count_line(app)
        assert lines(events_screen(app).event_list)[1].split()[2:5] == ["orders", "0/19", "order-19"]
        await pilot.press("slash", *"outcome:error")
        await until(pilot, lambda: events_screen(app).event_list.keys == ["kafka://orders/0/7"])
        await pilot.press("enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, FlowScreen) and app.screen.flow_list.rows)
        flow = flow_screen(app)
        assert "✗ billing" in lines(flow.flow_list)[2]
        await pilot.press("down", "enter")
        await until(pilot, lambda: "KeyError: 'total'" in flow.detail.text and "trace id" in flow.detail.text)
        assert "messaging.kafka.offset              7" in flow.detail.text


async def test_what_a_writer_adds_appears(tmp_path: Path) -> None:
    store = tmp_path / "store"
    write_orders(store, range(3))
    app = explorer(store)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: len(app.screen_stack) > 1 and len(events_screen(app).event_list.keys) == 3)
        write_orders(store, range(3, 8))
        await until(pilot, lambda: len(events_screen(app).event_list.keys) == 8)


async def test_a_store_that_is_removed_and_made_again_under_it_does_not_end_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    write_orders(store, range(9))
    app = explorer(store)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: len(app.screen_stack) > 1 and len(events_screen(app).event_list.keys) == 9)
        shutil.rmtree(store)
        await until(pilot, lambda: trouble(app))
        assert "\n" not in trouble(app)
        write_orders(store, range(2))
        await until(pilot, lambda: len(events_screen(app).event_list.keys) == 2)
        await until(pilot, lambda: trouble(app) == "")


def test_pictures_are_made_of_the_real_app_and_fetch_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store"
    write_orders(store, range(20), failing=7)
    made = export_pictures(store, tmp_path / "pictures")
    assert [path.stem for path in made] == [f"explorer-{what}" for what in ("events", "problems", "flow", "light")]
    assert "billing" in made[1].read_text()
    flow = made[2].read_text()
    assert "billing" in flow
    assert "KeyError" in flow
    assert "@font-face" not in flow
    assert str(tmp_path) not in made[0].read_text()
