"""The first lines of a flow: which event it is, what became of it, and what failed, before anything is drawn. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.flows.model import Event, Outcome
from tracer.render.cells import Part, cells, clean
from tracer.render.tree import Delivery, FlowTree
from tracer.render.words import BADNESS, GLYPHS, event_name, moment, plural, tally

_TROUBLES = 3  # failed deliveries that are told one by one


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that failed for good: its last attempt, what became of it, and how that is told, in a line or two."""

    attempt: str
    outcome: Outcome
    lines: tuple[str, ...]


def head_lines(tree: FlowTree, event: Event, width: int) -> list[list[Part]]:
    """Id, key, time, service and trace of the event; its outcomes counted; the failures in a line or two each."""
    facts = [f"produced {moment(event.produced_at)} UTC"] if event.produced_at is not None else ["produced: not known"]
    facts.append(f"by {clean(event.service)}" if event.service else "by a service that no span tells")
    if event.key is not None:
        facts.insert(0, f"key {clean(event.key)}")
    lines: list[list[Part]] = [[(clean(event.id), "bold")], *wrapped(facts, width)]
    if event.trace_id:
        lines += wrapped([f"trace {event.trace_id}", f"span {event.span_id or '–'}"], width, " ", "dim")
    return [*lines, *wrapped(outcome_facts(tree, event), width), *_trouble_lines(troubles(tree, event))]


def outcome_facts(tree: FlowTree, event: Event) -> list[str]:
    """What became of an event in a few facts: its groups by outcome, what happened further on, what is not read."""
    below = _below(tree, event, likely=True)
    perhaps = len(_below(tree, event)) - len(below)
    own = tree.deliveries.get(event.id, [])
    facts = ["no span tells that a group consumed it"]
    if own:
        facts = [f"{plural(len(own), 'group')}: {tally(delivery.outcome for delivery in own)}"]
    if beside := {one.outcome: one.count for one in tree.flow.beside if one.node == event.id and one.outcome}:
        facts.append(f"{plural(sum(beside.values()), 'other group')}: {tally(beside)}")
    if further := [delivery.outcome for found in below for delivery in tree.deliveries.get(found.id, ())]:
        facts.append(f"further on {tally(further)}")
    if tree.flow.left_out:
        facts.append(f"{plural(tree.flow.left_out, 'more node')} not read")
    if below:
        facts.append(f"caused {plural(len(below), 'event')}" + (f", perhaps {perhaps:,} more" if perhaps else ""))
    elif perhaps:
        facts.append(f"perhaps caused {plural(perhaps, 'event')}")
    return facts


def _below(tree: FlowTree, event: Event, likely: bool = False) -> list[Event]:
    below = tree.descendants(event, likely=likely)
    return [tree.events[found] for found in below if found != event.id and found not in tree.absorbed]


def troubles(tree: FlowTree, event: Event) -> list[Trouble]:
    """What failed for good, the event's own groups first, dead letters before errors."""
    below = _below(tree, event)
    failed = [
        delivery
        for found in [event, *sorted(below, key=lambda found: found.produced_at or 0)]
        for delivery in tree.deliveries.get(found.id, ())
        if delivery.outcome in {"error", "dead-lettered"}
    ]
    failed.sort(key=lambda delivery: (delivery.event is not event, -BADNESS.index(delivery.outcome)))
    return [_trouble(tree, delivery, event) for delivery in failed]


def more_troubles(count: int) -> str:
    """What is said of those that are not told one by one."""
    return f"… and {plural(count, 'more failure')}"


def _trouble_lines(found: list[Trouble]) -> list[list[Part]]:
    lines: list[list[Part]] = [[(text, one.outcome)] for one in found[:_TROUBLES] for text in one.lines]
    return lines + ([[(more_troubles(len(found) - _TROUBLES), "dim")]] if len(found) > _TROUBLES else [])


def _trouble(tree: FlowTree, delivery: Delivery, asked: Event) -> Trouble:
    """`† crm-sync: dead-lettered after 3 attempts → user-created.crm.dlq/0/3`, and the error below."""
    last = delivery.attempts[-1]
    text = f"{GLYPHS[last.outcome]} {clean(delivery.group)}"
    if delivery.event is not asked:
        text += f" on {event_name(delivery.event)}"
    text += f": {last.outcome}"
    if len(delivery.attempts) > 1:
        text += f" after {len(delivery.attempts)} attempts"
    letters = [effect for effect in tree.effects.get(last.id, ()) if effect.edge.kind == "dead-lettered"]
    if letters:
        surest = max(letters, key=lambda effect: effect.edge.confidence)
        text += f" → {event_name(surest.event)}"
    return Trouble(last.id, delivery.outcome, (text, f"  {clean(last.error)}") if last.error else (text,))


def wrapped(facts: list[str], width: int, between: str = " · ", style: str = "") -> list[list[Part]]:
    """Facts on as few lines as they fit on, never broken inside."""
    lines, line = [], ""
    for fact in facts:
        longer = f"{line}{between}{fact}" if line else fact
        if line and cells(longer) > width:
            lines.append(line)
            longer = fact
        line = longer
    return [[(text, style)] for text in [*lines, line] if text]
