"""A flow and a map as text for a terminal: what a person reads who is woken at night."""

from __future__ import annotations

from dataclasses import replace

from tracer.flows.model import Flow, Processing
from tracer.render.bars import Scale, attempts_bar, produced_bar, scale
from tracer.render.cells import Part, cells, clean, cut, fit, left, paint, right
from tracer.render.head import head_lines
from tracer.render.map import map_text
from tracer.render.rows import Row, delivery_row, event_row, flow_rows, guess
from tracer.render.tree import FlowTree, flow_tree
from tracer.render.words import duration, moment, plural

__all__ = ["flow_text", "map_text"]

NARROWEST = 60
"""Cells; on a narrower terminal lines are made for this width all the same."""

_QUEUE, _TOOK = 9, 8  # cells of the figures
_ROOTS = 20  # trees that are drawn beside the asked one, when a trace holds several
_CAUSES = 12  # events of the chain above that are shown; those nearest to the event stay


def flow_text(flow: Flow, width: int, colour: bool) -> str:
    """The path of one event: its head, what caused it, what it caused. No line is wider than `width` cells."""
    tree = flow_tree(flow)
    if tree.focus is None:
        return f"{clean(flow.asked)}: no events in this flow\n"
    width = max(width, NARROWEST)
    bar = max(12, width * 3 // 16)
    label = width - bar - 1 - _QUEUE - _TOOK
    others = tree.other_roots()
    roots = [tree.focus, *others[:_ROOTS]]
    below = tree.descendants(*roots)
    on = scale(
        [tree.events[event] for event in below],
        [attempt for event in below for delivery in tree.deliveries.get(event, ()) for attempt in delivery.attempts],
        bar,
    )
    causes = _causes(tree)
    lines = [*head_lines(tree, tree.focus, width), [], _columns("caused by" if causes else "", on, label)]
    lines += [_line(row, tree, None, label, width) for row in causes]
    rows = flow_rows(tree, roots, max_indent=label // 2)
    lines += [_line(row, tree, on, label, width) for row in rows]
    lines += _foot(flow, tree, below, rows)
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def _causes(tree: FlowTree) -> list[Row]:
    rows: list[Row] = []
    ancestors = tree.ancestors()
    if len(ancestors) > _CAUSES:
        rows.append(Row("", (f"… {plural(len(ancestors) - _CAUSES, 'event')} before", "dim"), wide=True))
    for event, through in ancestors[-_CAUSES:]:
        row = event_row("", event, None, tree.focus)
        rows.append(replace(row, extra=((f"  {moment(event.produced_at)[11:]}", "dim"), *row.extra)))
        for attempt, edge in through:
            rows.append(delivery_row("│  ", (attempt,)))
            doubts = [guess(tree.delivered.get(attempt.id)), guess(edge)]
            rows += [Row("│    ", doubt, wide=True) for doubt in doubts if doubt]
        if others := len(tree.deliveries.get(event.id, ())) - len({attempt.group for attempt, _ in through}):
            rows.append(Row("│  ", (f"… {plural(others, 'other group')}", "dim"), wide=True))
    return [*rows, Row("", ("▼", "dim"), wide=True)] if rows else []


def _columns(title: str, on: Scale, label: int) -> list[Part]:
    figures = right("in queue", _QUEUE) + right("took", _TOOK)
    axis = " 0" + right(duration(on.end - on.start), on.width - 1) if on.end > on.start else ""
    return [(left(title, label) + figures + axis, "dim")]


def _line(row: Row, tree: FlowTree, on: Scale | None, label: int, width: int) -> list[Part]:
    """A row laid out: drawing and text, time in queue, processing time, bar. An event has no figures but more text."""
    room = width if row.wide else label if row.attempts else label + _QUEUE + _TOOK
    line: list[Part] = [(row.branch, "dim"), *_text(row, room - cells(row.branch))]
    if row.wide:
        return line
    if row.attempts:
        line += _figures(row.attempts)
    if on is not None:
        line.append((" ", ""))
        line += _bar(row, tree, on)
    return line


def _text(row: Row, free: int) -> list[Part]:
    """The text of a row in exactly `free` cells; the name gives way first, then what is extra goes."""
    fixed = [row.sign, *row.tail]
    rest = free - sum(cells(text) for text, _ in fixed)
    name = cut(row.name[0], max(rest, 8))
    parts = [row.sign, (name, row.name[1]), *row.tail]
    rest -= cells(name)
    for text, style in row.extra:
        if cells(text) > rest:
            break
        parts.append((text, style))
        rest -= cells(text)
    return fit(parts, free)


def _figures(attempts: tuple[Processing, ...]) -> list[Part]:
    queue = attempts[0].queue_ns
    skewed = queue is not None and queue < 0
    took = attempts[-1].duration_ns if len(attempts) == 1 else _sum_of(attempts)
    return [
        (right(duration(queue), _QUEUE), "warning" if skewed else "queue"),
        (right(duration(took), _TOOK), ""),
    ]


def _sum_of(attempts: tuple[Processing, ...]) -> int | None:
    """Processing time of all attempts together; unknown when one of them is."""
    known = [attempt.duration_ns for attempt in attempts if attempt.duration_ns is not None]
    return sum(known) if len(known) == len(attempts) else None


def _bar(row: Row, tree: FlowTree, on: Scale) -> list[Part]:
    if row.attempts:
        return attempts_bar(tree.events[row.attempts[0].event].produced_at, row.attempts, on)
    return produced_bar(row.event, on) if row.event is not None else []


def _foot(flow: Flow, tree: FlowTree, below: set[str], rows: list[Row]) -> list[list[Part]]:
    """What is not drawn, and what the signs mean that not everybody knows."""
    notes = []
    met = below | {event.id for event, _ in tree.ancestors()}
    if beside := len(tree.events) - len(met):
        notes.append(f"{plural(beside, 'more event')} beside this path")
    if flow.left_out:
        notes.append(f"{plural(flow.left_out, 'node')} left out: the flow is larger than what is read at once")
    if any(not attempt.group_known for row in rows for attempt in row.attempts):
        notes.append("~ no span tells the group: the service's name stands in")
    if any("┄" in row.branch for row in rows):
        notes.append("┄ a guess")
    legend = "░ in queue  █ handled  · backoff  ◆ produced  ▏ end unknown"
    used = [sign for sign in legend.split("  ") if any(_shows(row, sign[0]) for row in rows)]
    return [[], *([(note, "dim")] for note in notes), [(left("  ".join(used), cells("  ".join(used))), "dim")]]


def _shows(row: Row, sign: str) -> bool:
    if sign == "◆":
        return row.event is not None
    if sign == "·":
        return any(attempt.backoff_ns is not None for attempt in row.attempts)
    if sign == "▏":
        return any(attempt.duration_ns is None for attempt in row.attempts)
    return bool(row.attempts)
