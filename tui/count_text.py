"""The line below the events: how many are shown, of how many, and whether the list is live. Pure."""

from __future__ import annotations

from textual.content import Content

from tracer.render.words import plural


def count_text(at: int, shown: int, limit: int, *, is_filtered: bool, held: bool, new: int | None) -> Content:
    """`at` is the line of the cursor, from 1. With `held`, `new` events wait above; None: more than can be counted."""
    live, hint = ("● live", "$success"), ""
    if held:
        live = ("‖ paused, many new" if new is None else f"‖ paused, {new:,} new", "$warning")
        hint = "  g shows them"
    return Content.assemble(" ", (_counted(at, shown, limit, is_filtered), "bold"), "  ", live, (hint, "$dim"))


def _counted(at: int, shown: int, limit: int, is_filtered: bool) -> str:
    if shown == 0:
        return "no events"
    newest = "the newest " if shown >= limit else ""
    return f"{at:,} of {newest}{plural(shown, 'matching event' if is_filtered else 'event')}"
