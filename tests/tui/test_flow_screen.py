"""The flow of one event, and the detail of its lines."""

from __future__ import annotations

import threading
from dataclasses import replace

from tests.tui.driving import events_screen, flow_screen, lines, running, settled, trouble, until
from tests.tui.hand_written import MS, T0, Served, broken_flow, delivered, event, fan_out, processing, registrations
from tracer.checks.model import Report
from tracer.flows.clocks import WINDOW_NS
from tracer.flows.model import Beside, ClockBounds, Edge, Flow, Graph, Problem, Unknown
from tui.screens.events import EventsScreen
from tui.screens.flow import FlowScreen
from tui.screens.help import HelpScreen
from tui.widgets.detail_pane import DetailPane
from tui.widgets.problems import Problems

ID = "kafka://user-created/0/9"
CRM = f"{ID}#crm-sync"


def served(flow: Flow | None = None) -> Served:
    """A store with ten events and the flow of the newest."""
    flow = broken_flow(9) if flow is None else flow
    return Served(registrations(10, 5), {flow.asked: flow})


async def test_enter_opens_the_flow_of_the_event_and_escape_goes_back() -> None:
    async with running(served()) as (app, pilot):
        await until(pilot, lambda: events_screen(app).event_list.keys)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, FlowScreen) and app.screen.flow_list.rows)
        text = "\n".join(lines(flow_screen(app).flow_list))
        assert "† crm-sync  3 attempts" in text
        assert "attempt 1" not in text
        assert "† dead letter user-created.crm.dlq 0/9" in text
        assert "guess 0.40 ✓ ~audit" in text
        await pilot.press("escape")
        assert isinstance(app.screen, EventsScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, EventsScreen)


async def test_what_the_checks_say_of_the_flow_stands_above_it() -> None:
    flow = broken_flow(9)
    problem = Problem("poison", "crm-sync", "user-created", "crm-sync", 1, T0, T0, "failed 3 times", (ID,), 0.95)
    broken = replace(flow, graph=replace(flow.graph, problems=(problem,)))
    async with running(served(broken), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).query_one(Problems).text)
        assert flow_screen(app).query_one(Problems).text == f" ✗ poison  failed 3 times\n     {ID}"


async def test_what_the_checks_leave_undecided_stands_there_too() -> None:
    store = served()
    store.report = Report(unknown=(Unknown("lost", "crm", "user-created", "crm", 1, T0, T0, "passed 1", (ID,), "why"),))
    async with running(store, event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).query_one(Problems).text)
        assert flow_screen(app).query_one(Problems).text == " ? lost  passed 1"


async def test_a_flow_without_problems_has_no_line_for_them() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        await settled(app, pilot)
        assert flow_screen(app).query_one(Problems).text == ""


