"""The map of services and topics as aligned rows: who produces a topic, and which groups take it. Pure."""

from __future__ import annotations

from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.cells import Part, cells, clean, cut, fit, paint, right
from tracer.render.words import duration, plural

_NARROWEST = 60
_COUNT = 9
_HEADS = (("events", _COUNT), ("errors", _COUNT), ("dead", _COUNT), ("p50", 8), ("p95", 8))


def map_text(service_map: ServiceMap, width: int, colour: bool) -> str:
    """One block a topic, in the order in which events walk. No line is wider than `width` cells."""
    width = max(width, _NARROWEST)
    label = width - sum(size for _, size in _HEADS)
    topics = [node for node in service_map.nodes if node.type == "topic"]
    services = [node for node in service_map.nodes if node.type == "service"]
    heads = "".join(right(name, size) for name, size in _HEADS)
    lines: list[list[Part]] = [
        [(f"{plural(len(services), 'service')}, {plural(len(topics), 'topic')}", "bold")],
        [(" " * (width - 16) + right("time in queue", 16), "dim")],
        [*fit([("services → topic, and its groups", "dim")], label), (heads, "dim")],
    ]
    for topic in _in_order(topics, service_map.edges):
        lines += _block(topic, service_map.edges, label)
    linked = {edge.source for edge in service_map.edges} | {edge.target for edge in service_map.edges}
    if silent := [clean(node.name) for node in services if node.name not in linked]:
        lines.append([("services without messages: " + ", ".join(silent), "dim")])
    if any(topic.dead_letter for topic in topics):
        lines.append([("† dead letters", "dim")])
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def _block(topic: MapNode, edges: tuple[MapEdge, ...], label: int) -> list[list[Part]]:
    producers = [edge for edge in edges if edge.type == "produces" and edge.target == topic.name]
    consumers = sorted(
        (edge for edge in edges if edge.type == "consumes" and edge.source == topic.name),
        key=lambda edge: (edge.group or "", edge.target),
    )
    lines = [_topic_line(topic, producers, label)]
    if not consumers:
        lines.append([("└─ ", "dim"), ("nobody consumes it", "dim")])
    for place, edge in enumerate(consumers, 1):
        lines.append(_group_line(edge, "└─ " if place == len(consumers) else "├─ ", label))
    return lines


def _topic_line(topic: MapNode, producers: list[MapEdge], label: int) -> list[Part]:
    mark: Part = ("† ", "dead-lettered") if topic.dead_letter else ("", "")
    names = ", ".join(clean(edge.source) for edge in producers) or "?"
    name = clean(topic.name)
    free = label - cells(name) - cells(mark[0]) - 3
    count = topic.events or sum(edge.count for edge in producers)
    parts: list[Part] = [(cut(names, max(8, free)), ""), (" → ", "dim"), mark, (name, "event")]
    return [*fit(parts, label), (right(f"{count:,}", _COUNT), "")]


def _group_line(edge: MapEdge, branch: str, label: int) -> list[Part]:
    service = clean(edge.target)
    group = clean(edge.group) if edge.group else service
    of: list[Part] = [(f"  {service}", "dim")] if group != service else []
    bad = "dead-lettered" if edge.dead_lettered else "error" if edge.errors else ""
    return [
        (branch, "dim"),
        *fit([(group, bad or "bold"), *of], label - 3),
        (right(f"{edge.count:,}", _COUNT), ""),
        _bad_count(edge.errors, "error"),
        _bad_count(edge.dead_lettered, "dead-lettered"),
        (right(duration(edge.queue_p50_ns), 8), "queue"),
        (right(duration(edge.queue_p95_ns), 8), "queue"),
    ]


def _bad_count(count: int, style: str) -> Part:
    return (right(f"{count:,}", _COUNT), style) if count else (right("–", _COUNT), "dim")


def _in_order(topics: list[MapNode], edges: tuple[MapEdge, ...]) -> list[MapNode]:
    """A topic before those that its consumers produce (reverse postorder; what closes a cycle does not count)."""
    made: dict[str, set[str]] = {}
    for edge in edges:
        if edge.type == "produces":
            made.setdefault(edge.source, set()).add(edge.target)
    after: dict[str, set[str]] = {}
    for edge in edges:
        if edge.type == "consumes":
            after.setdefault(edge.source, set()).update(made.get(edge.target, ()))
    by_name = {topic.name: topic for topic in topics}
    led_to = {name for names in after.values() for name in names}
    consumers = {edge.target for edge in edges if edge.type == "consumes"}
    entries = {name for service, names in made.items() if service not in consumers for name in names}
    entries |= by_name.keys() - led_to
    starts = sorted(topics, key=lambda topic: (topic.name in entries, topic.dead_letter, topic.name), reverse=True)
    done: list[MapNode] = []
    seen: set[str] = set()
    stack = [(topic.name, False) for topic in reversed(starts)]
    while stack:
        name, left_behind = stack.pop()
        if left_behind:
            done.append(by_name[name])
        elif name in by_name and name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack.extend((found, False) for found in sorted(after.get(name, ())))
    return done[::-1]
