"""The tree of a flow, line by line: what happened, how long it waited, how long it took, and when, as a bar."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import islice
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from tracer.flows.model import Edge, Flow, Graph
from tracer.render import remarks
from tracer.render.bars import Scale, attempts_bar, produced_bar, scale
from tracer.render.cells import Part
from tracer.render.outline import Folds, Node, Outline, Row
from tracer.render.rows import group_name
from tracer.render.tree import FlowTree, flow_tree
from tracer.render.words import BADNESS, GLYPHS, UNKNOWN, duration, plural
from tui.flow_lines import FlowLine, flow_lines
from tui.notation import fit, place, plain
from tui.widgets.line_list import LineList, cells

NUMBER = 8
NUMBERS = 2 * (NUMBER + 1)
MEASURED = 300
"""Lines whose labels decide the width of their column."""
DEEPEST = 8
"""Levels of branch drawing at most; deeper lines lose their first branches."""

KINDS = {"dead-lettered": ("† dead letter ", "error"), "retried": ("↻ retry ", "retried")}
REPEATS = {"above": "  shown above", "circle": "  ↺ a circle, shown above"}
FOLDS = {"": "", "open": "▾", "folded": "▸"}


class FlowList(LineList):
    """The lines of one flow; folds what it is told to fold."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "fold(True)", "Fold", show=False),
        Binding("right,l", "fold(False)", "Unfold", show=False),
        Binding("space", "toggle_fold", "Fold, unfold", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._outline = Outline(flow_tree(Flow("", Graph())))
        self.whole = False
        self.rows: list[FlowLine] = []
        self.folds = Folds()
        self.evidence = False
        self._longest = 0
        self._scale = Scale(0, 0, 0)

    @property
    def chosen(self) -> FlowLine | None:
        """The line that the cursor is on."""
        return self.rows[self.cursor] if self.cursor_key is not None else None

    @property
    def flow_tree(self) -> FlowTree:
        """What is shown."""
        return self._outline.tree

    def action_fold(self, fold: bool) -> None:
        """Fold or unfold what the cursor is on."""
        line = self.chosen
        if line is None or line.row is None:
            return
        if fold and line.row.fold == "folded" and line.row.below:
            self._lay_out_with(self.folds.opened, self.folds.closed | {line.key})
        elif line.opens or line.row.fold == ("open" if fold else "folded"):
            self.toggle_fold(line.key)

    def action_toggle_fold(self) -> None:
        """Fold what is open and open what is folded."""
        if (line := self.chosen) is not None:
            self.toggle_fold(line.key)

    def show(self, outline: Outline, whole: bool = False) -> None:
        """Another state of the flow; folds and the cursor stay. The first time the cursor goes to the event itself."""
        first = not self.rows or whole is not self.whole
        tree = outline.tree
        self._outline, self.whole = outline, whole
        self._scale = scale(tree.flow.graph.events, tree.flow.graph.processings, 0)
        self._lay_out()
        if first and tree.focus is not None:
            self.move_to(tree.focus.id)

    def toggle_evidence(self) -> None:
        """Show how each edge is known instead of the times, or the times again."""
        self.evidence = not self.evidence
        self.refresh()

    def toggle_fold(self, key: str) -> None:
        """Fold or open a node, show the attempts of a group one by one, or show all that a line stands for."""
        line = next((line for line in self.rows if line.key == key), None)
        if line is None:
            return
        opened, closed = self.folds.opened, self.folds.closed
        if line.opens:
            opened |= {line.opens}
        elif key in closed:
            closed -= {key}
        elif key in opened:
            opened -= {key}
        elif line.row is not None and line.row.fold == "folded":
            opened |= {key}
        elif line.row is not None and line.row.fold == "open":
            closed |= {key}
        self._lay_out_with(opened, closed)

    def _lay_out_with(self, opened: Set[str], closed: Set[str]) -> None:
        self.folds = replace(self.folds, opened=opened, closed=closed)
        self._lay_out()

    def _lay_out(self) -> None:
        self.rows = flow_lines(self._outline, self.folds, self.whole)
        self._longest = max((self._wanted(line) for line in islice(self.rows, MEASURED)), default=0)
        self.set_keys([line.key for line in self.rows])

    def header_parts(self, width: int) -> list[Part]:
        """What the columns are; over the bar the time from the first moment to the last."""
        label, picture = self._widths(width)
        head = cells("event · group · effect", label, "header")
        if self.evidence:
            return [head, (f"{'edge':<13} {'known by':<12} confidence", "header")]
        total = duration(self._scale.end - self._scale.start)
        axis = f"0{total:>{max(0, picture - 1)}}" if picture > 8 else ""
        columns = [cells("in queue", NUMBER, "header", right=True), cells("took", NUMBER, "header", right=True)]
        return [head, *columns, (axis, "header")]

    def row_parts(self, row: int, width: int) -> list[Part]:
        """One line of the tree. An event takes the columns of the numbers for its label: it has none."""
        line = self.rows[row]
        label, picture = self._widths(width)
        if line.node is None:
            return _fitted(_words(line), width)
        node = line.node
        parts = [*_branch(line), *self._label(line, node)]
        if self.evidence:
            return [*_fitted(parts, label), (" ", ""), *_fitted(_evidence(node.edge), max(0, width - label - 1))]
        picture_parts = self._bar(node, replace(self._scale, width=picture))
        if not node.attempts:
            return [*_fitted(parts, label + NUMBERS), (" ", ""), *picture_parts]
        queue, took = _numbers(node)
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

    def _bar(self, node: Node, on: Scale) -> list[Part]:
        if on.width == 0:
            return []
        return attempts_bar(self.flow_tree, node.attempts, on) if node.attempts else produced_bar(node.event, on)

    def _wanted(self, line: FlowLine) -> int:
        """Cells that the label of a line would take to be whole."""
        if line.node is None:
            return 0
        wanted = sum(cell_len(text) for text, _ in [*_branch(line), *self._label(line, line.node)])
        return wanted if line.node.attempts else wanted - NUMBERS

    def _label(self, line: FlowLine, node: Node) -> list[Part]:
        doubt = remarks.doubt(node.edge)
        guess: list[Part] = [(f"{doubt} ", "warning")] if doubt else []
        if not node.attempts:
            return [*guess, *self._event(line.row, node)]
        onward = [(f"  {line.words}", "event")] if line.words else []
        if line.onward is not None and line.words and (doubt := remarks.doubt(line.onward)):
            onward.append((f"  {doubt}", "warning"))
        return [*guess, *_handled(node), *onward]

    def _event(self, row: Row | None, node: Node) -> list[Part]:
        event = node.event
        kind = node.edge.kind if node.edge is not None else "caused"
        parts: list[Part] = [KINDS.get(kind, ("◆ ", "event"))]
        parts.append((plain(event.topic) if event.topic else plain(event.id), "topic"))
        if place(event):
            parts.append((f" {place(event)}", "dim"))
        if row is not None and row.repeats:
            return [*parts, (REPEATS[row.repeats], "dim")]
        if node.by is not None:
            parts.append((f"  by attempt {node.by.attempt}", "dim"))
        if self.whole and event is self.flow_tree.focus:
            parts.append(("  ◀ asked for", "bold"))
        if event.key is not None:
            parts.append((f"  {plain(event.key)}", ""))
        return [*parts, (f"  {plain(event.service)}" if event.service else "", "dim")]


def _branch(line: FlowLine) -> list[Part]:
    """The drawing before a line: two cells a level, the nearest levels only where there are many."""
    row = line.row
    if row is None:
        return [("↑ " if line.node is None or line.node.kind == "event" else "↑  ", "branch")]
    indent = "".join(f"{stroke} " for stroke in row.indent[-DEEPEST:])
    if len(row.indent) > DEEPEST:
        indent = "…" + indent[1:]
    stroke = "┄" if row.node is not None and row.node.is_dashed else "─"
    branch = f"{row.branch}{stroke}{FOLDS[row.fold] or stroke} " if row.branch else f"{FOLDS[row.fold]} "
    return [(indent + branch, "branch")]


def _handled(node: Node) -> list[Part]:
    """A group or an attempt: sign, group, service where it differs, attempts, error."""
    last = node.attempts[-1]
    style = last.outcome
    parts: list[Part] = [(f"{GLYPHS[last.outcome]} ", style)]
    if node.kind == "attempt":
        parts.append((f"attempt {last.attempt}", style))
    else:
        parts.append(group_name(last))
        if len(node.attempts) > 1:
            parts.append((f"  {len(node.attempts)} attempts", style))
        if last.service and last.service != last.group:
            parts.append((f"  {plain(last.service)}", "dim"))
    if last.error:
        parts.append((f"  {plain(last.error)}", "error"))
    elif last.outcome != "ok":
        parts.append((f"  {last.outcome}", style))
    return parts


def _numbers(node: Node) -> tuple[int | None, int | None]:
    """Time in queue of the first attempt, time taken by all; unknown when that of one is."""
    taken = [attempt.duration_ns for attempt in node.attempts if attempt.duration_ns is not None]
    return node.attempts[0].queue_ns, sum(taken) if len(taken) == len(node.attempts) else None


def _evidence(edge: Edge | None) -> list[Part]:
    if edge is None:
        return [(UNKNOWN, "dim")]
    style = "warning" if remarks.doubt(edge) else ""
    more = f"  +{len(edge.evidence) - 1}" if len(edge.evidence) > 1 else ""
    return [
        (f"{edge.kind:<13} ", "dim"),
        (f"{edge.method:<12} ", style),
        (f"{edge.confidence:.2f}", style),
        (more, "dim"),
    ]


def _words(line: FlowLine) -> list[Part]:
    """A line that counts: hidden siblings by outcome, or what stands beside what led here."""
    hint: Part = ("  Enter shows them" if line.opens else "", "dim")
    if line.row is None:
        return [*_branch(line), (line.words, "dim"), hint]
    hidden = line.row.hidden
    if line.row.repeats:
        return [*_branch(line), (f"+{plural(len(hidden), 'event')} shown above", "dim")]
    parts: list[Part] = [*_branch(line), (f"+{len(hidden):,} more ", "bold")]
    outcomes = [node.attempts[-1].outcome for node in hidden if node.attempts]
    for outcome in BADNESS:
        if count := outcomes.count(outcome):
            parts.append((f" {GLYPHS[outcome]}{count:,}", outcome))
    return [*parts, hint]


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
