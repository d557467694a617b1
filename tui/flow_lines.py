"""The lines of a flow on the screen: what led to the event, then the outline of what it caused. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracer.flows.model import Edge
from tracer.render.cause_lines import also, beside
from tracer.render.causes import Cause, causes
from tracer.render.outline import MORE, Folds, Node, Outline, Row
from tracer.render.tree import FlowTree
from tracer.render.words import event_name, plural

CAUSES = "causes"
"""The key that is opened to see every cause instead of the surest way."""

UP = "up:"


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One line: a `row` of the outline, or something above the event (`above`).

    `node` is what it is about, None where it only counts or says something, in `words`. `opens` is the key that Enter
    opens, `onward` the step from an attempt above to the event named in `words`.
    """

    key: str
    node: Node | None
    row: Row | None = None
    words: str = ""
    opens: str = ""
    onward: Edge | None = None

    @property
    def above(self) -> bool:
        """Whether it tells of what led to the event."""
        return self.row is None


def flow_lines(outline: Outline, folds: Folds, whole: bool) -> list[FlowLine]:
    """The lines in order. `whole`: from the first causes on, instead of the way to the event and what that caused."""
    tree = outline.tree
    if tree.focus is None:
        return []
    above = [] if whole else list(_above(tree, CAUSES in folds.opened))
    roots = tree.roots() if whole else [tree.focus, *tree.other_roots()]
    return above + [_line(row) for row in outline.rows(roots, folds)]


def _line(row: Row) -> FlowLine:
    return FlowLine(row.key, row.node, row, opens=row.key.removeprefix(MORE) if row.hidden and not row.repeats else "")


def _above(tree: FlowTree, unfolded: bool) -> Iterator[FlowLine]:
    found = causes(tree, unfolded)
    if found.further:
        words = f"… {plural(found.further, 'more event')} led here by other ways"
        yield FlowLine(f"{UP}further", None, words=words, opens=CAUSES)
    for cause in found.above:
        yield from _cause(tree, cause, unfolded)


def _cause(tree: FlowTree, cause: Cause, unfolded: bool) -> Iterator[FlowLine]:
    key = f"{UP}{cause.node.key}"
    if cause.before:
        yield FlowLine(f"{key}:before", None, words=f"… {plural(cause.before, 'event')} between", opens=CAUSES)
    yield FlowLine(key, cause.node)
    for node, onward in cause.attempts:
        words = f"→ {event_name(tree.events[onward.target])}" if unfolded else ""
        yield FlowLine(f"{UP}{node.key}" + (f">{onward.target}" if unfolded else ""), node, words=words, onward=onward)
    for number, words in enumerate(beside(cause)):
        yield FlowLine(f"{key}:beside{number}", None, words=words)
    for words in also(cause):
        yield FlowLine(f"{key}:also", None, words=words, opens=CAUSES)
