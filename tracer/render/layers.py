"""Boxes in layers from left to right, each layer in its order, so that few arrows cross.

After Sugiyama, Tagawa and Toda (1981): cycles are broken at the arrows that lead back (`cycles`); a box stands one
layer after the last that leads to it; in each layer boxes are ordered by the mean place of their neighbours. Pure; the
same input, the same output.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tracer.render.cycles import leading_back

_SWEEPS = 4


@dataclass(slots=True)
class Layers:
    """Nodes by layer in their order. Numbers below `real` are boxes, from there on the places where arrows pass.

    `chains`: the nodes of each arrow, from left to right; `back` has the places of those that lead from right to left.
    `before` and `after` are the neighbours of a node in the layers beside its own.
    """

    real: int
    order: list[list[int]]
    back: set[int]
    before: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    after: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    chains: list[list[int]] = field(default_factory=list)


def layers_of(count: int, ends: Sequence[tuple[int, int]]) -> Layers:
    """Boxes are the numbers below `count`, `ends` the arrows between them, from and to."""
    back = leading_back(count, ends)
    forward = [(end[1], end[0]) if place in back else end for place, end in enumerate(ends)]
    layers = _layered(count, forward, back)
    _ordered(layers)
    return layers


def _layered(count: int, forward: Sequence[tuple[int, int]], back: set[int]) -> Layers:
    """The longest way from the start for each box; one that starts stands next to what it leads to."""
    steps = [(source, target) for source, target in forward if source != target]
    out: dict[int, list[int]] = defaultdict(list)
    waits = [0] * count
    for source, target in steps:
        out[source].append(target)
        waits[target] += 1
    layer = [0] * count
    starts = [number for number in range(count) if not waits[number]]
    ready = list(starts)
    for number in ready:
        for target in out[number]:
            layer[target] = max(layer[target], layer[number] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    for number in starts:
        layer[number] = min((layer[target] for target in out[number]), default=1) - 1
    order: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for number in range(count):
        order[layer[number]].append(number)
    layers = Layers(count, order, back)
    _chained(layers, forward, layer)
    return layers


def _chained(layers: Layers, forward: Sequence[tuple[int, int]], layer: Sequence[int]) -> None:
    """Each arrow as a chain of steps from one layer to the next."""
    number = layers.real
    for source, target in forward:
        chain = [source]
        for passed in range(layer[source] + 1, layer[target]):
            layers.order[passed].append(number)
            chain.append(number)
            number += 1
        chain.append(target)
        layers.chains.append(chain)
        if source != target:
            for one, then in pairwise(chain):
                layers.after[one].append(then)
                layers.before[then].append(one)


def _ordered(layers: Layers) -> None:
    """Fewer crossings: each layer by the mean place of its neighbours, forth and back; the best that was seen stays."""
    best = [list(layer) for layer in layers.order]
    fewest = _crossings(layers, best)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        beside = layers.before if down else layers.after
        indices = range(1, len(layers.order)) if down else range(len(layers.order) - 2, -1, -1)
        for index in indices:
            other = layers.order[index - 1 if down else index + 1]
            place = {number: at for at, number in enumerate(other)}
            mean = {
                number: sum(place[one] for one in beside[number]) / len(beside[number]) if beside[number] else float(at)
                for at, number in enumerate(layers.order[index])
            }
            layers.order[index].sort(key=mean.__getitem__)
        if (found := _crossings(layers, layers.order)) < fewest:
            fewest, best = found, [list(layer) for layer in layers.order]
    layers.order = best


def _crossings(layers: Layers, order: Sequence[Sequence[int]]) -> int:
    """How many pairs of arrows cross (inversions, counted with a binary indexed tree)."""
    crossings = 0
    for layer, then in pairwise(order):
        place = {number: at for at, number in enumerate(then)}
        tree = [0] * (len(then) + 1)
        seen = 0
        for number in layer:
            ends = sorted(place[target] for target in layers.after[number])
            for end in ends:
                at, upto = end + 1, 0
                while at:
                    upto += tree[at]
                    at &= at - 1
                crossings += seen - upto
            for end in ends:
                seen += 1
                at = end + 1
                while at <= len(then):
                    tree[at] += 1
                    at += at & -at
    return crossings
