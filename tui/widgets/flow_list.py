"""The tree of a flow, line by line: what happened, how long it waited, how long it took, and when, as a bar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from tracer.render.bars import Scale, attempts_bar, produced_bar
from tracer.render.cells import Part
from tracer.render.words import BADNESS, GLYPHS, UNKNOWN, duration
from tui.flow_rows import Row, visible_rows
from tui.flow_tree import FlowTree, Node
from tui.notation import fit, place, plain
from tui.widgets.line_list import LineList, cells

NUMBER = 8
NUMBERS = 2 * (NUMBER + 1)
MEASURED = 300
"""Lines whose labels decide the width of their column."""
DEEPEST = 16
"""Cells of branch drawing at most; deeper lines lose their first branches."""

NO_TREE = FlowTree({}, {}, (), (), 0, 0)


class FlowList(LineList):
    """The lines of one flow; folds what it is told to fold."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "fold(True)", "Fold", show=False),
        Binding("right,l", "fold(False)", "Unfold", show=False),
        Binding("space", "toggle_fold", "Fold, unfold", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.flow_tree = NO_TREE
        self.rows: list[Row] = []
        self.folded: frozenset[str] = frozenset()
        self.opened: frozenset[str] = frozenset()
        self.evidence = False
        self._longest = 0

    @property
    def chosen(self) -> Row | None:
        """The line that the cursor is on."""
        return self.rows[self.cursor] if self.cursor_key is not None else None

    def action_fold(self, fold: bool) -> None:
        """Fold or unfold what the cursor is on."""
        row = self.chosen
        if row is not None and (row.hidden or (row.foldable and row.folded is not fold)):
            self.toggle_fold(row.key)

    def action_toggle_fold(self) -> None:
        """Fold what is open and open what is folded."""
        if (row := self.chosen) is not None:
            self.toggle_fold(row.key)

    def show(self, tree: FlowTree) -> None:
        """Another state of the flow; folds and the cursor stay. The first time the cursor goes to the event itself."""
        first = not self.rows
        self.flow_tree = tree
        self._lay_out()
        if first and tree.roots:
            self.move_to(tree.roots[0])

    def toggle_evidence(self) -> None:
        """Show how each edge is known instead of the times, or the times again."""
        self.evidence = not self.evidence
        self.refresh()

    def toggle_fold(self, key: str) -> None:
        """Fold or open a node, or show all that a line stands for."""
        row = next((row for row in self.rows if row.key == key), None)
        if row is None:
            return
        if row.hidden:
            self.opened |= {"causes" if row.is_cause else key.partition(":")[2]}
        elif row.foldable:
            self.folded ^= {key}
        self._lay_out()

    def _lay_out(self) -> None:
        self.rows = visible_rows(self.flow_tree, self.folded, self.opened)
        self._longest = max((_wanted(row) for row in islice(self.rows, MEASURED)), default=0)
        self.set_keys([row.key for row in self.rows])

    def header_parts(self, width: int) -> list[Part]:
        """What the columns are; over the bar the time from the first moment to the last."""
        label, picture = self._widths(width)
        head = cells("event · group · effect", label, "header")
        if self.evidence:
            return [head, (f"{'edge':<13} {'known by':<12} confidence", "header")]
        total = duration(self.flow_tree.end - self.flow_tree.start)
        scale = f"0{total:>{max(0, picture - 1)}}" if picture > 8 else ""
        columns = [cells("in queue", NUMBER, "header", right=True), cells("took", NUMBER, "header", right=True)]
        return [head, *columns, (scale, "header")]

    def row_parts(self, row: int, width: int) -> list[Part]:
        """One line of the tree. An event takes the columns of the numbers for its label: it has none."""
        line = self.rows[row]
        label, picture = self._widths(width)
        if line.node is None:
            return _fitted(_more(line), width)
        parts = [*_branch(line), *_label(line.node, line)]
        if self.evidence:
            return [*_fitted(parts, label), (" ", ""), *_fitted(_evidence(line.node), max(0, width - label - 1))]
        picture_parts = _bar(line.node, Scale(self.flow_tree.start, self.flow_tree.end, picture))
        if not line.node.attempts:
            return [*_fitted(parts, label + NUMBERS), (" ", ""), *picture_parts]
        queue, took = _numbers(line.node)
        skewed = queue is not None and queue < 0
        return [
            *_fitted(parts, label),
            (" ", ""),
            cells(duration(queue), NUMBER, "warning" if skewed else "queue", right=True),
            cells(duration(took), NUMBER, right=True),
            *picture_parts,
        ]

    def _widths(self, width: int) -> tuple[int, int]:
        """Cells of the label and of the bar: the label what it needs, the bar what is left, neither starved."""
        left = width - NUMBERS - 2
        label = max(min(self._longest, left * 2 // 3), left * 2 // 5, 10)
        return label, max(0, left - label)


def _bar(node: Node, on: Scale) -> list[Part]:
    if on.width == 0:
        return []
    if node.attempts:
        return attempts_bar(node.event.produced_at, node.attempts, on)
    return produced_bar(node.event, on)


def _wanted(row: Row) -> int:
    """Cells that the label of a line would take to be whole."""
    if row.node is None:
        return 0
    wanted = sum(cell_len(text) for text, _ in [*_branch(row), *_label(row.node, row)])
    return wanted if row.node.attempts else wanted - NUMBERS


def _branch(row: Row) -> list[Part]:
    drawing = row.branch
    if cell_len(drawing) > DEEPEST:
        drawing = "…" + drawing[-(DEEPEST - 1) :]
    if row.is_cause:
        return [("↑ " if row.node is None or row.node.kind == "event" else "↑  ", "branch")]
    if row.foldable:
        drawing = (drawing[:-1] if drawing else "") + ("▸" if row.folded else "▾")
    return [(f"{drawing} ", "branch")]


def _label(node: Node, row: Row) -> list[Part]:
    guess: list[Part] = [("guess ", "warning")] if node.is_guess else []
    if node.attempts:
        return [*guess, *_handled(node)]
    event = node.event
    kind = node.edge.kind if node.edge is not None and not row.is_cause else None
    parts: list[Part] = list(guess)
    if kind == "dead-lettered":
        parts.append(("† dead letter ", "error"))
    elif kind == "retried":
        parts.append(("↻ retry ", "retried"))
    else:
        parts.append(("◆ ", "event"))
    parts.append((plain(event.topic) if event.topic else plain(event.id), "topic"))
    if place(event):
        parts.append((f" {place(event)}", "dim"))
    if node.kind == "again":
        return [*parts, ("  shown elsewhere", "dim")]
    if event.key is not None:
        parts.append((f"  {plain(event.key)}", ""))
    return [*parts, (f"  {plain(event.service)}" if event.service else "", "dim")]


def _handled(node: Node) -> list[Part]:
    """An attempt, or a delivery with several: sign, group, service where it differs, attempts, error."""
    last = node.attempts[-1]
    style = last.outcome
    parts: list[Part] = [(f"{GLYPHS[last.outcome]} ", style)]
    if node.kind == "delivery":
        parts += [(plain(last.group), "bold"), (f"  {len(node.attempts)} attempts", style)]
    elif node.is_one_of_many:
        parts.append((f"attempt {last.attempt}", style))
    else:
        parts.append((plain(last.group), "bold"))
        if not last.group_known:
            parts.append((" (service)", "dim"))
    if last.service and last.service != last.group and not node.is_one_of_many:
        parts.append((f"  {plain(last.service)}", "dim"))
    if last.error and node.kind == "attempt":
        parts.append((f"  {plain(last.error)}", "error"))
    elif last.outcome != "ok" and node.kind == "attempt":
        parts.append((f"  {last.outcome}", style))
    return parts


def _numbers(node: Node) -> tuple[int | None, int | None]:
    """Time in queue of the first attempt, time taken by all."""
    if not node.attempts:
        return None, None
    taken = [processing.duration_ns for processing in node.attempts if processing.duration_ns is not None]
    return node.attempts[0].queue_ns, sum(taken) if taken else None


def _evidence(node: Node) -> list[Part]:
    edge = node.edge
    if edge is None:
        return [(UNKNOWN, "dim")]
    style = "warning" if node.is_guess else ""
    return [(f"{edge.kind:<13} ", "dim"), (f"{edge.method:<12} ", style), (f"{edge.confidence:.2f}", style)]


def _more(row: Row) -> list[Part]:
    if row.is_cause:
        return [("↑ ", "branch"), (f"… {len(row.hidden)} more that led here", "dim"), ("  Enter shows them", "dim")]
    parts: list[Part] = [(f"{row.branch} ", "branch"), (f"… {len(row.hidden):,} more ", "bold")]
    for outcome in BADNESS:
        if count := row.counts.get(outcome, 0):
            parts.append((f" {GLYPHS[outcome]}{count:,}", outcome))
    return [*parts, ("  Enter shows them", "dim")]


def _fitted(parts: Sequence[Part], width: int) -> list[Part]:
    """Parts cut or filled to exactly `width` cells."""
    fitted: list[Part] = []
    left = width
    for text, style in parts:
        size = cell_len(text)
        if size > left:
            fitted.append((fit(text, left), style))
            return fitted
        fitted.append((text, style))
        left -= size
    return [*fitted, (" " * left, "")]
