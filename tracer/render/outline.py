"""The lines of a flow in their order: what is shown, what is folded to a count. For text and for the explorer. Pure.

An event stands above the groups it was handed to, a group above what it caused; the attempts of a group are one line
until they are unfolded. A node that is met again is named and not repeated. Nothing here recurses, so that a chain of
thousands of steps is only a long list, and what is folded is not built.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from tracer.flows.model import Edge, Event, Processing
from tracer.render.tree import GUESS, Delivery, Effect, FlowTree
from tracer.render.words import BADNESS

ALWAYS = 5
"""Of siblings that are folded, this many times as many are shown where they are broken."""

AGAIN = 2
"""So many siblings that were shown before are named again; of more than that all are counted."""

MORE = "more:"
_BROKEN = BADNESS.index("error")


@dataclass(frozen=True, slots=True)
class Node:
    """What a line is about: an event, a group that was handed one, or one attempt of a group.

    `edge` is the step that led here, None where none is known; `event` is the event itself or the one handed over.
    `by` is the attempt that caused an event, where the line above it stands for several. A group that is `plain`
    stands for its own attempts alone, one that is not for those in retry topics too.
    """

    key: str
    kind: Literal["event", "group", "attempt"]
    event: Event
    attempts: tuple[Processing, ...] = ()
    edge: Edge | None = None
    delivery: Delivery | None = None
    by: Processing | None = None
    plain: bool = False

    @property
    def is_dashed(self) -> bool:
        """Whether the step that led here is hardly more than a possibility."""
        return self.edge is not None and self.edge.confidence < GUESS

    @property
    def span(self) -> tuple[str, str] | None:
        """Trace id and span id of what tells most about it: the last attempt's span, the event's send span."""
        told: Event | Processing = self.attempts[-1] if self.attempts else self.event
        return (told.trace_id, told.span_id) if told.trace_id and told.span_id else None


@dataclass(frozen=True, slots=True)
class Folds:
    """What is folded. Of more than `fan_out` siblings some are shown and the others counted; None: all are shown.

    `attempts`: those of every group one by one. `opened` are keys of nodes that are shown whole, attempts and all
    siblings, `closed` keys of nodes below which nothing is shown.
    """

    fan_out: int | None = 20
    attempts: bool = False
    opened: Set[str] = frozenset()
    closed: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Row:
    """One line. Without a `node` it stands for the `hidden` siblings (folded, or shown above if it `repeats` them), or
    is the head of what went on at `goes_on`.

    `indent` has one character for each level above, a stroke where a line goes on below; `branch` is the corner before
    the node, empty for a root; `below` says whether lines hang under this one. `fold` says what a key would do.
    """

    key: str
    node: Node | None
    indent: str = ""
    branch: str = ""
    below: bool = False
    fold: Literal["", "open", "folded"] = ""
    hidden: tuple[Node, ...] = ()
    repeats: Literal["", "above", "circle"] = ""
    goes_on: int = 0


class Outline:
    """The lines of one flow under any folds; what it has worked out once it keeps."""

    def __init__(self, tree: FlowTree) -> None:
        self.tree = tree
        self._below: dict[tuple[str, bool, int | None], tuple[list[Node], list[Node]]] = {}

    def rows(self, roots: Iterable[Event], folds: Folds, deepest: int | None = None) -> list[Row]:
        """The lines of everything that each root caused, root first. What is deeper than `deepest` levels goes on
        below; what led to a root is told beside it.
        """
        nodes = [Node(root.id, "event", root, edge=self.tree.strongest_cause(root)) for root in roots]
        return _Walk(self, folds, deepest).rows(nodes)

    def below(self, node: Node, unfolded: bool, fan_out: int | None) -> tuple[list[Node], list[Node]]:
        """What is shown under a node, and what is folded away."""
        key = node.key, unfolded, fan_out
        if key not in self._below:
            self._below[key] = split(self.tree, children(self.tree, node, unfolded), fan_out)
        return self._below[key]


def children(tree: FlowTree, node: Node, unfolded: bool) -> list[Node]:
    """The groups of an event, the attempts of a group that is unfolded, what a group or an attempt caused."""
    if node.kind == "event":
        return [_group(tree, delivery, node.plain) for delivery in tree.deliveries.get(node.event.id, ())]
    several = node.delivery is not None and len(node.delivery.attempts) > 1
    if node.delivery is not None and several and (unfolded or node.plain):
        own = node.delivery.attempts[: node.delivery.own]
        return [_attempt(tree, node.event, attempt) for attempt in own]
    skipped = {retry.id for retry in node.delivery.retries} if node.delivery is not None else frozenset()
    return [
        _effect(tree, attempt, effect, several and attempt is not node.attempts[-1])
        for attempt in node.attempts
        for effect in tree.effects.get(attempt.id, ())
        if effect.event.id not in skipped
    ]


def split(tree: FlowTree, nodes: Sequence[Node], fan_out: int | None) -> tuple[list[Node], list[Node]]:
    """The siblings shown and those folded, each in the order given. What is broken is shown before what is fine."""
    if fan_out is None or len(nodes) <= fan_out + 2:
        return list(nodes), []
    ranks = [_rank(tree, node) for node in nodes]
    worst = sorted(range(len(nodes)), key=lambda place: (-ranks[place], place))
    broken = sum(rank >= _BROKEN for rank in ranks)
    drawn = set(worst[: max(fan_out, min(broken, ALWAYS * fan_out))])
    return (
        [node for place, node in enumerate(nodes) if place in drawn],
        [node for place, node in enumerate(nodes) if place not in drawn],
    )


def _rank(tree: FlowTree, node: Node) -> int:
    if node.delivery is not None:
        return tree.trouble(node.delivery)
    if node.kind == "attempt":
        return max(BADNESS.index(node.attempts[0].outcome), tree.trouble_below(node.attempts[0]))
    kind = node.edge.kind if node.edge is not None else "caused"
    return max(tree.broken.get(node.event.id, 0), _BROKEN if kind == "dead-lettered" else int(kind == "retried"))


def _group(tree: FlowTree, delivery: Delivery, plain: bool) -> Node:
    if plain:
        delivery = delivery.alone
    key = f"{delivery.event.id}#{delivery.group}"
    single = len(delivery.attempts) == 1
    edge = tree.delivered.get(delivery.attempts[0].id) if single else delivery.edge
    return Node(key, "group", delivery.event, delivery.attempts, edge, delivery, plain=plain)


def _attempt(tree: FlowTree, event: Event, attempt: Processing) -> Node:
    return Node(attempt.id, "attempt", event, (attempt,), tree.delivered.get(attempt.id))


def _effect(tree: FlowTree, attempt: Processing, effect: Effect, told: bool) -> Node:
    """`told`: by which attempt. Below single attempts a retry stands for itself."""
    by, plain = attempt if told else None, effect.event.id in tree.absorbed
    return Node(effect.event.id, "event", effect.event, edge=effect.edge, by=by, plain=plain)


class _Walk:
    """Depth first through the tree; owns the lines made so far, what was shown, and the way to where it is."""

    def __init__(self, outline: Outline, folds: Folds, deepest: int | None) -> None:
        self._outline = outline
        self._folds = folds
        self._deepest = deepest
        self._rows: list[Row] = []
        self._seen: set[str] = set()
        self._way: list[str] = []
        self._postponed: deque[Node] = deque()
        self._numbers = 0

    def rows(self, roots: Sequence[Node]) -> list[Row]:
        for root in roots:
            self._walk(root)
        done = 0
        while self._postponed:
            done += 1
            self._rows.append(Row(f"at:{done}", None, goes_on=done))
            self._walk(self._postponed.popleft())
        return self._rows

    def _walk(self, root: Node) -> None:
        stack: list[tuple[Row, str]] = [(Row(root.key, root), "")]
        while stack:
            row, below = stack.pop()
            if row.node is None:
                self._rows.append(row)
                continue
            del self._way[len(below) :]
            self._way.append(row.node.event.id if row.node.kind == "event" else "")
            stack.extend(reversed(self._add(row, row.node, below)))

    def _add(self, row: Row, node: Node, below: str) -> list[tuple[Row, str]]:
        """Add the line of a node; the lines below it, each with the indent of what hangs under that."""
        if node.kind == "event" and node.event.id in self._seen:
            circle = node.event.id in self._way[:-1]
            key = f"{row.key}>{len(self._rows)}"
            self._rows.append(replace(row, key=key, repeats="circle" if circle else "above"))
            return []
        if node.kind == "event" and self._deepest is not None and len(below) > self._deepest:
            self._numbers += 1
            self._postponed.append(node)
            self._rows.append(replace(row, goes_on=self._numbers))
            return []
        if node.kind == "event":
            self._seen.add(node.event.id)
        opened = node.key in self._folds.opened
        unfolded = opened or self._folds.attempts
        shown, hidden = self._outline.below(node, unfolded, None if opened else self._folds.fan_out)
        closed = node.key in self._folds.closed
        folded = closed or (node.kind == "group" and not node.plain and not unfolded and len(node.attempts) > 1)
        foldable = bool(shown) or folded
        is_open = not closed and bool(shown)
        self._rows.append(replace(row, below=is_open, fold="folded" if folded else "open" if foldable else ""))
        again = [] if opened or self._folds.fan_out is None else [child for child in shown if self._is_above(child)]
        rows = [Row(child.key, child) for child in shown if len(again) <= AGAIN or child not in again]
        if len(again) > AGAIN:
            rows.append(Row(f"again:{node.key}", None, hidden=tuple(again), repeats="above"))
        if hidden:
            rows.append(Row(MORE + node.key, None, hidden=tuple(hidden)))
        return _hung(rows, below) if is_open else []

    def _is_above(self, node: Node) -> bool:
        return node.kind == "event" and node.event.id in self._seen and node.event.id not in self._way


def _hung(rows: list[Row], indent: str) -> list[tuple[Row, str]]:
    """Siblings with the corner before each, and the indent of what hangs under it."""
    ends = ["├"] * (len(rows) - 1) + ["└"]
    return [
        (replace(row, indent=indent, branch=end), indent + ("│" if end == "├" else " "))
        for row, end in zip(rows, ends, strict=True)
    ]
