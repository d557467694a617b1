"""The one line above a flow: how many groups and attempts, how they ended, how long it all took. Pure."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from tracer.flows.model import Outcome
from tracer.render.words import BADNESS, GLYPHS, duration, plural
from tui.flow_tree import FlowTree

STYLES: dict[Outcome, str] = {
    "ok": "$success",
    "retried": "$warning",
    "unknown": "$warning",
    "error": "$error",
    "dead-lettered": "$error",
}


def headline(tree: FlowTree) -> Content:
    """Counts of events, deliveries by outcome, and what was left out."""
    deliveries = [
        node
        for node in tree.nodes.values()
        if node.kind in {"attempt", "delivery"} and not node.is_one_of_many and node.attempts
    ]
    events = sum(node.kind == "event" for node in tree.nodes.values())
    outcomes = Counter(node.attempts[-1].outcome for node in deliveries)
    parts: list[str | tuple[str, str]] = [
        f" {plural(events, 'event')}"
        + (f", {plural(len(deliveries), 'delivery', 'deliveries')}" if deliveries else ""),
    ]
    if not deliveries:
        parts.append(("  no group handled it, as far as any span tells", "$dim"))
    for outcome in BADNESS:
        if outcomes[outcome]:
            parts.append((f"  {GLYPHS[outcome]} {outcomes[outcome]:,} {outcome}", STYLES[outcome]))
    if tree.end > tree.start:
        parts.append((f"  in {duration(tree.end - tree.start)}", "$dim"))
    if tree.left_out:
        parts.append((f"  {tree.left_out:,} more not shown", "$warning"))
    return Content.assemble(*parts)
