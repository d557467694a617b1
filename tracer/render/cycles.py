"""Which arrows of a picture lead back. Pure; the same input, the same output.

Only arrows inside a strongly connected component (R. E. Tarjan, 1972) can close a circle. Of these the ones lead back
that end nearer to where the picture begins than they start, by the fewest steps. So a retry leads back to the service
that retries, and a mesh of services and topics is as many layers wide as it takes steps to cross it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence


def leading_back(count: int, ends: Sequence[tuple[int, int]]) -> set[int]:
    """The places of the arrows that lead back. Boxes are the numbers below `count`, `ends` the arrows, from and to."""
    out: list[list[int]] = [[] for _ in range(count)]
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
    """The fewest steps to each box from those that nothing leads to; of circles that none of these leads to, from the
    first box.
    """
    entered = {target for targets in out for target in targets}
    far = [-1] * len(out)
    starts = [number for number in range(len(out)) if number not in entered]
    for start in [starts, *([number] for number in range(len(out)))]:
        walk = deque((number, 0) for number in start if far[number] < 0)
        while walk:
            number, steps = walk.popleft()
            if far[number] < 0:
                far[number] = steps
                walk.extend((target, steps + 1) for target in out[number])
    return far


def _components(out: Sequence[Sequence[int]]) -> list[int]:
    """For each box the number of its strongly connected component (Tarjan's algorithm, without recursion)."""
    found, low = [-1] * len(out), [0] * len(out)
    component = [-1] * len(out)
    pending: list[int] = []
    time = 0
    for root in range(len(out)):
        walk = [(root, 0)] if found[root] < 0 else []
        while walk:
            number, at = walk.pop()
            if at == 0:
                found[number] = low[number] = time
                time += 1
                pending.append(number)
            elif component[child := out[number][at - 1]] < 0:
                low[number] = min(low[number], low[child])
            while at < len(out[number]) and found[out[number][at]] >= 0:
                if component[out[number][at]] < 0:
                    low[number] = min(low[number], found[out[number][at]])
                at += 1
            if at < len(out[number]):
                walk += [(number, at + 1), (out[number][at], 0)]
            elif low[number] == found[number]:
                while component[number] < 0:
                    component[pending.pop()] = number
    return component
