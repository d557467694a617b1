"""Which lines of a flow's tree are on the screen: folding, and fan-outs that are too wide to show whole. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from dataclasses import dataclass

from tracer.flows.model import Outcome
from tracer.render.words import BADNESS
from tui.flow_tree import FlowTree, Node

FAN_OUT = 20
"""Children shown of one node; the rest is one line with a count until it is opened."""

CAUSES = 12
"""Lines shown of what caused the event; those nearest to it stay."""

MORE = "more:"


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `node` is None where the line stands for `hidden` nodes. `branch` is the drawing that leads to it."""

    key: str
    node: Node | None
    branch: str = ""
    foldable: bool = False
    folded: bool = False
    is_cause: bool = False
    hidden: tuple[Node, ...] = ()

    @property
    def counts(self) -> dict[Outcome, int]:
        """The outcomes of the hidden nodes, for the line that stands for them."""
        return dict(Counter(node.attempts[-1].outcome for node in self.hidden if node.attempts))


def visible_rows(tree: FlowTree, folded: Set[str] = frozenset(), opened: Set[str] = frozenset()) -> list[Row]:
    """The lines in order. `folded` are keys of nodes whose children are hidden, `opened` of those shown whole."""
    rows = _cause_rows(tree, opened)
    stack: list[tuple[str, str, str]] = [(key, "", "") for key in reversed(tree.roots)]
    while stack:
        key, branch, indent = stack.pop()
        if key.startswith(MORE):
            parent = key[len(MORE) :]
            hidden = _split(tree, parent, opened)[1]
            rows.append(Row(key, None, branch, hidden=tuple(tree.nodes[child] for child in hidden)))
            continue
        shown, hidden = _split(tree, key, opened)
        is_folded = key in folded
        rows.append(Row(key, tree.nodes[key], branch, foldable=bool(shown), folded=is_folded))
        if not is_folded:
            below = [*shown, f"{MORE}{key}"] if hidden else shown
            stack.extend(reversed(_placed(tree, below, indent)))
    return rows


def _placed(tree: FlowTree, keys: list[str], indent: str) -> list[tuple[str, str, str]]:
    """Keys of siblings with the drawing before each, and the indent of what is below it."""
    placed = []
    for number, key in enumerate(keys, 1):
        last = number == len(keys)
        guess = key in tree.nodes and tree.nodes[key].is_guess
        branch = indent + ("└" if last else "├") + ("┄┄" if guess else "──")
        placed.append((key, branch, indent + ("  " if last else "│ ")))
    return placed


def _split(tree: FlowTree, key: str, opened: Set[str]) -> tuple[list[str], list[str]]:
    """The children shown and those hidden. What failed is shown before what is fine, in the order of time."""
    children = list(tree.children.get(key, ()))
    if len(children) <= FAN_OUT or key in opened:
        return children, []
    by_badness = sorted(children, key=lambda child: -_badness(tree.nodes[child]))
    kept = set(by_badness[:FAN_OUT])
    return [key for key in children if key in kept], [key for key in children if key not in kept]


def _badness(node: Node) -> int:
    return BADNESS.index(node.attempts[-1].outcome) if node.attempts else 0


def _cause_rows(tree: FlowTree, opened: Set[str]) -> list[Row]:
    causes = tree.causes
    hidden: tuple[Node, ...] = ()
    if len(causes) > CAUSES and "causes" not in opened:
        hidden, causes = causes[:-CAUSES], causes[-CAUSES:]
    rows = [Row(f"{MORE}causes", None, is_cause=True, hidden=hidden)] if hidden else []
    return rows + [Row(node.key, node, is_cause=True) for node in causes]
