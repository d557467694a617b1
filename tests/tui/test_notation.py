"""How times, states and foreign text are written."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tests.tui.hand_written import T0, event
from tracer.flows.model import EventSummary
from tui.notation import day, fit, fit_middle, glyphs, moment, place, plain, state, timestamp


def test_times_are_utc_with_as_many_digits_as_asked() -> None:
    assert moment(T0) == "20:26:40.000"
    assert moment(T0 + 1, 0) == "20:26:40"
    assert day(T0) == "2026-05-28"
    assert timestamp(T0 + 1) == "2026-05-28 20:26:40.000000001"
    assert (moment(None), day(None), timestamp(None)) == ("–", "–", "–")


def test_control_characters_of_a_key_do_not_reach_the_terminal() -> None:
    assert plain("a\x1b[2Jb\nc") == "a·[2Jb␊c"
    assert plain(None) == "–"


@pytest.mark.parametrize("text", ["short", "a text that is longer than that", "漢字の長いトピック名", "é" * 30, ""])
@pytest.mark.parametrize("width", [0, 1, 2, 11, 12])
def test_a_text_fills_its_cells_exactly(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, end=False)) == width


def test_what_is_cut_says_so_on_the_side_where_it_is_cut() -> None:
    assert fit("abcdef", 4) == "abc…"
    assert fit("abcdef", 4, end=False) == "…def"


def test_topics_that_differ_at_the_end_stay_apart() -> None:
    assert fit_middle("user-created.crm.dlq", 14) == "user-crea….dlq"
    assert fit_middle("user-created", 14) == "user-created  "
    assert [cell_len(fit_middle("漢字の長いトピック名.dlq", width)) for width in range(15)] == list(range(15))


def test_an_event_without_coordinates_has_no_place() -> None:
    assert place(event(54)) == "0/54"
    assert place(event(54, offset=None)) == ""


def test_each_delivery_has_a_sign_while_they_fit_and_a_count_beyond() -> None:
    few = EventSummary(event(1), 3, 3, {"error": 1, "ok": 2}, "error")
    many = EventSummary(event(1), 40, 40, {"ok": 38, "dead-lettered": 2}, "dead-lettered")
    assert glyphs(few, 8) == [("✓✓", "ok"), ("✗", "error")]
    assert glyphs(many, 8) == [("✓38 ", "ok"), ("†2 ", "dead-lettered")]


def test_a_state_is_that_of_the_worst_delivery() -> None:
    assert state(EventSummary(event(1), 0, 0)) == "unconsumed"
    assert state(EventSummary(event(1), 0, 0, dead_letter=True)) == "dead letter"
    assert state(EventSummary(event(1), 1, 1, {"dead-lettered": 1}, "dead-lettered")) == "dead letter"
    assert state(EventSummary(event(1), 1, 1, {"ok": 1}, "ok")) == "ok"
