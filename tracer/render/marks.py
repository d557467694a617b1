"""Where in a flow its problems show: at the events and attempts that are their evidence. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from tracer.flows.model import Problem
from tracer.render.cells import clean
from tracer.render.outline import Node
from tracer.render.tree import FlowTree

SIGN = "⚠"


class Marks:
    """The problems of a flow by the ids of the events and attempts that show them, and those ids by problem."""

    def __init__(self, tree: FlowTree) -> None:
        self.problems = tree.flow.graph.problems
        self._ids = [_shown_at(tree, problem) for problem in self.problems]
        self._at: dict[str, list[int]] = defaultdict(list)
        for number, ids in enumerate(self._ids):
            for name in ids:
                self._at[name].append(number)

    def at(self, ids: Iterable[str]) -> list[int]:
        """The numbers of the problems that these events or attempts show."""
        return sorted({number for name in ids for number in self._at.get(name, ())})

    def shown_at(self, number: int) -> Sequence[str]:
        """The ids in the flow that show a problem."""
        return self._ids[number]

    def at_node(self, node: Node) -> list[int]:
        """Those that the line of a node shows."""
        return self.at([attempt.id for attempt in node.attempts] if node.attempts else [node.event.id])

    def text(self, numbers: Iterable[int]) -> str:
        """`⚠ poison, failing`; empty for none."""
        names = dict.fromkeys(clean(self.problems[number].check) for number in numbers)
        return f"{SIGN} {', '.join(names)}" if names else ""


def _shown_at(tree: FlowTree, problem: Problem) -> list[str]:
    """An event that a group had trouble with is shown at the group's last attempt, where the flow has one."""
    found: dict[str, None] = {}
    for name in problem.evidence:
        if name in tree.events:
            handled = [each for each in tree.deliveries.get(name, ()) if each.group == problem.group]
            found.update(dict.fromkeys([(each.alone.attempts or each.attempts)[-1].id for each in handled] or [name]))
        elif name in tree.processings:
            found[name] = None
    return list(found)


def ids_within(tree: FlowTree, nodes: Iterable[Node]) -> list[str]:
    """The events and attempts of these nodes and of all that they led to: what a line that counts them stands for."""
    nodes = tuple(nodes)
    attempts = [attempt for node in nodes for attempt in node.attempts]
    caused = [effect.event for attempt in attempts for effect in tree.effects.get(attempt.id, ())]
    below = tree.descendants(*caused, *(node.event for node in nodes if node.kind == "event"))
    attempts += [one for event in below for each in tree.deliveries.get(event, ()) for one in each.attempts]
    return [*below, *(attempt.id for attempt in attempts)]
