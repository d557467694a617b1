"""Thousands of events in a few lines: ranges of offsets by partition, and how each group handled them. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tracer.flows.model import Event, Outcome
from tracer.render.cells import clean
from tracer.render.tree import FlowTree
from tracer.render.words import event_name, tally


def listed(tree: FlowTree, events: Iterable[Event]) -> Iterator[str]:
    """`parts/0: 19–1018`, a line for each partition; `led to failures: parts/0: 23`; `packer: 1 error, 999 ok`."""
    several = list({event.id: event for event in events}.values())
    yield from _places(several)
    yield from (f"led to failures: {place}" for place in _places(event for event in several if event.id in tree.broken))
    groups: dict[str, Counter[Outcome]] = defaultdict(Counter)
    for event in several:
        for delivery in tree.deliveries.get(event.id, ()):
            groups[delivery.group][delivery.outcome] += 1
    yield from (f"{clean(group)}: {tally(outcomes)}" for group, outcomes in groups.items())


def _places(events: Iterable[Event]) -> Iterator[str]:
    """The offsets of each partition; what has none by name."""
    offsets: dict[str, list[int]] = defaultdict(list)
    names: list[str] = []
    for event in events:
        if event.offset is None or event.partition is None:
            names.append(event_name(event))
        else:
            offsets[event_name(event).rpartition("/")[0]].append(event.offset)
    yield from (f"{partition}: {ranges(found)}" for partition, found in offsets.items())
    if names:
        yield ", ".join(names)


def ranges(numbers: Iterable[int]) -> str:
    """`0–3, 5, 7–9`."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in found)
