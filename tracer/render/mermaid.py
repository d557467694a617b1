"""A picture as a Mermaid flowchart, as GitHub, GitLab and many wikis draw it. Pure.

What came from telemetry stands only in quoted labels, everything in them that Mermaid could read as its own or as
Markdown as an entity (`#35;`). Colours are strokes alone, so that it can be read on light and on dark pages.
"""

from __future__ import annotations

import re

from tracer.render.picture import Arrow, Box, Picture

_SHAPES = {
    "event": ('(["', '"])'),
    "topic": ('(["', '"])'),
    "group": ('["', '"]'),
    "service": ('["', '"]'),
    "more": ('>"', '"]'),
}
_CLASSES = {
    "ok": "stroke:#1a7f37",
    "error": "stroke:#cf222e,stroke-width:2px",
    "retried": "stroke:#bf8700",
    "dead-lettered": "stroke:#8250df,stroke-width:2px",
    "unknown": "stroke:#848d97,stroke-dasharray:3 3",
    "untraced": "stroke-dasharray:5 4",
    "problem": "stroke:#cf222e,stroke-width:2px",
    "asked": "stroke-width:4px",
}
_PLAIN = re.compile(r"\w[-./_]\w|\d:\d")
_HARMLESS = frozenset(",·✓✗†↻…⚠")


def mermaid(picture: Picture) -> str:
    """The text of the diagram, without the fence around it. Boxes are numbered: ids from outside stay labels. The last
    one, without a border, holds the notes.
    """
    names = {box.id: f"n{place}" for place, box in enumerate(picture.boxes)}
    lines = ["flowchart LR"]
    lines += [f"  {names[box.id]}{_box(box)}" for box in picture.boxes]
    arrows = [arrow for arrow in picture.arrows if arrow.source in names and arrow.target in names]
    lines += [f"  {names[arrow.source]} {_arrow(arrow)} {names[arrow.target]}" for arrow in arrows]
    lines += [
        f"  linkStyle {place} {_CLASSES[arrow.style]}" for place, arrow in enumerate(arrows) if arrow.style in _CLASSES
    ]
    more = {
        "problem": [names[box.id] for box in picture.boxes if box.mark],
        "asked": [names[box.id] for box in picture.boxes if box.asked],
    }
    used = {box.style for box in picture.boxes} | {name for name, boxes in more.items() if boxes}
    lines += [f"  classDef {_class(name)} {look}" for name, look in _CLASSES.items() if name in used]
    lines += [f"  class {','.join(boxes)} {name}" for name, boxes in more.items() if boxes]
    if picture.notes:
        label = "<br/>".join(_escaped(note) for note in picture.notes)
        lines += [f'  n{len(names)}["{label}"]:::note', "  classDef note fill:none,stroke:none"]
    return "\n".join(lines) + "\n"


def _box(box: Box) -> str:
    begin, end = _SHAPES[box.kind]
    label = "<br/>".join(_escaped(line) for line in box.all_lines)
    return f"{begin}{label}{end}" + (f":::{_class(box.style)}" if box.style in _CLASSES else "")


def _class(name: str) -> str:
    return name.replace("-", "")


def _arrow(arrow: Arrow) -> str:
    line = "-.->" if arrow.dashed else "-->"
    return f'{line}|"{_escaped(arrow.label)}"|' if arrow.label else line


def _escaped(text: str) -> str:
    """Letters and digits as they are, and signs where they can do no harm; all else as entities.

    What Mermaid looks for after it has decoded them (`\\n`, `$$`, icons), and a direction, which it looks for anywhere
    in a line, is broken by a space without width.
    """
    for found in ("\\", "$", ":fa", "direction "):
        text = text.replace(found, f"{found[0]}\u200b{found[1:]}")
    kept = []
    for place, sign in enumerate(text):
        inside = _PLAIN.fullmatch(text[max(0, place - 1) : place + 2]) is not None
        is_space = sign == " " and text[place - 1 : place] not in ("", " ")
        is_word = sign.isalnum() or sign in _HARMLESS
        kept.append(sign if is_word or is_space or (inside and text[place - 3 : place] != "www") else f"#{ord(sign)};")
    return "".join(kept)
