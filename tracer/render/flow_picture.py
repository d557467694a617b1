"""A flow as a picture: its events, the groups that each was handed to, and what those caused. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tracer.flows.model import Edge, Event, Processing
from tracer.render import remarks
from tracer.render.cells import clean, cut
from tracer.render.marks import Marks, ids_within
from tracer.render.outline import Folds, Node, Outline, Row
from tracer.render.picture import ARROWS, BOXES, Arrow, Box, Picture, bounded
from tracer.render.rows import KINDS, UNSEEN, group_name, more_text
from tracer.render.tree import GUESS, FlowTree
from tracer.render.words import GLYPHS, duration, event_name, moment, plural

_FAN_OUTS = (12, 8, 5, 3, 2, 1)
_NAME = 34  # cells of a name in a box


def flow_picture(tree: FlowTree, boxes: int = BOXES, arrows: int = ARROWS) -> Picture:
    """At most so many boxes: siblings are folded to counts first, then what is far from the asked event is left out."""
    roots = surest_first(tree)
    rows = _folded(Outline(tree), roots, boxes)
    began = min((event.produced_at for event in tree.events.values() if event.produced_at is not None), default=None)
    marks = Marks(tree)
    drawn: dict[str, Box] = {}
    told: dict[str, list[int]] = {}
    steps: list[Arrow] = []
    above: list[str] = []
    for row in rows:
        level = len(row.indent) + 1 if row.branch else 0
        del above[level:]
        targets = _boxes(tree, row, began)
        for box in targets:
            if box.id not in drawn:
                told[box.id] = marks.at(_ids(tree, box, row)) if marks.problems else []
                drawn[box.id] = _marked(box, marks, told[box.id])
            if above:
                steps.append(_arrow(above[-1], box, row))
        above.append(targets[0].id if targets else "")
    steps += _way_to_asked(tree, drawn)
    notes = (f"{plural(tree.flow.left_out, 'node')} beyond the limit",) if tree.flow.left_out else ()
    title = event_name(tree.focus) if tree.focus is not None else clean(tree.flow.asked)
    unique = {(step.source, step.target): step for step in steps}
    picture = Picture(title, tuple(drawn.values()), tuple(unique.values()), notes)
    picture = bounded(picture, _nearest(picture, tree, boxes), arrows)
    shown = {number for box in picture.boxes for number in told[box.id]}
    if missing := marks.text(number for number in range(len(marks.problems)) if number not in shown):
        picture = replace(picture, notes=(*picture.notes, f"{missing}: not in this picture"))
    return picture


def surest_first(tree: FlowTree) -> list[Event]:
    """Where the flow begins; first of all where the surest way to the asked event does."""
    event, met = tree.focus, set[str]()
    while event is not None and event.id not in met:
        met.add(event.id)
        first = event
        edge = tree.strongest_cause(event)
        event = tree.cause(edge) if edge is not None else None
    roots = tree.roots()
    return sorted(roots, key=lambda root: root is not first) if tree.focus is not None else roots


def step_text(edge: Edge | None) -> str:
    """What an arrow says: a retry, a dead letter, a guess; nothing where a step is as it should be."""
    word = KINDS[edge.kind][1] if edge is not None else ""
    return " ".join(filter(None, (word, remarks.doubt(edge))))


def _folded(outline: Outline, roots: list[Event], boxes: int) -> list[Row]:
    """Every line where they fit, else with as few siblings as it needs. What was asked for is never folded away."""
    folds = Folds(None)
    rows = outline.rows(roots, folds)
    for fan_out in _FAN_OUTS:
        if len(rows) <= boxes:
            break
        folds = Folds(fan_out)
        rows = outline.rows(roots, folds)
    focus = outline.tree.focus
    is_there = any(row.node is not None and row.node.event is focus for row in rows)
    return rows if is_there or focus is None else [*rows, *outline.rows([focus], folds)]


def _way_to_asked(tree: FlowTree, drawn: dict[str, Box]) -> list[Arrow]:
    """The step that led to the asked event, where that event was folded away as one of many and stands alone."""
    edge = tree.strongest_cause(tree.focus) if tree.focus is not None else None
    by = tree.processings.get(edge.source) if edge is not None else None
    group = f"{by.event}#{by.group}" if by is not None else ""
    if edge is None or tree.focus is None or group not in drawn:
        return []
    return [_step(group, tree.focus.id, edge)]


def _boxes(tree: FlowTree, row: Row, began: int | None) -> list[Box]:
    """The box of a line; those that it repeats; or one that counts what is folded."""
    if row.node is None:
        if row.repeats:
            return [_event_box(tree, node, began) for node in row.hidden]
        return [Box(row.key, "more", (cut(more_text(tree, row), 2 * _NAME),), told=(more_text(tree, row),))]
    return [_event_box(tree, row.node, began) if row.node.kind == "event" else _group_box(row.node)]


def _ids(tree: FlowTree, box: Box, row: Row) -> list[str]:
    """The events and attempts that a box stands for; a count also for those below what it counts."""
    if row.node is not None and row.node.kind != "event":
        return [attempt.id for attempt in row.node.attempts]
    if row.node is not None or row.repeats:
        return [box.id]
    return ids_within(tree, row.hidden)


def _marked(box: Box, marks: Marks, numbers: Sequence[int]) -> Box:
    """The box with the problems that show there, their messages in its tooltip."""
    if not numbers:
        return box
    messages = [f"{clean(marks.problems[number].check)}: {clean(marks.problems[number].message)}" for number in numbers]
    return replace(box, mark=marks.text(numbers), told=(*(box.told or box.lines), *messages))


def _event_box(tree: FlowTree, node: Node, began: int | None) -> Box:
    event, kind = node.event, node.edge.kind if node.edge is not None else "caused"
    sign, _, style = KINDS[kind]
    lines = [("" if kind == "caused" else sign) + event_name(event, _NAME)]
    facts = [] if event.key is None or _is_same_key(tree, event) else [f"key {cut(clean(event.key), _NAME - 12)}"]
    if event.produced_at is not None and began is not None:
        later = event.produced_at - began
        facts.append(f"at +{duration(later)}" if later else moment(event.produced_at)[11:])
    if not tree.deliveries.get(event.id):
        facts.append(UNSEEN)
    if facts:
        lines.append(" · ".join(facts))
    style = style if kind in {"retried", "dead-lettered"} else ""
    return Box(event.id, "event", tuple(lines), style, event_told(event), asked=event is tree.focus)


def _is_same_key(tree: FlowTree, event: Event) -> bool:
    return tree.focus is not None and event is not tree.focus and event.key == tree.focus.key


def event_told(event: Event) -> tuple[str, ...]:
    """What is known of an event, a line each."""
    told = [clean(event.id)]
    told += [f"key {clean(event.key)}"] if event.key is not None else []
    told += [f"produced {moment(event.produced_at)} UTC"] if event.produced_at is not None else []
    told.append(f"by {clean(event.service)}" if event.service else "by a service that no span tells")
    told += [f"trace {event.trace_id}"] if event.trace_id else []
    return (*told, *(text for text, _ in remarks.of_event(event)))


def _group_box(node: Node) -> Box:
    last, attempts = node.attempts[-1], node.attempts
    outcome = f"{GLYPHS[last.outcome]} {last.outcome}"
    if len(attempts) > 1:
        outcome += f", {plural(len(attempts), 'attempt')}"
    known = [one.duration_ns for one in attempts if one.duration_ns is not None]
    took = duration(sum(known)) if len(known) == len(attempts) else duration(None)
    figures = f"in queue {duration(attempts[0].queue_ns)}, took {took}"
    name = cut(group_name(last)[0], _NAME)
    told = (group_name(last)[0], *_service(last), *(_attempt_told(attempt) for attempt in attempts[:8]))
    return Box(node.key, "group", (name, outcome, figures), last.outcome, told)


def _service(attempt: Processing) -> list[str]:
    return [f"service {clean(attempt.service)}"] if attempt.service and attempt.service != attempt.group else []


def _attempt_told(attempt: Processing) -> str:
    figures = f"in queue {duration(attempt.queue_ns)}, took {duration(attempt.duration_ns)}"
    error = f": {clean(attempt.error)}" if attempt.error else ""
    return f"attempt {attempt.attempt}: {attempt.outcome}, {figures}{error}"


def _arrow(source: str, box: Box, row: Row) -> Arrow:
    node = row.node or next((one for one in row.hidden if row.repeats and one.event.id == box.id), None)
    edge = node.edge if node is not None else None
    return Arrow(source, box.id) if edge is None else _step(source, box.id, edge)


def _step(source: str, target: str, edge: Edge) -> Arrow:
    style = edge.kind if edge.kind in {"retried", "dead-lettered"} else ""
    told = (edge.kind, *remarks.evidence(edge))
    return Arrow(source, target, step_text(edge), style, edge.confidence < GUESS, told, edge.confidence)


def _nearest(picture: Picture, tree: FlowTree, count: int) -> set[str]:
    """The boxes that are the fewest steps away from the asked one, whichever way; of equals those drawn first."""
    beside: dict[str, list[str]] = defaultdict(list)
    for arrow in picture.arrows:
        beside[arrow.source].append(arrow.target)
        beside[arrow.target].append(arrow.source)
    first: Iterable[str] = [tree.focus.id] if tree.focus is not None else []
    found: set[str] = set()
    waiting = deque([*first, *(box.id for box in picture.boxes if box.kind == "event")])
    walk = deque[str]()
    while len(found) < count and (walk or waiting):
        box = walk.popleft() if walk else waiting.popleft()
        if box not in found:
            found.add(box)
            walk.extend(beside[box])
    return found
