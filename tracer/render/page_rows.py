"""The tree of a flow as nested lists that fold: for each line its text, its figures, its bar, how its step is known.

Pure. The lines are those of the terminal (`outline`, `rows`), all of them; of many siblings those that are not shown
there stand in a list that is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracer.flows.model import Processing
from tracer.render.bars import Scale, scale
from tracer.render.cells import Part, cut
from tracer.render.flow_picture import surest_first
from tracer.render.listing import listed
from tracer.render.marks import Marks, ids_within
from tracer.render.outline import Folds, Node, Outline, Row, split
from tracer.render.page import LONGEST, packed
from tracer.render.page_facts import facts_of
from tracer.render.rows import Line, figures, more_text, row_lines
from tracer.render.svg import text
from tracer.render.tree import FlowTree
from tracer.render.words import duration, event_name, plural, tally

_DEEPEST = 14  # levels, what is deeper goes on below: a phone has no room for more
_FAN_OUT = 20
_AT_ONCE = 200  # folded lines that a browser reads at once,
_AT_MOST = 1000  # and that are opened at once
_WIDTH = 1000  # units of a bar


@dataclass(slots=True)
class _Nested:
    """A line with those that hang under it."""

    row: Row
    before: Row | None
    below: list[_Nested] = field(default_factory=list)


@dataclass(slots=True)
class Rows:
    """`html` of the lines, and the `facts` of those that are not packed.

    `numbers` has the line of each event, group and attempt by its id; `span_ns` is the time that the bars show.
    """

    html: str
    facts: dict[int, Any]
    numbers: dict[str, int]
    span_ns: int


def page_rows(tree: FlowTree, marks: Marks) -> Rows:
    """All lines of a flow, from its first causes."""
    flat = Outline(tree).rows(surest_first(tree), Folds(None, attempts=True), deepest=_DEEPEST)
    on = scale(tree.events.values(), tree.processings.values(), _WIDTH)
    writer = _Writer(tree, on, marks)
    html = "".join(writer.siblings(_nested(flat)))
    return Rows(html, writer.facts, writer.numbers, on.end - on.start)


def _nested(rows: Sequence[Row]) -> list[_Nested]:
    roots: list[_Nested] = []
    above: list[_Nested] = []
    for place, row in enumerate(rows):
        level = len(row.indent) + 1 if row.branch else 0
        made = _Nested(row, rows[place - 1] if place else None)
        del above[level:]
        (above[-1].below if above else roots).append(made)
        above.append(made)
    return roots


class _Writer:
    """Makes the lines in their order; owns their numbers. Depth is bounded by `_DEEPEST`, so it may recurse."""

    def __init__(self, tree: FlowTree, on: Scale, marks: Marks) -> None:
        self.facts: dict[int, Any] = {}
        self._count = 0
        self._marks = marks
        self.numbers: dict[str, int] = {}
        self._tree = tree
        self._on = on
        self._beside: dict[str, list[str]] = defaultdict(list)
        groups: dict[str, dict[Any, int]] = defaultdict(dict)
        for one in tree.flow.beside:
            if one.outcome is None:
                self._beside[one.node].append(f"… {plural(one.count, 'other event')} caused by the same")
            else:
                groups[one.node][one.outcome] = one.count
        for node, counts in groups.items():
            self._beside[node].append(f"… {plural(sum(counts.values()), 'other group')}: {tally(counts)}")

    def siblings(self, several: Sequence[_Nested]) -> Iterator[str]:
        """Those that are shown, then those that are folded away in a list of their own."""
        hidden: list[_Nested] = []
        nodes = [one.row.node for one in several if one.row.node is not None]
        if len(nodes) == len(several):
            away = {id(node) for node in split(self._tree, nodes, _FAN_OUT)[1]}
            hidden = [one for one in several if id(one.row.node) in away]
            several = [one for one in several if id(one.row.node) not in away]
        for one in several:
            yield from self._item(one)
        parts = [hidden[start : start + _AT_MOST] for start in range(0, len(hidden), _AT_MOST)]
        for part in parts:
            yield from self._folded(part, is_part=len(parts) > 1)

    def _folded(self, hidden: Sequence[_Nested], is_part: bool) -> Iterator[str]:
        nodes = [one.row.node for one in hidden if one.row.node is not None]
        told = more_text(self._tree, Row("", None, hidden=tuple(nodes)))
        if is_part and nodes[0].kind == "event":
            told += f", {event_name(nodes[0].event)} to {event_name(nodes[-1].event)}"
        outside, self.facts, first = self.facts, {}, self._count
        items = "".join(part for one in hidden for part in self._item(one))
        marked = "".join(self._marked(self._marks.at(ids_within(self._tree, nodes)))) if self._marks.problems else ""
        yield f'<li class="more"><details><summary><span class="what dim">{text(told)}{marked}</span></summary>'
        if len(hidden) > _AT_ONCE:
            yield packed(f"<ul>{items}</ul>", self.facts, range(first, self._count))
            yield "<noscript>"
            yield from (f"<p>{text(line)}</p>" for line in listed(self._tree, [node.event for node in nodes]))
            yield '<p class="dim">These lines one by one need JavaScript.</p></noscript>'
        else:
            outside |= self.facts
            yield f"<ul>{items}</ul>"
        yield "</details></li>\n"
        self.facts = outside

    def _item(self, one: _Nested) -> Iterator[str]:
        row, number = one.row, self._count
        self._count += 1
        if row.node is not None and not row.repeats:
            self.facts[number] = facts_of(self._tree, row.node)
        if row.node is None:
            yield f'<li class="part" id="at-{row.goes_on}">({row.goes_on})</li>\n'
            return
        if not row.repeats and not row.goes_on:
            self._place(row.node, number)
        names = f"row {row.node.kind}{' dashed' if row.node.is_dashed else ''}"
        asked = row.node.kind == "event" and row.node.event is self._tree.focus and not row.repeats
        yield f'<li class="{names}{" asked" if asked else ""}" id="r{number}">'
        line = "".join(self._line(one, row.node, number))
        if one.below:
            yield f"<details open><summary>{line}</summary><ul>\n"
            yield from self.siblings(one.below)
            yield "</ul></details></li>\n"
        else:
            yield f'<div class="leaf" tabindex="-1">{line}</div></li>\n'

    def _place(self, node: Node, number: int) -> None:
        """An attempt is found at its own line where it has one, else at its group's."""
        self.numbers.setdefault(node.key, number)
        for attempt in node.attempts:
            if node.kind == "attempt":
                self.numbers[attempt.id] = number
            self.numbers.setdefault(attempt.id, number)

    def _marked(self, numbers: Iterable[int]) -> Iterator[str]:
        """Links to the problems that show here."""
        for number in numbers:
            yield f' <a class="mark" href="#p{number}">{text(self._marks.text([number]))}</a>'

    def _line(self, one: _Nested, node: Node, number: int) -> Iterator[str]:
        first, *notes = row_lines(self._tree, one.row, one.before, evidence=False, is_whole=True)
        marked = "" if one.row.repeats or one.row.goes_on else "".join(self._marked(self._marks.at_node(node)))
        told = "".join(_part(part) for part in _parts(first))
        yield f'<span class="what">{told}{marked}{self._link(one.row, node)}</span>'
        if node.attempts:
            queue, took = figures(node.attempts)
            yield f'<span class="queue {queue[1]}">{text(queue[0])}</span><span class="took">{text(took[0])}</span>'
        if not one.row.repeats and not one.row.goes_on:
            yield _bar(self._tree, node, self._on)
        if node.edge is not None and not one.row.goes_on:
            sure = f"{node.edge.method} {node.edge.confidence:.2f}"
            yield f'<button type="button" class="why" data-row="{number}">{text(sure)}</button>'
        elif node.edge is None:
            yield f'<button type="button" class="why" data-row="{number}">begins here</button>'
        below = [*(note.name for note in notes), *((note, "dim") for note in self._notes_beside(node))]
        yield from (f'<span class="note {style}">{text(said)}</span>' for said, style in below)

    def _notes_beside(self, node: Node) -> list[str]:
        name = node.event.id if node.kind == "event" else node.attempts[0].id if len(node.attempts) == 1 else ""
        return self._beside.get(name, [])

    def _link(self, row: Row, node: Node) -> str:
        if row.goes_on:
            return f' <a href="#at-{row.goes_on}">go there</a>'
        if row.repeats and node.event.id in self.numbers:
            return f' <a href="#r{self.numbers[node.event.id]}">go there</a>'
        return ""


