"""The map as a picture: services and topics, and on the arrows which group takes how much, how fast, how well. Pure."""

from __future__ import annotations

from collections import defaultdict

from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.cells import clean, cut
from tracer.render.picture import ARROWS, BOXES, Arrow, Box, Picture, bounded
from tracer.render.words import duration, plural, rate

_NAME = 34  # cells of a name in a box


def map_picture(service_map: ServiceMap, boxes: int = BOXES, arrows: int = ARROWS) -> Picture:
    """At most so many boxes: those with failures and those with the most traffic."""
    weights: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for edge in service_map.edges:
        kinds = ("service", "topic") if edge.type == "produces" else ("topic", "service")
        for kind, name in zip(kinds, (edge.source, edge.target), strict=True):
            failed, count = weights[box_id(kind, name)]
            weights[box_id(kind, name)] = failed + edge.errors + edge.dead_lettered, count + edge.count
    drawn = tuple(_box(node, service_map) for node in service_map.nodes)
    steps = tuple(_arrow(edge) for edge in service_map.edges)
    services = sum(node.type == "service" for node in service_map.nodes)
    title = f"{plural(services, 'service')}, {plural(len(service_map.nodes) - services, 'topic')}"
    waits = any(edge.queue_p95_ns is not None for edge in service_map.edges)
    notes = ("p95: 95 of 100 events waited no longer in queue",) if waits else ()
    heaviest = sorted(drawn, key=lambda box: weights[box.id], reverse=True)[:boxes]
    return bounded(Picture(title, drawn, steps, notes), {box.id for box in heaviest}, arrows)


def box_id(kind: str, name: str) -> str:
    """A service and a topic may have one name."""
    return f"{kind}:{name}"


def _box(node: MapNode, service_map: ServiceMap) -> Box:
    name = ("† " if node.dead_letter else "") + cut(clean(node.name), _NAME)
    count = plural(node.events, "event")
    lines = [name, f"{count}, {rate(node.rate)}" if node.rate else count] if node.events else [name]
    lines += [f"no {side} seen" for side in node.untraced]
    style = "dead-lettered" if node.dead_letter else "untraced" if node.untraced else ""
    if node.type == "service" and any(
        edge.errors or edge.dead_lettered
        for edge in service_map.edges
        if (edge.type, edge.target) == ("consumes", node.name)
    ):
        style = "error"
    return Box(
        box_id(node.type, node.name), node.type, tuple(lines), style, (f"{node.type} {clean(node.name)}", *lines[1:])
    )


def _arrow(edge: MapEdge) -> Arrow:
    if edge.type == "produces":
        told = (f"{clean(edge.source)} produces {clean(edge.target)}", plural(edge.count, "event"))
        return Arrow(box_id("service", edge.source), box_id("topic", edge.target), told=told, weight=edge.count)
    group = clean(edge.group or edge.target)
    named = "" if group == clean(edge.target) else cut(group, _NAME)
    bad = [f"{edge.errors:,} failed"] if edge.errors else []
    bad += [f"{edge.dead_lettered:,} dead-lettered"] if edge.dead_lettered else []
    retried = [f"{edge.retried:,} took more than one attempt"] if edge.retried else []
    speed = [rate(edge.rate)] if edge.rate else []
    slow = f"p95 {duration(edge.queue_p95_ns)}" if edge.queue_p95_ns is not None else ""
    waits = f"in queue {duration(edge.queue_p50_ns)} median, {duration(edge.queue_p95_ns)} p95"
    return Arrow(
        box_id("topic", edge.source),
        box_id("service", edge.target),
        ", ".join(filter(None, (named, *bad, slow))),
        "dead-lettered" if edge.dead_lettered else "error" if edge.errors else "",
        told=(
            f"group {group} of {clean(edge.target)}",
            plural(edge.count, "delivery", "deliveries"),
            *speed,
            *bad,
            *retried,
            waits,
        ),
        weight=edge.count + 1e9 * (edge.errors > 0),
    )
