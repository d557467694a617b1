"""The events list: live, filtered, paused, empty, in trouble."""

from __future__ import annotations

import threading

from tests.tui.driving import count_line, empty, events_screen, lines, running, settled, trouble, until
from tests.tui.hand_written import Served, broken_flow, registrations
from tracer.errors import SurroundingsError
from tui.screens.events import WINDOW
from tui.screens.flow import FlowScreen


async def test_events_stand_newest_first_with_how_each_group_fared() -> None:
    async with running(Served(registrations(30, 20))) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        shown = lines(events_screen(app).event_list)
        assert shown[0].split() == ["time", "(UTC)", "topic", "key", "producer", "groups", "in", "queue", "state"]
        assert shown[1].split() == [
            "20:26:41.450", "user-created", "2/29", "user-0029", "signup", "✓✓✓✓†", "4.0ms", "dead", "letter",
        ] or shown[1].split() == [
            "20:26:41.450", "user-created", "user-0029", "signup", "✓✓✓✓†", "4.0ms", "dead", "letter",
        ]  # fmt: skip
        assert "1 of 30 events" in count_line(app)


async def test_no_line_is_wider_than_the_screen() -> None:
    for size in ((40, 10), (80, 24), (200, 60)):
        async with running(Served(registrations(30, 20)), size) as (app, pilot):
            await until(pilot, lambda app=app: events_screen(app).event_list.keys)
            events = events_screen(app).event_list
            assert all(events.render_line(y).cell_length == events.size.width for y in range(events.size.height))


async def test_the_id_is_shown_where_there_is_room_for_it() -> None:
    async with running(Served(registrations(3)), (200, 24)) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        assert lines(events_screen(app).event_list)[1].endswith("kafka://user-created/2/2")


async def test_new_events_appear_above_and_the_selection_stays_on_its_event() -> None:
    served = Served(registrations(10))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        await pilot.press("down", "down")
        chosen = events.cursor_key
        served.change(registrations(13))
        await until(pilot, lambda: len(events.keys) == 13)
        assert events.keys[0] == "kafka://user-created/0/12"
        assert events.cursor_key == chosen
        assert events.is_at_top


async def test_a_list_that_nobody_touched_follows_the_newest() -> None:
    served = Served(registrations(10))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        served.change(registrations(200))
        await until(pilot, lambda: len(events.keys) == 200)
        assert events.is_at_top
        assert events.cursor == 0


async def test_it_pauses_while_one_reads_further_down_and_g_shows_what_is_new() -> None:
    served = Served(registrations(100))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        await pilot.press("end")
        before = (events.cursor_key, lines(events))
        served.change(registrations(107))
        await until(pilot, lambda: "paused, 7 new" in count_line(app))
        assert (events.cursor_key, lines(events)) == before
        await pilot.press("g")
        await until(pilot, lambda: "● live" in count_line(app))
        assert events.cursor_key == "kafka://user-created/1/106"


async def test_lines_that_are_shown_change_while_it_is_paused() -> None:
    served = Served(registrations(100))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        await pilot.press("end")
        served.change(registrations(101, broken_from=0))
        await until(pilot, lambda: "paused, 1 new" in count_line(app))
        assert "dead letter" in lines(events)[-1]


async def test_more_are_read_when_the_end_comes_into_sight() -> None:
    served = Served(registrations(3 * WINDOW))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: len(events.keys) == WINDOW)
        assert f"of the newest {WINDOW} events" in count_line(app)
        await pilot.press("end")
        await until(pilot, lambda: len(events.keys) == 2 * WINDOW)
        await pilot.press("end")
        await until(pilot, lambda: len(events.keys) == 3 * WINDOW)
        assert "of 1,500 events" in count_line(app)


async def test_the_filter_narrows_as_one_types_and_escape_clears_it() -> None:
    served = Served(registrations(100, 50))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        await pilot.press("slash", *"user-0042")
        await until(pilot, lambda: events.keys == ["kafka://user-created/0/42"])
        assert "1 of 1 matching event" in count_line(app)
        await pilot.press("escape")
        await until(pilot, lambda: len(events.keys) == 100)
        assert app.focused is events


async def test_an_outcome_narrows() -> None:
    served = Served(registrations(100, 95))
    async with running(served) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("slash", *"outcome:dead")
        await until(pilot, lambda: len(events_screen(app).event_list.keys) == 5)
        assert served.asked[-1].outcome == "dead-lettered"


async def test_the_arrow_takes_what_the_filter_line_offers() -> None:
    async with running(Served(registrations(5))) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("slash", *"topic:us")
        await settled(app, pilot)
        await pilot.press("right")
        assert events_screen(app).filter_line.value == "topic:user-created"


async def test_a_filter_that_cannot_be_says_what_to_type() -> None:
    async with running(Served(registrations(5))) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("slash", *"outcome:boom")
        await until(pilot, lambda: "type one of ok, error" in trouble(app))


