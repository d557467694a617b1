"""How far the clocks of two hosts are apart, bounded by the messages between them.

A message takes no negative time, so the shortest way that the two clocks tell of any message from A to B is an upper
bound of how far B is ahead, and the shortest way from B to A, negated, a lower one (analysis page, section 2). Clocks
drift, so bounds hold for a window of ten minutes. Nothing is ever corrected by them: they are told beside the figures.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from tracer.flows.gates import SURE
from tracer.flows.model import ClockBounds, Event, Graph, Processing, Skew

WINDOW_NS = 600 * 10**9

MESSAGES = 20_000
"""So many messages bound the clocks of a flow; those nearest to it in time."""

Pair = tuple[int, str, str]
"""The number of a window and two hosts in order."""


def clock_bounds(connection: duckdb.DuckDBPyConnection, graph: Graph) -> tuple[ClockBounds, ...]:
    """Bounds for each pair of hosts and each window that a message of the graph went between, by all messages of the
    store that did. A host is told by `host.name`, else by the instance's id.
    """
    events = {event.id: event for event in graph.events}
    found = {pair_of(events[one.event], one) for one in graph.processings if one.event in events}
    pairs = sorted(pair for pair in found if pair is not None)
    if not pairs:
        return ()
    first, last = pairs[0][0] * WINDOW_NS, (pairs[-1][0] + 1) * WINDOW_NS
    starts = [one.started_at for one in graph.processings if one.started_at is not None]
    values = dict(zip(("slots", "hosts_a", "hosts_b"), map(list, zip(*pairs, strict=True)), strict=True))
    limits = {"window": WINDOW_NS, "first": first, "last": last, "middle": sum(starts) // len(starts)}
    sql = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    rows = connection.execute(sql, {**values, **limits, "sure": SURE, "messages": MESSAGES}).fetchall()
    return tuple(
        ClockBounds(since, a, b, None if back is None else -back, forth, count)
        for since, a, b, forth, back, count in rows
    )


def pair_of(event: Event, attempt: Processing) -> Pair | None:
    """The window and the hosts between which a message went; None within one host, and where one of them is unknown."""
    sender, receiver = event.host or event.instance, attempt.host or attempt.instance
    if not sender or not receiver or sender == receiver or attempt.started_at is None or event.produced_at is None:
        return None
    return (attempt.started_at // WINDOW_NS, min(sender, receiver), max(sender, receiver))


def skews(bounds: tuple[ClockBounds, ...], event: Event, attempt: Processing) -> tuple[Skew, ...]:
    """What the bounds of a flow prove of the two clocks that one delivery's time in queue was taken from."""
    pair = pair_of(event, attempt)
    if pair is None:
        return ()
    since = pair[0] * WINDOW_NS
    return next((one.proven for one in bounds if (one.since, one.a, one.b) == (since, *pair[1:])), ())