async def test_while_problems_are_looked_for_the_screen_says_so() -> None:
    store = served()
    store.hold_checks = threading.Event()
    async with running(store, event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        problems = flow_screen(app).query_one(Problems)
        await until(pilot, lambda: problems.waiting)
        assert "looking for problems" in problems.content.plain
        store.hold_checks.set()
        await until(pilot, lambda: not problems.waiting)
        assert not problems.display


async def test_queue_and_handling_are_told_apart_without_colour() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        flow_screen(app).flow_list.toggle_fold(CRM)
        bars = {row.key: line for row, line in zip(flow_screen(app).flow_list.rows, _body(app), strict=False)}
        assert "◆" in bars[ID]
        assert "░█" in bars[f"{ID}#provisioners"]
        assert "··" in bars[CRM]
        assert "░" not in bars[f"{CRM}@3"]


def _body(app: object) -> list[str]:
    return lines(flow_screen(app).flow_list)[1:]  # type: ignore[arg-type]


async def test_no_line_is_wider_than_the_screen() -> None:
    for size in ((50, 12), (80, 24), (200, 60)):
        async with running(served(), size, ID) as (app, pilot):
            await until(pilot, lambda app=app: flow_screen(app).flow_list.rows)
            flow = flow_screen(app).flow_list
            assert all(flow.render_line(y).cell_length == flow.size.width for y in range(flow.size.height))


async def test_a_start_before_the_event_was_produced_is_shown_as_such() -> None:
    flow = broken_flow(9)
    early = [
        replace(one, started_at=one.started_at - 20_000_000, queue_ns=-17_000_000)
        if one.group == "email-senders" and one.event == ID and one.started_at is not None
        else one
        for one in flow.graph.processings
    ]
    skewed = replace(flow, graph=replace(flow.graph, processings=tuple(early)))
    async with running(served(skewed), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        line = next(line for line in _body(app) if "email-senders" in line)
        assert "-17ms" in line
        assert "‹" in line


async def test_e_shows_how_each_edge_is_known() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        await pilot.press("e")
        text = "\n".join(lines(flow_screen(app).flow_list))
        assert "adjacency    0.40" in text
        assert "dead-lettered parent       1.00" in text
        await pilot.press("e")
        assert "confidence" not in "\n".join(lines(flow_screen(app).flow_list))


async def test_arrows_fold_and_unfold() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        flow = flow_screen(app).flow_list
        await until(pilot, lambda: flow.rows)
        flow.move_to(CRM)
        folded = len(flow.rows)
        await pilot.press("right")
        assert "✗ attempt 1  KeyError: 'email'" in "\n".join(_body(app))
        assert len(flow.rows) == folded + 3
        await pilot.press("left")
        assert len(flow.rows) == folded
        await pilot.press("left")
        assert len(flow.rows) == folded - 1
        await pilot.press("right", "space")
        assert len(flow.rows) == folded + 3
        flow.move_to(ID)
        await pilot.press("left")
        assert len(flow.rows) == 1


async def test_enter_opens_a_folded_fan_out() -> None:
    flow = fan_out(2_000)
    async with running(served(flow), (80, 40), flow.asked) as (app, pilot):
        shown = flow_screen(app).flow_list
        await until(pilot, lambda: shown.rows)
        assert "+1,980 more  ✓1,980" in _body(app)[21]
        await pilot.press("end", "enter")
        assert len(shown.rows) == 2_001


async def test_enter_on_an_attempt_opens_its_span_with_types_and_stack_trace() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        screen = flow_screen(app)
        await until(pilot, lambda: screen.flow_list.rows)
        screen.flow_list.move_to(CRM)
        await pilot.press("enter")
        await until(pilot, lambda: "trace id" in screen.detail.text)
        text = screen.detail.text
        assert "† dead-lettered  crm-sync  the last of 3 attempts" in text
        assert "3 attempts, all failed, backoff 10ms, 10ms" in text
        assert "how it is known" in text
        assert "by link, 1.00" in text
        assert 'messaging.system            "kafka"' in text
        assert "messaging.kafka.offset      9" in text
        assert "app.retried                 true" in text
        assert '    address = user["email"]' in text
        assert "process.pid   4711" in text
        assert "links" in text


async def test_the_detail_takes_the_place_of_the_tree_at_80_columns_and_stands_beside_it_at_200() -> None:
    async with running(served(), (80, 24), ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        await pilot.press("enter")
        await pilot.pause()
        assert flow_screen(app).detail.size.width > 70
        assert isinstance(app.focused, DetailPane)
        await pilot.resize_terminal(200, 60)
        await until(pilot, lambda: flow_screen(app).flow_list.size.width > 100)
        assert flow_screen(app).detail.size.width > 60


async def test_the_detail_goes_with_the_cursor() -> None:
    async with running(served(), (160, 40), ID) as (app, pilot):
        screen = flow_screen(app)
        await until(pilot, lambda: screen.flow_list.rows)
        await pilot.press("d")
        await until(pilot, lambda: "◆ user-created" in screen.detail.text)
        await pilot.press("down")
        await until(pilot, lambda: "✓ ok  email-senders" in screen.detail.text)
        await pilot.press("escape")
        assert not screen.detail.display
        assert app.screen is screen


async def test_an_event_without_a_send_span_says_so() -> None:
    flow = broken_flow(9)
    events = tuple(replace(one, span_id=None) if one.id == ID else one for one in flow.graph.events)
    unknown = replace(flow, graph=replace(flow.graph, events=events))
    async with running(served(unknown), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        await pilot.press("enter")
        await until(pilot, lambda: "No send span is known" in flow_screen(app).detail.text)


async def test_a_flow_grows_under_the_cursor_and_keeps_what_is_folded() -> None:
    store = served()
    async with running(store, event_id=ID) as (app, pilot):
        flow = flow_screen(app).flow_list
        await until(pilot, lambda: flow.rows)
        flow.move_to(f"{ID}#crm-sync")
        await pilot.press("left")
        before = len(flow.rows)
        more = replace(event(10, "user-archived", "audit"), produced_at=None)
        graph = broken_flow(9).graph
        edge = replace(graph.edges[-1], source=f"{ID}#audit@1", target=more.id)
        grown = replace(graph, events=(*graph.events, more), edges=(*graph.edges, edge))
        store.flows[ID] = Flow(ID, grown)
        store.number += 1
        await until(pilot, lambda: len(flow.rows) == before + 1)
        assert flow.cursor_key == f"{ID}#crm-sync"


async def test_f_follows_to_the_flow_of_another_event() -> None:
    store = served()
    dlq = "kafka://user-created.crm.dlq/0/9"
    store.flows[dlq] = Flow(dlq, broken_flow(9).graph)
    async with running(store, event_id=ID) as (app, pilot):
        screen = flow_screen(app)
        await until(pilot, lambda: screen.flow_list.rows)
        screen.flow_list.move_to(dlq)
        await pilot.press("f")
        await until(pilot, lambda: app.screen is not screen and flow_screen(app).flow_list.rows)
        text = "\n".join(_body(app))
        assert text.startswith(" ↑ ◆ user-created 0/9")
        assert "↑  † crm-sync" in text


async def test_an_event_that_is_not_there_is_one_line() -> None:
    async with running(Served(), event_id="kafka://nowhere/0/1") as (app, pilot):
        await until(pilot, lambda: "no event kafka://nowhere/0/1" in trouble(app))
        await pilot.press("escape")
        assert isinstance(app.screen, EventsScreen)


async def test_y_copies_the_id_of_the_line() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        screen = flow_screen(app)
        await until(pilot, lambda: screen.flow_list.rows)
        screen.flow_list.move_to(CRM)
        await pilot.press("y")
        assert app.clipboard == f"{CRM}@3"


async def test_help_lists_the_keys_that_hold_here() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        help_screen = app.screen
        assert isinstance(help_screen, HelpScreen)
        keys = {description: key for key, description in help_screen.keys}
        assert keys["Evidence"] == "e"
        assert keys["Fold"] == "← h"
        assert "Filter" not in keys
        await pilot.press("escape")
        assert isinstance(app.screen, FlowScreen)


async def test_t_turns_dark_to_light_and_back() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        await pilot.press("t")
        assert not app.current_theme.dark
        await pilot.press("t")
        assert app.current_theme.dark


async def test_the_palette_offers_our_commands() -> None:
    async with running(served(), event_id=ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        offered = {command.title for command in app.get_system_commands(app.screen)}
        assert {"Help", "Light or dark", "Evidence", "Back"} <= offered
        await settled(app, pilot)


async def test_w_shows_the_whole_flow_from_its_first_cause_and_back() -> None:
    sent = "kafka://email-sent/0/9"
    graph = broken_flow(9).graph
    above = {
        ID,
        f"{ID}#provisioners@1",
        "kafka://resource-provisioned/0/9",
        "kafka://resource-provisioned/0/9#email-senders@1",
    }
    way = Graph(
        tuple(one for one in graph.events if one.id in above or one.id == sent),
        tuple(one for one in graph.processings if one.id in above),
        tuple(edge for edge in graph.edges if {edge.source, edge.target} <= above | {sent}),
    )
    store = served(Flow(sent, way, beside=(Beside(ID, "ok", 3), Beside(ID, "dead-lettered", 1))))
    store.flows[f"whole {sent}"] = Flow(sent, graph)
    async with running(store, event_id=sent) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        text = "\n".join(_body(app))
        assert "↑ … 4 other groups: 1 dead-lettered, 3 ok" in text
        assert "crm-sync" not in text
        await pilot.press("w")
        await until(pilot, lambda: "crm-sync" in "\n".join(_body(app)))
        text = "\n".join(_body(app))
        assert "email-sent 0/9  ◀ asked for" in text
        assert "↑" not in text
        assert flow_screen(app).flow_list.cursor_key == sent
        await pilot.press("w")
        await until(pilot, lambda: "crm-sync" not in "\n".join(_body(app)))


async def test_other_causes_are_counted_and_enter_shows_each_with_what_it_led_to() -> None:
    orders, total = [event(number) for number in range(9)], event(20, "totals")
    summing = [processing(one, "sum", 5, 1) for one in orders]
    edges = [Edge(one.id, total.id, "caused", "adjacency", 0.11) for one in summing]
    flow = Flow(total.id, Graph((*orders, total), tuple(summing), (*map(delivered, summing), *edges)))
    async with running(served(flow), event_id=total.id) as (app, pilot):
        shown = flow_screen(app).flow_list
        await until(pilot, lambda: shown.rows)
        assert "↑ +8 more causes of the next: 8 in user-created (each a guess, 0.11)" in "\n".join(_body(app))
        shown.move_to(next(line.key for line in shown.rows if line.opens))
        await pilot.press("enter")
        assert "\n".join(_body(app)).count("→ totals/2/20  guess 0.11") == 9


async def test_a_fan_out_of_a_hundred_thousand_opens_folded_and_keys_are_answered() -> None:
    flow = fan_out(100_000)
    async with running(served(flow), (80, 24), flow.asked) as (app, pilot):
        shown = flow_screen(app).flow_list
        await until(pilot, lambda: shown.rows)
        assert len(shown.rows) == 22
        await pilot.press("end")
        assert "+99,980 more" in "\n".join(_body(app))


async def test_the_detail_of_an_attempt_tells_the_parts_of_its_time_in_queue_and_what_is_known_of_the_clocks() -> None:
    flow = broken_flow(9)
    created, *others = flow.graph.events
    created = replace(created, host="shop-1", acknowledged_at=T0 + 451 * MS)
    audit = next(one for one in flow.graph.processings if one.group == "audit")
    rest = [one for one in flow.graph.processings if one is not audit]
    audit = replace(audit, host="audit-1", arrived_at=T0 + 455 * MS)
    bounds = ClockBounds(T0 // WINDOW_NS * WINDOW_NS, "audit-1", "shop-1", 3_100_000, None, 20)
    graph = replace(flow.graph, events=(created, *others), processings=(audit, *rest))
    async with running(served(replace(flow, graph=graph, clocks=(bounds,))), (120, 40), ID) as (app, pilot):
        await until(pilot, lambda: flow_screen(app).flow_list.rows)
        flow_screen(app).flow_list.move_to(f"{ID}#audit")
        await pilot.press("d")
        text = " ".join(flow_screen(app).detail.text.split())
        assert "in queue 12ms sending 1.0ms broker 4.0ms prefetched 7.0ms" in text
        assert "audit-1 is at least 3.1ms behind shop-1" in text
