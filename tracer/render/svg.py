"""A picture as SVG: a file by itself that fits a light and a dark page, with text that can be selected. Pure.

Only system fonts, nothing is loaded. Widths of texts are estimated from their cells, with room to spare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from tracer.render.cells import cells
from tracer.render.layout import Layout, Link, Place, Point, Way, layout
from tracer.render.picture import Arrow, Box, Picture

_NAME, _DETAIL = 8.0, 6.6  # pixels that a cell takes, in a name and elsewhere
_LINE = 17.0  # from one line of text to the next,
_BASELINE = 12.0  # of which so much is above where its letters stand
_BESIDE, _ABOVE = 14.0, 6.0  # between the edges of a box and its text
_MARGIN = 20.0
_CORNERS = {"event": 16, "topic": 16, "more": 6, "group": 4, "service": 4}
_HEAD = 7.0  # length of an arrow's head
_SAFE = str.maketrans(dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)], "·"))


def css() -> str:
    """The style of a drawing, for `svg` and for the page that `figure` stands in."""
    return (Path(__file__).parent / "picture.css").read_text(encoding="utf-8")


def svg(picture: Picture) -> str:
    """A whole file."""
    placed = _placed(picture)
    width = max(placed.width, cells(picture.title) * _NAME, *(cells(note) * _DETAIL for note in picture.notes), 1.0)
    top, bottom = 2 * _LINE, _LINE * len(picture.notes)
    height = placed.height + top + bottom + 2 * _MARGIN
    whole = width + 2 * _MARGIN
    below = height - _MARGIN - bottom
    notes = _lines([("note", note) for note in picture.notes], _MARGIN, below + _LINE)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="picture" width="{whole:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {whole:.0f} {height:.0f}" role="img">\n<title>{text(picture.title)}</title>\n'
        f'<style>{css()}</style>\n<rect class="paper" width="100%" height="100%"/>\n'
        f'<text class="name" x="{_MARGIN:.0f}" y="{_MARGIN + 8:.0f}">{text(picture.title)}</text>\n'
        f'<g transform="translate({_MARGIN:.0f} {_MARGIN + top:.0f})">\n{_drawn(picture, placed)}</g>\n{notes}</svg>\n'
    )


def figure(picture: Picture, rows: Mapping[str, int]) -> str:
    """The drawing alone, to be scrolled in a page that has the style. `rows` has the row of the page that a box leads
    to, by its id, and an arrow, by `FROM TO` or where it ends.
    """
    placed = _placed(picture)
    width, height = placed.width + 12, placed.height + 12
    name = text(picture.title)
    return (
        '<p class="tools"><button type="button" data-do="whole" aria-pressed="false">Whole picture</button></p>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Picture of {name}">'
        f'<svg class="picture" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="-6 -6 {width:.0f} {height:.0f}" role="group" aria-label="{name}">\n'
        f"{_drawn(picture, placed, rows)}</svg></div>\n"
    )


def text(value: str) -> str:
    """Text that is safe between tags and in quoted attributes, of XML too."""
    return escape(value.translate(_SAFE))


def _placed(picture: Picture) -> Layout:
    sizes = {box.id: _size(box) for box in picture.boxes}
    links = [
        Link(arrow.source, arrow.target, cells(arrow.label) * _DETAIL + 14 if arrow.label else 0.0)
        for arrow in picture.arrows
    ]
    return layout(sizes, links)


def _size(box: Box) -> tuple[float, float]:
    lines = box.all_lines
    wide = [cells(line) * (_DETAIL if place or box.kind == "more" else _NAME) for place, line in enumerate(lines)]
    return max(wide) + 2 * _BESIDE, _LINE * len(lines) + 2 * _ABOVE


def _drawn(picture: Picture, placed: Layout, rows: Mapping[str, int] = MappingProxyType({})) -> str:
    """Arrows below boxes, labels above both, so that no arrow runs through a label.

    The script of a page finds what belongs together by attributes: the number of a box, and of an arrow and its label
    the numbers of the boxes at its ends.
    """
    numbers = {box.id: number for number, box in enumerate(picture.boxes)}
    arrows, labels = [], []
    for arrow, way in zip(picture.arrows, placed.ways, strict=True):
        if not way.points:
            continue
        ends = f' data-ends="{numbers[arrow.source]} {numbers[arrow.target]}"'
        ends += _leads(rows, f"{arrow.source} {arrow.target}", arrow.target)
        arrows.append(_arrow(arrow, way, ends))
        if arrow.label:
            labels.append(_label(arrow, way, ends))
    boxes = [
        _box(box, placed.places[box.id], f' data-box="{number}"' + _leads(rows, box.id))
        for number, box in enumerate(picture.boxes)
    ]
    return "\n".join([*arrows, *boxes, *labels]) + "\n"


def _leads(rows: Mapping[str, int], *names: str) -> str:
    """The attribute that says which row of the page a click leads to; the first of the names that has one."""
    found = next((rows[name] for name in names if name in rows), None)
    return "" if found is None else f' data-row="{found}"'


def _box(box: Box, place: Place, attributes: str) -> str:
    names = _classes("box", box.kind, box.style, "asked" if box.asked else "", "marked" if box.mark else "")
    corner = f'x="{place.x:.1f}" y="{place.y:.1f}"'
    shape = f'<rect class="shape" {corner} width="{place.width:.1f}" height="{place.height:.1f}"'
    shape += f' rx="{_CORNERS[box.kind]}"/>'
    if box.kind in {"group", "service"}:
        shape += f'<rect class="edge-strip" {corner} width="4" height="{place.height:.1f}" rx="2"/>'
    written = [(_line_class(box, number), line) for number, line in enumerate(box.lines)]
    written += [("problem", box.mark)] if box.mark else []
    above = (place.height - _LINE * len(written)) / 2
    lines = _lines(written, place.x + _BESIDE, place.y + above + _BASELINE)
    return f"<g{names}{attributes}>{_tooltip(box.told or box.lines)}{shape}{lines}</g>"


def _lines(lines: Sequence[tuple[str, str]], x: float, y: float) -> str:
    """Lines of text under each other, each with its class."""
    return "".join(
        f'<text class="{name}" x="{x:.1f}" y="{y + number * _LINE:.1f}">{text(line)}</text>'
        for number, (name, line) in enumerate(lines)
    )


def _line_class(box: Box, number: int) -> str:
    if number == 0:
        return "name"
    return "outcome" if number == 1 and box.style and box.kind == "group" else "detail"


def _arrow(arrow: Arrow, way: Way, attributes: str) -> str:
    """`reach` is wider than what is seen, so that it can be pointed at."""
    path = _path(way.points)
    drawn = f'<path class="reach" d="{path}"/><path class="way" d="{path}"/>{_head(way.points)}'
    names = _classes("arrow", arrow.style, "dashed" if arrow.dashed else "")
    return f"<g{names}{attributes}>{_tooltip(arrow.told)}{drawn}</g>"


def _label(arrow: Arrow, way: Way, attributes: str) -> str:
    """Above its arrow, but below one that leads back: above that runs the one that led here."""
    x, y = way.label
    leads_back = way.points[0][0] > way.points[-1][0]
    where = f'text-anchor="middle" x="{x:.1f}" y="{y + (13 if leads_back else -5):.1f}"'
    label = f'<text class="label" {where}>{text(arrow.label)}</text>'
    return f"<g{_classes('caption', arrow.style)}{attributes}>{_tooltip(arrow.told)}{label}</g>"


def _path(points: Sequence[Point]) -> str:
    """A curve that leaves and enters each point level."""
    drawn = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (x, y), (then_x, then_y) in pairwise(points):
        if y == then_y:
            drawn.append(f"H{then_x:.1f}")
        else:
            half = (x + then_x) / 2
            drawn.append(f"C{half:.1f} {y:.1f} {half:.1f} {then_y:.1f} {then_x:.1f} {then_y:.1f}")
    return "".join(drawn)


def _head(points: Sequence[Point]) -> str:
    (x, y), back = points[-1], -_HEAD if points[-2][0] < points[-1][0] else _HEAD
    return f'<path class="head" d="M{x:.1f} {y:.1f}l{back:.1f} -3.5v7z"/>'


def _classes(*names: str) -> str:
    return f' class="{" ".join(filter(None, names))}"'


def _tooltip(lines: Sequence[str]) -> str:
    return f"<title>{text(chr(10).join(lines))}</title>" if lines else ""
