"""Which arrows of a picture lead back. Pure; the same input, the same output.

Only arrows inside a strongly connected component (R. E. Tarjan, 1972) can close a circle. Of these the ones lead back
that end nearer to where the picture begins than they start, by the fewest steps. So a retry leads back to the service
that retries, and a mesh of services and topics is as many layers wide as it takes steps to cross it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count


def leading_back(boxes: int, ends: Sequence[tuple[int, int]]) -> set[int]:
    """The places of the arrows that lead back. Boxes are the numbers below `boxes`, `ends` the arrows, from and to."""
    out: list[list[int]] = [[] for _ in range(boxes)]
    for source, target in ends:
        out[source].append(target)
    component = _components(out)
    far = _steps(out)
    return {
        place
        for place, (source, target) in enumerate(ends)
        if component[source] == component[target] and (far[target], target) < (far[source], source)
    }


def _steps(out: Sequence[Sequence[int]]) -> list[int]:
    """The fewest steps to each box from those that nothing leads to; of circles that none of these leads to, from their
    first box.
    """
    entered = {target for targets in out for target in targets}
    starts = [box for box in range(len(out)) if box not in entered]
    far = [-1] * len(out)
    for begins in [starts, *([box] for box in range(len(out)))]:
        walk = deque((box, 0) for box in begins if far[box] < 0)
        while walk:
            box, steps = walk.popleft()
            if far[box] < 0:
                far[box] = steps
                walk.extend((target, steps + 1) for target in out[box])
    return far


def _components(out: Sequence[Sequence[int]]) -> list[int]:
    """For each box the one that its strongly connected component is called by: Tarjan's algorithm, the path from a root
    to the box at hand kept in a list, because a chain of thousands of boxes is deeper than Python recurses.
    """
    met = [-1] * len(out)  # when a box was met, the first one 0
    low = [-1] * len(out)  # when the first of those was met that it leads back to
    component = [-1] * len(out)
    pending: list[int] = []  # boxes that were met and have no component yet
    clock = count()

    def enter(box: int) -> tuple[int, Iterator[int]]:
        met[box] = low[box] = next(clock)
        pending.append(box)
        return box, iter(out[box])

    for root in range(len(out)):
        path = [enter(root)] if met[root] < 0 else []
        while path:
            box, targets = path[-1]
            for target in targets:
                if met[target] < 0:
                    path.append(enter(target))
                    break
                if component[target] < 0:
                    low[box] = min(low[box], met[target])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    low[above] = min(low[above], low[box])
                while low[box] == met[box] and component[box] < 0:
                    component[pending.pop()] = box
    return component
