"""The one line above a flow: how many groups and attempts, how they ended, how long it all took. Pure."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from tracer.flows.model import Outcome
from tracer.render.bars import scale
from tracer.render.tree import FlowTree
from tracer.render.words import BADNESS, GLYPHS, duration, plural

STYLES: dict[Outcome, str] = {
    "ok": "$success",
    "retried": "$warning",
    "unknown": "$warning",
    "error": "$error",
    "dead-lettered": "$error",
}


def headline(tree: FlowTree) -> Content:
    """Counts of events, deliveries by how they ended in the end, and what was left out."""
    deliveries = [
        delivery for event, found in tree.deliveries.items() if event not in tree.absorbed for delivery in found
    ]
    outcomes = Counter(delivery.outcome for delivery in deliveries)
    parts: list[str | tuple[str, str]] = [
        f" {plural(len(tree.events), 'event')}"
        + (f", {plural(len(deliveries), 'delivery', 'deliveries')}" if deliveries else ""),
    ]
    if not deliveries:
        parts.append(("  no group handled it, as far as any span tells", "$dim"))
    for outcome in BADNESS:
        if outcomes[outcome]:
            parts.append((f"  {GLYPHS[outcome]} {outcomes[outcome]:,} {outcome}", STYLES[outcome]))
    on = scale(tree.flow.graph.events, tree.flow.graph.processings, 0)
    if on.end > on.start:
        parts.append((f"  in {duration(on.end - on.start)}", "$dim"))
    if tree.flow.left_out:
        parts.append((f"  {tree.flow.left_out:,} more not shown", "$warning"))
    return Content.assemble(*parts)
