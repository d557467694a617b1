"""A flow and a map as text for a terminal: what a person reads who is woken at night."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracer.flows.model import Event, Flow
from tracer.render.bars import Scale, attempts_bar, produced_bar, scale
from tracer.render.cause_lines import cause_lines
from tracer.render.causes import Causes, causes
from tracer.render.cells import Part, cells, clean, cut, fit, left, paint, right
from tracer.render.head import head_lines, wrapped
from tracer.render.legend import legend
from tracer.render.map import map_text
from tracer.render.marks import Marks, ids_within
from tracer.render.outline import Folds, Outline
from tracer.render.rows import Line, figures, row_lines
from tracer.render.tree import FlowTree, flow_tree
from tracer.render.words import duration, event_name, plural

__all__ = ["View", "flow_text", "map_text"]

NARROWEST = 40
"""Cells; on a narrower terminal lines are made for this width all the same."""

_QUEUE, _TOOK = 9, 8  # cells of the figures
_WITH_BAR = 64  # cells from which on there is room for a bar,
_BAR = 14  # which then has so many at least
_TITLE = 10  # cells that the text has at least
_NAME = 8  # cells of a name that is cut
_ROOTS = 20  # trees that are drawn beside the asked one, when a trace holds several
_FAN_OUT = 8  # of more siblings than that (and two) some are folded to a count


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a flow: every reason for each step (`evidence`), nothing folded (`unfold`), and the `whole` of
    it from its first causes instead of the way to the event and what that caused.
    """

    evidence: bool = False
    unfold: bool = False
    whole: bool = False


def flow_text(flow: Flow, width: int, colour: bool, view: View | None = None) -> str:
    """The path of one event: its head, what caused it, what it caused. No line is wider than `width` cells, if that is
    40 or more.
    """
    view = view or View()
    tree = flow_tree(flow)
    if tree.focus is None:
        return f"{clean(flow.asked)}: no events in this flow\n"
    width = max(width, NARROWEST)
    above = Causes() if view.whole else causes(tree, view.unfold)
    roots = tree.roots() if view.whole else [tree.focus, *tree.other_roots()]
    marks = Marks(tree)
    led = [
        _marked(line, marks, _ids(line))
        for cause in above.above
        for line in cause_lines(tree, cause, view.evidence, view.unfold)
    ]
    drawn = list(_drawn(tree, marks, roots[:_ROOTS], width, view))
    layout = _layout(tree, roots[:_ROOTS], [*led, *drawn], width)
    led, drawn = [_trimmed(line, layout) for line in led], [_trimmed(line, layout) for line in drawn]
    shown = [*led, *drawn]
    lines = [*head_lines(tree, tree.focus, width), [], _columns("caused by" if above.above else "", layout)]
    if above.further:
        lines.append([(f"… {plural(above.further, 'more event')} led here by other ways", "dim")])
    lines += [_laid_out(part, tree, None, layout) for line in led for part in _broken(line, width)]
    lines += [[("▼", "dim")]] if led else []
    lines += [_laid_out(part, tree, layout.scale, layout) for line in drawn for part in _broken(line, width)]
    lines.append([])
    for note in _foot(tree, roots, above, shown, view):
        lines += wrapped(note.split(), width, " ", "dim")
    lines += wrapped(legend(tree, shown, drawn if layout.scale.width else []), width, "  ", "dim")
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Cells of a line: in all, of drawing and text, and the scale of the bar, which has none on a narrow terminal."""

    width: int
    label: int
    scale: Scale


def _layout(tree: FlowTree, roots: list[Event], lines: list[Line], width: int) -> _Layout:
    """The text gets what it needs, up to what leaves the bar its least; the bar gets the rest."""
    label = width - _QUEUE - _TOOK
    if width >= _WITH_BAR:
        label = min(label - _BAR - 1, max(_TITLE, *(_needs(line) for line in lines if not line.wide)))
    bar = width - label - _QUEUE - _TOOK - 1 if width >= _WITH_BAR else 0
    below = tree.descendants(*roots)
    attempts = [
        attempt for event in below for delivery in tree.deliveries.get(event, ()) for attempt in delivery.attempts
    ]
    on = scale([tree.events[event] for event in below], attempts, bar)
    return _Layout(width, label, on)


def _needs(line: Line) -> int:
    """Cells of a line's text; an event has those of the figures too."""
    parts = [line.sign, line.name, *line.tail, *line.extra]
    needs = cells(line.branch) + sum(cells(text) for text, _ in parts)
    return needs if line.attempts else needs - _QUEUE - _TOOK


