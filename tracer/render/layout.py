"""Where the boxes and arrows of a picture stand, in pixels: for SVG and for the HTML page.

In the layers of `layers` each box is moved as near to the mean height of its neighbours as the order allows, by least
squares (pool adjacent violators). Pure; the same input, the same output.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tracer.render.layers import Layers, layers_of

BETWEEN_LAYERS = 56.0
BETWEEN_BOXES = 16.0
_LANE = 10.0  # height that an arrow keeps free in a layer that it passes
_PORTS = 18.0  # between the ends of arrows at one box
_BACK = 10.0  # so much below the arrows that leave a box those that lead back to it arrive
_SETTLE = 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """A box: its left upper corner and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow to be laid out: from, to, and the width that its label needs."""

    source: str
    target: str
    label: float = 0.0


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow: the points that it passes; `label` is the middle of its label's place. One that leads back goes from
    right to left.
    """

    points: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """The size of the whole, the place of each box by its id, the way of each link in the order given."""

    width: float
    height: float
    places: dict[str, Place]
    ways: tuple[Way, ...]


def layout(sizes: Mapping[str, tuple[float, float]], links: Sequence[Link]) -> Layout:
    """`sizes`: width and height of each box by id, in reading order. Links between other ids are not allowed; those
    from a box to itself have an empty way.
    """
    ids = {name: number for number, name in enumerate(sizes)}
    ends = [(ids[link.source], ids[link.target]) for link in links]
    layers = layers_of(len(ids), ends)
    dimensions = list(sizes.values())
    entries: dict[int, int] = defaultdict(int)
    for chain in layers.chains:
        entries[chain[-1]] += chain[0] != chain[-1]
    heights = [max(height, _PORTS * (entries[number] + 0.5)) for number, (_, height) in enumerate(dimensions)]
    middle = _settled(layers, heights)
    left, right, width = _columns(layers, dimensions, links)
    places = {}
    for name, number in ids.items():
        wide = dimensions[number][0]
        places[name] = Place(left[number], middle[number] - heights[number] / 2, wide, heights[number])
    ways = _ways(layers, links, middle, left, right)
    bottom = max((at + _tall(layers, heights, number) / 2 for number, at in middle.items()), default=0.0)
    return Layout(width, bottom, places, ways)


def _settled(layers: Layers, heights: Sequence[float]) -> dict[int, float]:
    """The middle of each node on the vertical axis; what is topmost begins at 0."""
    middle: dict[int, float] = {}
    for layer in layers.order:
        at = 0.0
        for number in layer:
            tall = _tall(layers, heights, number)
            middle[number] = at + tall / 2
            at += tall + BETWEEN_BOXES
    for turn in range(_SETTLE):
        way = layers.order if turn % 2 == 0 else layers.order[::-1]
        for layer in way:
            wanted = []
            for number in layer:
                beside = layers.before[number] if turn % 2 == 0 else layers.after[number]
                wanted.append(sum(middle[one] for one in beside) / len(beside) if beside else middle[number])
            gaps = [
                (_tall(layers, heights, one) + _tall(layers, heights, then)) / 2 + BETWEEN_BOXES
                for one, then in pairwise(layer)
            ]
            middle.update(zip(layer, _spread(wanted, gaps), strict=True))
    top = min((at - _tall(layers, heights, number) / 2 for number, at in middle.items()), default=0.0)
    return {number: at - top for number, at in middle.items()}


def _tall(layers: Layers, heights: Sequence[float], number: int) -> float:
    return heights[number] if number < layers.real else _LANE


def _spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """The heights nearest to those wanted (least squares) that keep the order and at least the gaps."""
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, int]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        total, count = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before, many = pools.pop()
            total, count = total + before, count + many
        pools.append((total, count))
    flat = [total / count for total, count in pools for _ in range(count)]
    return [at + offset for at, offset in zip(flat, offsets, strict=False)]


def _columns(
    layers: Layers, sizes: Sequence[tuple[float, float]], links: Sequence[Link]
) -> tuple[dict[int, float], dict[int, float], float]:
    """Left and right edge of each node, and the width of the whole; before a layer there is room for labels."""
    labels: dict[int, float] = defaultdict(float)
    for link, chain in zip(links, layers.chains, strict=True):
        labels[chain[-1]] = max(labels[chain[-1]], link.label)
    left: dict[int, float] = {}
    right: dict[int, float] = {}
    at = 0.0
    for index, layer in enumerate(layers.order):
        if index:
            at += BETWEEN_LAYERS + max((labels[number] for number in layer), default=0.0)
        wide = max((sizes[number][0] for number in layer if number < layers.real), default=0.0)
        for number in layer:
            left[number] = at
            right[number] = at + (sizes[number][0] if number < layers.real else wide)
        at += wide
    return left, right, at


def _ways(
    layers: Layers,
    links: Sequence[Link],
    middle: Mapping[int, float],
    left: Mapping[int, float],
    right: Mapping[int, float],
) -> tuple[Way, ...]:
    """The points of each arrow. Those that end at one box end beside each other, in the order from which they come."""
    ending: dict[int, list[int]] = defaultdict(list)
    for place, chain in enumerate(layers.chains):
        if chain[0] != chain[-1]:
            ending[chain[-1]].append(place)
    port: dict[int, float] = {}
    for target, places in ending.items():
        places.sort(key=lambda place: (middle[layers.chains[place][-2]], place))
        for at, place in enumerate(places):
            port[place] = middle[target] + (at - (len(places) - 1) / 2) * _PORTS
    ways = []
    for place, (link, chain) in enumerate(zip(links, layers.chains, strict=True)):
        if chain[0] == chain[-1]:
            ways.append(Way((), (0.0, 0.0)))
            continue
        below = _BACK if place in layers.back else 0.0
        points: list[Point] = [(right[chain[0]], middle[chain[0]] + below)]
        for number in chain[1:-1]:
            points += [(left[number], middle[number]), (right[number], middle[number])]
        end = (left[chain[-1]], port[place])
        if link.label:
            points.append((end[0] - link.label, end[1]))
        points.append(end)
        ways.append(Way(tuple(points[::-1] if place in layers.back else points), (end[0] - link.label / 2, end[1])))
    return tuple(ways)
