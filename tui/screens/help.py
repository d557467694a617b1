"""Help, made from the bindings that hold where it is asked for."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tracer.render.words import GLYPHS

SIGNS = (
    ("◆", "$event", "produced"),
    ("░", "$queue", "in queue: produced, not yet taken"),
    ("█", "$success", "being handled (red: it failed)"),
    ("▓", "$success", "its batch being handled; its own share is not known"),
    ("▏", "$success", "taken; no span tells for how long"),
    ("▒", "$warning", "in a retry topic"),
    ("·", "$dim", "waiting for the next attempt"),
    ("▄", "", "on a critical path: a call that it waited for"),
    ("?", "$dim", "on a critical path: time that no span accounts for"),
    ("‹", "$warning", "taken before it was produced: the clocks differ"),
    ("▸ ▾", "$dim", "folded, open: several attempts are one line until unfolded"),
    ("guess 0.40", "$warning", "nothing proves this step; 1.00 would be certain"),
    ("┄", "$dim", "a guess under 0.50"),
    ("~", "$warning", "no span names the consumer group; its service stands in"),
    ("–", "$dim", "not told by any span"),
)
HIDDEN = {"ctrl+c", "ctrl+q", "tab", "shift+tab", "super+c"}


class HelpScreen(ModalScreen[None]):
    """Keys of the screen below, the signs, the filter's words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter", "dismiss", "Close", key_display="Esc"),
    ]

    def __init__(self, asked_from: Screen[object]) -> None:
        super().__init__()
        self.keys = keys_of(asked_from)

    def compose(self) -> ComposeResult:
        """One box that scrolls."""
        with VerticalScroll(id="help"):
            yield Static(_text(self.keys), id="help-text")

    def on_mount(self) -> None:
        """A line at the box's edge says how to leave."""
        box = self.query_one("#help")
        box.border_title = "help"
        box.border_subtitle = "Esc closes"


def keys_of(screen: Screen[object]) -> list[tuple[str, str]]:
    """(keys, what they do) of every binding that holds on a screen, those of the same action together."""
    found: dict[tuple[str, str], list[str]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        if binding.description and key not in HIDDEN:
            shown = screen.app.get_key_display(binding)
            names = found.setdefault((binding.action, binding.description), [])
            if shown not in names:
                names.append(shown)
    return [(" ".join(names), description) for (_, description), names in found.items()]


def _text(keys: list[tuple[str, str]]) -> Content:
    lines = [Content.styled("keys", "bold $primary")]
    half = (len(keys) + 1) // 2
    for number in range(half):
        left, right = keys[number], keys[number + half] if number + half < len(keys) else ("", "")
        lines.append(Content.assemble(*_key(left), *_key(right)))
    lines += [Content(""), Content.styled("signs", "bold $primary")]
    lines.append(Content("  ".join(f"{sign} {outcome}" for outcome, sign in GLYPHS.items())))
    lines += [Content.assemble((sign, style), f"  {meaning}") for sign, style, meaning in SIGNS]
    lines += [Content(""), Content.styled("filter", "bold $primary")]
    lines.append(Content("words match id, topic, key, service, group and error; these narrow:"))
    lines.append(Content.styled("topic:x  group:y  outcome:error  key:k", "$accent"))
    return Content("\n").join(lines)


def _key(key: tuple[str, str]) -> list[tuple[str, str]]:
    return [(f"{key[0]:>12}", "bold $accent"), (f"  {key[1]:<18}", "")]