def _drawn(tree: FlowTree, marks: Marks, roots: list[Event], width: int, view: View) -> Iterable[Line]:
    folds = Folds(None if view.unfold else _FAN_OUT, attempts=view.unfold or view.evidence)
    before = None
    for row in Outline(tree).rows(roots, folds, deepest=max(3, width // 9)):
        first, *notes = row_lines(tree, row, before, view.evidence, view.whole, times=view.unfold)
        counted = () if row.repeats else row.hidden
        yield _marked(first, marks, _ids(first) if row.node is not None else ids_within(tree, counted))
        yield from notes
        before = row


def _ids(line: Line) -> list[str]:
    """The event or the attempts that a line is about; none where it only names one that is shown elsewhere."""
    if line.wide or line.event is None:
        return [attempt.id for attempt in line.attempts]
    return [line.event.id]


def _marked(line: Line, marks: Marks, ids: list[str]) -> Line:
    """The line with the problems that show there, two by name, the others counted. Where there is little room the
    outcome behind them is cut, which the sign tells too.
    """
    if not (numbers := marks.at(ids)):
        return line
    more = f" +{len(numbers) - 2}" if len(numbers) > 2 else ""
    return replace(line, tail=((f"  {marks.text(numbers[:2])}{more}", "error"), *line.tail))


def _columns(title: str, layout: _Layout) -> list[Part]:
    on = layout.scale
    figures = right("in queue", _QUEUE) + right("took", _TOOK)
    axis = " 0" + right(duration(on.end - on.start), on.width - 1) if on.width and on.end > on.start else ""
    return [(left(title, layout.label) + figures + axis, "dim")]


def _broken(line: Line, width: int) -> list[Line]:
    """A note that is too long for one line on two, the second a little further in; what is longer still is cut."""
    text, style = line.name
    free = width - cells(line.branch)
    if not line.wide or line.tail or line.branch.endswith("─ ") or cells(text) <= free or " " not in text:
        return [line]
    first = wrapped(text.split(" "), free, " ")[0][0][0]
    rest = text[len(first) :].strip()
    return [replace(line, name=(first, style)), replace(line, branch=line.branch + "  ", name=(rest, style))]


def _laid_out(line: Line, tree: FlowTree, on: Scale | None, layout: _Layout) -> list[Part]:
    """Drawing and text, time in queue, processing time, bar. An event has no figures but more text."""
    parts: list[Part] = [(line.branch, "dim"), *_text(line, _room(line, layout))]
    if line.wide:
        return parts
    if line.attempts:
        queue, took = figures(line.attempts)
        parts += [(right(queue[0], _QUEUE), queue[1]), (right(took[0], _TOOK), took[1])]
    if on is not None and on.width:
        parts.append((" ", ""))
        if line.attempts:
            parts += attempts_bar(tree, line.attempts, on)
        elif line.event is not None:
            parts += produced_bar(line.event, on)
    return parts


def _room(line: Line, layout: _Layout) -> int:
    """Cells for the text of a line."""
    room = layout.width if line.wide else layout.label if line.attempts else layout.label + _QUEUE + _TOOK
    return room - cells(line.branch)


def _trimmed(line: Line, layout: _Layout) -> Line:
    """The line with as much of what is extra as there is room for; the name goes before it."""
    rest = _room(line, layout) - sum(cells(text) for text, _ in [line.sign, *line.tail])
    rest -= min(cells(line.name[0]), max(rest, _NAME))
    kept: list[Part] = []
    for text, style in line.extra:
        if cells(text) > rest:
            break
        kept.append((text, style))
        rest -= cells(text)
    return replace(line, extra=tuple(kept))


def _text(line: Line, free: int) -> list[Part]:
    """The text of a line in exactly `free` cells; the name gives way."""
    room = max(free - sum(cells(text) for text, _ in [line.sign, *line.tail]), _NAME)
    name = line.name[0] if line.event is None else event_name(line.event, room)
    return fit([line.sign, (cut(name, room), line.name[1]), *line.tail, *line.extra], free)


def _foot(tree: FlowTree, roots: list[Event], above: Causes, lines: list[Line], view: View) -> list[str]:
    """What is not drawn, and how to see it."""
    notes = []
    if len(roots) > _ROOTS:
        notes.append(f"… {plural(len(roots) - _ROOTS, 'more event')} with what they caused, not drawn")
    if beside := len(tree.events) - len(tree.descendants(*roots) | {event.id for event in tree.ancestors()}):
        notes.append(f"{plural(beside, 'more event')} beside this path")
    if tree.flow.left_out:
        notes.append(f"{plural(tree.flow.left_out, 'node')} left out, beyond the limit; --limit reads more")
    if any(cause.groups or cause.events for cause in above.above) or _is_asked_alone(tree):
        notes.append("--whole shows what stands beside the way that led here")
    if above.further or (not view.unfold and any(_is_folded(line) for line in lines)):
        notes.append("--unfold shows attempts, siblings and causes one by one")
    if not view.evidence and any("guess" in text for line in lines for text, _ in line.tail):
        notes.append("--evidence tells for each step how it is known")
    return notes


def _is_asked_alone(tree: FlowTree) -> bool:
    """Whether one attempt was asked for and the event has other groups."""
    return any(one.node == tree.focus.id for one in tree.flow.beside) if tree.focus is not None else False


def _is_folded(line: Line) -> bool:
    return line.name[0].startswith("+") or len(line.attempts) > 1
