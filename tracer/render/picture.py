"""What a drawing shows, whoever draws it: boxes, arrows between them, and what is not in it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

BOXES = 120
"""Of more boxes than that the rest is folded to counts: a picture that nobody can read tells nothing."""

ARROWS = 400
"""Arrows that are drawn at most; Mermaid refuses more than 500."""

Kind = Literal["event", "group", "topic", "service", "more"]


@dataclass(frozen=True, slots=True)
class Box:
    """An event, a group that was handed one, a topic, a service, or a count of what is folded (`more`).

    `lines`: the name, then what is said of it in a few words. `style` is an outcome, `untraced` or empty. `told` is
    what a tooltip says. `mark` names the problems that show there. `asked` marks the event that was asked for.
    """

    id: str
    kind: Kind
    lines: tuple[str, ...]
    style: str = ""
    told: tuple[str, ...] = ()
    asked: bool = False
    mark: str = ""

    @property
    def all_lines(self) -> tuple[str, ...]:
        """What is written in it."""
        return (*self.lines, self.mark) if self.mark else self.lines


@dataclass(frozen=True, slots=True)
class Arrow:
    """A step from one box to another. `weight` is how much goes that way; the lightest are left out first."""

    source: str
    target: str
    label: str = ""
    style: str = ""
    dashed: bool = False
    told: tuple[str, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and arrows in the order in which they are to be read; `notes` say what is not drawn."""

    title: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[str, ...] = ()


def bounded(picture: Picture, keep: Collection[str], arrows: int = ARROWS) -> Picture:
    """Only the boxes of `keep`, and of the arrows between them the `arrows` heaviest; notes tell of the rest."""
    boxes = tuple(box for box in picture.boxes if box.id in keep)
    between = [arrow for arrow in picture.arrows if arrow.source in keep and arrow.target in keep]
    heaviest = sorted(range(len(between)), key=lambda place: (-between[place].weight, place))[:arrows]
    drawn = tuple(between[place] for place in sorted(heaviest))
    notes = list(picture.notes)
    if gone := len(picture.boxes) - len(boxes):
        notes.append(f"{gone:,} more not drawn")
    if gone := len(between) - len(drawn):
        notes.append(f"{gone:,} weaker arrows not drawn")
    return replace(picture, boxes=boxes, arrows=drawn, notes=tuple(notes))
