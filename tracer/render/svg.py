"""A picture as SVG: a file by itself that fits a light and a dark page, with text that can be selected. Pure.

Only system fonts, nothing is loaded. Widths of texts are estimated from their cells, with room to spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from pathlib import Path

from tracer.render.cells import cells
from tracer.render.layout import Layout, Link, Place, Point, Way, layout
from tracer.render.picture import Arrow, Box, Picture

_NAME, _DETAIL = 7.4, 6.0  # pixels that a cell takes, in a name and elsewhere
_LINE = 16.0
_MARGIN = 20.0
_FITS = 1600  # pixels that a page can show without making the texts too small
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


def figure(picture: Picture) -> str:
    """The drawing alone, for a page that has the style; `fits` marks one that can be made a little smaller."""
    placed = _placed(picture)
    width, height = placed.width + 12, placed.height + 12
    fits = " fits" if width < _FITS else ""
    return (
        f'<svg class="picture{fits}" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="-6 -6 {width:.0f} {height:.0f}" role="group" aria-label="{text(picture.title)}">\n'
        f"{_drawn(picture, placed)}</svg>\n"
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
    wide = [cells(line) * (_DETAIL if place or box.kind == "more" else _NAME) for place, line in enumerate(box.lines)]
    return max(wide) + 28, _LINE * len(box.lines) + 12


def _drawn(picture: Picture, placed: Layout) -> str:
    arrows = [_arrow(arrow, way) for arrow, way in zip(picture.arrows, placed.ways, strict=True) if way.points]
    boxes = [_box(box, placed.places[box.id]) for box in picture.boxes]
    return "\n".join([*arrows, *boxes]) + "\n"


def _box(box: Box, place: Place) -> str:
    names = " ".join(filter(None, ("box", box.kind, box.style, "asked" if box.asked else "")))
    round_ = {"event": 16, "topic": 16, "more": 6}.get(box.kind, 4)
    x, y = f"{place.x:.1f}", f"{place.y:.1f}"
    size = f'width="{place.width:.1f}" height="{place.height:.1f}"'
    strip = ""
    if box.kind in {"group", "service"}:
        strip = f'<rect class="edge-strip" x="{x}" y="{y}" width="4" height="{place.height:.1f}" rx="2"/>'
    first = place.y + (place.height - _LINE * len(box.lines)) / 2 + 12
    lines = _lines([(_line_class(box, number), line) for number, line in enumerate(box.lines)], place.x + 14, first)
    return (
        f'<g class="{names}" data-of="{text(box.id)}"><title>{_told(box.told or box.lines)}</title>'
        f'<rect class="shape" x="{x}" y="{y}" {size} rx="{round_}"/>{strip}{lines}</g>'
    )


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


def _arrow(arrow: Arrow, way: Way) -> str:
    names = " ".join(filter(None, ("arrow", arrow.style, "dashed" if arrow.dashed else "")))
    path = _path(way.points)
    told = f"<title>{_told(arrow.told)}</title>" if arrow.told else ""
    label = ""
    if arrow.label:
        x, y = way.label
        label = f'<text class="label" text-anchor="middle" x="{x:.1f}" y="{y - 5:.1f}">{text(arrow.label)}</text>'
    return (
        f'<g class="{names}" data-from="{text(arrow.source)}" data-to="{text(arrow.target)}">{told}'
        f'<path class="reach" d="{path}"/><path class="way" d="{path}"/>{_head(way.points)}{label}</g>'
    )


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


def _told(lines: Sequence[str]) -> str:
    return text("\n".join(lines))