async def test_a_newer_question_replaces_the_one_that_is_running() -> None:
    served = Served(registrations(100))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        served.hold = threading.Event()
        await pilot.press("slash", *"user-001")
        await until(pilot, lambda: app.workers._workers)
        await pilot.press("5")
        await until(pilot, lambda: events_screen(app)._wanted.text == "user-0015")
        served.hold.set()
        await until(pilot, lambda: events.keys == ["kafka://user-created/0/15"])
        await settled(app, pilot)
        assert events.keys == ["kafka://user-created/0/15"]


async def test_a_store_that_changes_faster_than_it_answers_is_shown_all_the_same() -> None:
    served = Served(registrations(5))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        served.hold = threading.Event()
        asked = len(served.asked)
        served.change(registrations(8))
        for _ in range(20):
            served.number += 1
            app.poll()
            await pilot.pause(0.01)
        assert len(served.asked) == asked
        served.hold.set()
        await until(pilot, lambda: len(events.keys) == 8)


async def test_the_wheel_reads_on_like_the_keys() -> None:
    served = Served(registrations(2 * WINDOW))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: len(events.keys) == WINDOW)
        events.scroll_end(animate=False)
        await until(pilot, lambda: len(events.keys) == 2 * WINDOW)


async def test_the_screen_answers_while_the_store_does_not() -> None:
    served = Served(registrations(100))
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        served.hold = threading.Event()
        served.number += 1
        await pilot.press("down", "down", "question_mark")
        assert events.cursor == 2
        served.hold.set()


async def test_the_data_is_never_read_on_the_screens_own_thread() -> None:
    served = Served(registrations(10), {broken_flow(9).asked: broken_flow(9)})
    async with running(served) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("enter", "enter")
        await settled(app, pilot)
        assert served.threads
        assert threading.get_ident() not in served.threads


async def test_an_empty_store_says_why_and_what_to_type() -> None:
    async with running(Served()) as (app, pilot):
        await until(pilot, lambda: "No events yet" in empty(app))
        assert "tracer collect" in empty(app)
        assert "tracer run -- python service.py" in empty(app)


async def test_keys_are_commands_from_the_start() -> None:
    async with running(Served()) as (app, pilot):
        await pilot.press("t")
        assert events_screen(app).filter_line.value == ""
        assert not app.current_theme.dark


async def test_the_first_event_takes_the_place_of_the_empty_view() -> None:
    served = Served()
    async with running(served) as (app, pilot):
        await until(pilot, lambda: "No events yet" in empty(app))
        served.change(registrations(1))
        await until(pilot, lambda: events_screen(app).event_list.keys)
        assert empty(app) == ""
        assert events_screen(app).event_list.display


async def test_a_filter_without_matches_names_itself_and_the_way_out() -> None:
    async with running(Served(registrations(5))) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("slash", *"zzz")
        await until(pilot, lambda: "No event matches zzz" in empty(app))
        assert "Esc clears the filter" in empty(app)


async def test_a_store_that_fails_is_one_line_and_the_list_comes_back_with_it() -> None:
    served = Served(registrations(5))
    async with running(served) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        served.trouble = SurroundingsError("cannot read the store", "look at its permissions")
        await until(pilot, lambda: trouble(app) == "✗ cannot read the store: look at its permissions")
        served.trouble = None
        served.change(registrations(7))
        await until(pilot, lambda: len(events_screen(app).event_list.keys) == 7)
        assert trouble(app) == ""


async def test_an_error_that_is_not_ours_is_one_line_too() -> None:
    served = Served(trouble=RuntimeError("Catalog Error: gone\nLINE 1: SELECT"))
    async with running(served) as (app, pilot):
        await until(pilot, lambda: trouble(app) == "✗ RuntimeError: Catalog Error: gone")


async def test_a_store_that_was_replaced_is_read_anew() -> None:
    served = Served(registrations(9), number=40)
    async with running(served) as (app, pilot):
        await until(pilot, lambda: len(events_screen(app).event_list.keys) == 9)
        await until(pilot, lambda: app._version == 40)
        served.summaries, served.number = registrations(2), 1
        await until(pilot, lambda: len(events_screen(app).event_list.keys) == 2)
        assert served.closed >= 1


async def test_a_click_selects_and_a_click_on_the_selected_line_opens() -> None:
    served = Served(registrations(10), {f"kafka://user-created/{n % 3}/{n}": broken_flow(n) for n in range(10)})
    async with running(served) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        await pilot.click(events, offset=(10, 3))
        assert events.cursor == 2
        await pilot.click(events, offset=(10, 3))
        await until(pilot, lambda: isinstance(app.screen, FlowScreen))


async def test_y_copies_the_id() -> None:
    async with running(Served(registrations(3))) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("y")
        assert app.clipboard == "kafka://user-created/2/2"


async def test_a_smaller_terminal_keeps_the_selection_in_sight() -> None:
    async with running(Served(registrations(100)), (120, 40)) as (app, pilot):
        events = events_screen(app).event_list
        await until(pilot, lambda: events.keys)
        await pilot.press(*["down"] * 30)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: events.size.width == 80)
        await pilot.pause()
        assert any("user-0069" in line for line in lines(events))


async def test_q_quits() -> None:
    async with running(Served(registrations(3))) as (app, pilot):
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
