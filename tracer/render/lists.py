"""Events as a list, and a graph in figures, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tracer.flows.model import EventSummary, Graph
from tracer.render.cells import Part, cells, clean, fit, paint, right
from tracer.render.words import BADNESS, GLYPHS, duration, event_name, moment, plural, tally

_NARROWEST = 60
_TIME, _QUEUE, _GROUPS = 18, 9, 18


def events_text(events: Sequence[EventSummary], width: int, colour: bool) -> str:
    """One line an event, in the order given: when, what, key, its groups by outcome, the longest time in queue."""
    width = max(width, _NARROWEST)
    longest = max((cells(clean(summary.event.key or "")) for summary in events), default=0)
    key = min(max(longest, 3), width // 6) + 2
    name = width - _TIME - 2 - key - _GROUPS - _QUEUE
    head = f"{'produced (UTC)':{_TIME}}  {'event':{name}}{'key':{key}}{'groups':{_GROUPS}}{'in queue':>{_QUEUE}}"
    lines: list[list[Part]] = [[(head, "dim")]]
    for summary in events:
        lines.append(
            [
                *fit([(moment(summary.event.produced_at)[-_TIME:], "dim")], _TIME + 2),
                *fit([(event_name(summary.event, name - 1), "event")], name - 1),
                (" ", ""),
                *fit([(clean(summary.event.key) if summary.event.key is not None else "–", "")], key - 1),
                (" ", ""),
                *fit(_groups(summary), _GROUPS - 1),
                (" ", ""),
                (right(duration(summary.last_queue_ns), _QUEUE), "queue"),
            ]
        )
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def _groups(summary: EventSummary) -> list[Part]:
    """One sign a delivery while they fit, else counts; the worst first, since lines are cut at their end."""
    counted = [(outcome, summary.outcomes.get(outcome, 0)) for outcome in reversed(BADNESS)]
    counted = [(outcome, count) for outcome, count in counted if count]
    if not counted:
        return [("† dead letter", "dead-lettered")] if summary.dead_letter else [("no consumer seen", "dim")]
    few = sum(count for _, count in counted) <= 8
    parts: list[Part] = [
        (GLYPHS[outcome] * count if few else f"{GLYPHS[outcome]}{count} ", outcome) for outcome, count in counted
    ]
    worst = summary.worst
    if worst is None or worst == "ok":
        return parts
    return [*parts, (" dead letter" if worst == "dead-lettered" else f" {worst}", worst)]


def graph_text(graph: Graph, width: int, colour: bool) -> str:
    """How many events, attempts and edges there are, by kind; how the edges are known."""
    kinds: Counter[str] = Counter(edge.kind for edge in graph.edges)
    methods: Counter[str] = Counter(edge.method for edge in graph.edges)
    topics = len({event.topic for event in graph.events if event.topic is not None})
    unplaced = sum(event.id.startswith("span://") for event in graph.events)
    guesses = sum(edge.confidence < 1 for edge in graph.edges)
    lines = [
        f"{plural(len(graph.events), 'event')} in {plural(topics, 'topic')}"
        + (f", {unplaced:,} without coordinates" if unplaced else ""),
        f"{plural(len(graph.processings), 'attempt')}: {tally(item.outcome for item in graph.processings) or 'none'}",
        f"{plural(len(graph.edges), 'edge')}: {_counts(kinds)}",
        f"known by {_counts(methods)}" + (f"; {guesses:,} not certain" if guesses else ""),
        f"{plural(len(graph.problems), 'problem')}",
        "--format json prints all of it",
    ]
    return "".join(paint(fit([(line, "")], max(width, _NARROWEST)), colour) + "\n" for line in lines)


def _counts(counter: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counter.most_common()) or "none"