def _parts(line: Line) -> Iterable[Part]:
    return [line.sign, line.name, *line.tail, *line.extra]


def _part(part: Part) -> str:
    said, style = cut(part[0], LONGEST), part[1]
    return f'<span class="{style}">{text(said)}</span>' if style else text(said)


def _bar(tree: FlowTree, node: Node, on: Scale) -> str:
    """When an event was produced; how long each attempt waited and worked."""
    drawn = []
    if node.kind == "event" and node.event.produced_at is not None:
        drawn.append(rect("produced", on.cell(node.event.produced_at), 0, 6))
    for attempt in node.attempts:
        drawn += _attempt_bar(tree, attempt, on)
    view = f'viewBox="0 0 {_WIDTH} 10" preserveAspectRatio="none" aria-hidden="true"'
    return f'<svg class="bar" {view}>{"".join(drawn)}</svg>'


def _attempt_bar(tree: FlowTree, attempt: Processing, on: Scale) -> Iterator[str]:
    start, event = attempt.started_at, tree.events[attempt.event]
    if start is None:
        return
    name, since = ("retry" if event.id in tree.retried else "wait"), event.produced_at
    if attempt.attempt > 1 and attempt.backoff_ns is not None:
        name, since = "backoff", start - attempt.backoff_ns
    if since is not None:
        yield rect("skew" if since > start else name, on.cell(min(since, start)), on.cell(max(since, start)), 1)
    took = attempt.duration_ns if attempt.duration_ns is not None else attempt.batch_ns
    batch = " batch" if attempt.duration_ns is None else ""
    yield rect(f"work {attempt.outcome}{batch}", on.cell(start), on.cell(start + (took or 0)), 4)


def rect(name: str, start: int, end: int, least: int = 1) -> str:
    """A part of a bar."""
    wide = max(least, end - start)
    return f'<rect class="{name}" x="{min(start, _WIDTH - wide)}" width="{wide}" height="10"/>'


def axis(span_ns: int) -> str:
    """What stands over the bars."""
    return f"<span>0</span><span>{text(duration(span_ns))}</span>"
