"""A picture in Graphviz's DOT language. Pure.

Every text is a quoted string: `"` and `\\` are escaped, and `&`, because Graphviz decodes entities in labels. Boxes
are numbered: ids from outside stay labels.
"""

from __future__ import annotations

from tracer.render.picture import Arrow, Box, Picture

_SHAPES = {"event": "rounded", "topic": "rounded", "group": "solid", "service": "solid", "more": "dashed"}
_COLOURS = {
    "": "#848d97",
    "ok": "#1a7f37",
    "error": "#cf222e",
    "retried": "#bf8700",
    "dead-lettered": "#8250df",
    "unknown": "#848d97",
    "untraced": "#848d97",
}


def dot(picture: Picture) -> str:
    """A directed graph, left to right."""
    names = {box.id: f"n{place}" for place, box in enumerate(picture.boxes)}
    lines = [
        f"digraph {_quoted(picture.title)} {{",
        "  graph [rankdir=LR, fontname=Helvetica, fontsize=10, nodesep=0.2, ranksep=0.6]",
        "  node [shape=box, fontname=Helvetica, fontsize=11, margin=0.12]",
        '  edge [fontname=Helvetica, fontsize=10, color="#848d97"]',
    ]
    lines += [f"  {names[box.id]} {_box(box)}" for box in picture.boxes]
    lines += [
        f"  {names[arrow.source]} -> {names[arrow.target]} {_arrow(arrow)}"
        for arrow in picture.arrows
        if arrow.source in names and arrow.target in names
    ]
    if picture.notes:
        lines.append(f"  label={_quoted('; '.join(picture.notes))}")
    return "\n".join([*lines, "}"]) + "\n"


def _box(box: Box) -> str:
    values = {
        "label": _quoted(*box.all_lines),
        "tooltip": _quoted(*(box.told or box.lines)),
        "style": _quoted(_SHAPES[box.kind] + (",dashed" if box.style == "untraced" else "")),
        "color": _quoted(_COLOURS[box.style]),
    }
    if box.mark:
        values |= {"color": _quoted(_COLOURS["error"]), "fontcolor": _quoted(_COLOURS["error"])}
    if box.asked:
        values["penwidth"] = "3"
    return _attributes(values)


def _arrow(arrow: Arrow) -> str:
    values = {"label": _quoted(arrow.label)} if arrow.label else {}
    if arrow.told:
        values["tooltip"] = _quoted(*arrow.told)
    if arrow.dashed:
        values["style"] = "dashed"
    if arrow.style:
        values |= {"color": _quoted(_COLOURS[arrow.style]), "fontcolor": _quoted(_COLOURS[arrow.style])}
    return _attributes(values)


def _attributes(values: dict[str, str]) -> str:
    return "[" + ", ".join(f"{name}={value}" for name, value in values.items()) + "]"


def _quoted(*lines: str) -> str:
    """One string; several lines are centred under each other."""
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)
    return '"' + "\\n".join(escaped) + '"'
