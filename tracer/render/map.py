"""The map of services and topics as aligned rows: who produces a topic, and which groups take it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.cells import Part, cells, clean, cut, fit, paint, right
from tracer.render.head import wrapped
from tracer.render.rows import UNSEEN
from tracer.render.words import GLYPHS, duration, plural, rate

_NARROWEST = 60
_COUNT = 9
_HEADS = (("events", _COUNT), ("errors", _COUNT), ("dead", _COUNT), ("p50", 8), ("p95", 8))
_WIDE = 100  # cells from which on there is room for rates and retries
_FAILING = 3  # groups that are told to fail, above all others
_LABEL = 40  # cells of the texts at least, where there is room
_WIDE_HEADS = (("events", _COUNT), ("rate", _COUNT), *_HEADS[1:3], ("retried", _COUNT), *_HEADS[3:])


def map_text(service_map: ServiceMap, width: int, colour: bool) -> str:
    """One block a topic, in the order in which events walk. No line is wider than `width` cells."""
    width = max(width, _NARROWEST)
    if not service_map.nodes:
        return paint([("no services: the store has no spans there", "dim")], colour) + "\n"
    columns = _WIDE_HEADS if width >= _WIDE else _HEADS
    topics = [node for node in service_map.nodes if node.type == "topic"]
    figures = sum(size for _, size in columns)
    label = min(width - figures, max(_LABEL, *(_needs(topic, service_map.edges) for topic in topics), 0))
    width = label + figures
    services = sum(node.type == "service" for node in service_map.nodes)
    heads = "".join(right(name, size) for name, size in columns)
    lines: list[list[Part]] = [
        [(f"{plural(services, 'service')}, {plural(len(topics), 'topic')}", "bold")],
        *_failing_lines(failing(service_map.edges), width),
        [(" " * (width - 16) + right("time in queue", 16), "dim")],
        [*fit([("services → topic, and its groups", "dim")], label), (heads, "dim")],
    ]
    for topic in in_order(topics, service_map.edges):
        lines += _block(topic, service_map.edges, label, width >= _WIDE)
    if silent := silent_services(service_map):
        lines += wrapped(["services without messages:", *_listed(silent)], width, " ", "dim")
    for note in untraced_notes(service_map):
        lines += wrapped(note.split(), width, " ", "dim")
    if any(topic.dead_letter for topic in topics):
        lines.append([("† dead letters", "dim")])
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def failing(edges: Iterable[MapEdge]) -> list[MapEdge]:
    """The groups that failed on events for good, the worst first."""
    return sorted((edge for edge in edges if _failed(edge)), key=lambda edge: (-_failed(edge), edge.group or ""))


def failing_text(edge: MapEdge) -> Part:
    """`† crm-sync: 100 of 200 events of user-created failed, 100 dead-lettered`."""
    style, dead = ("error", "")
    if edge.dead_lettered:
        style, dead = ("dead-lettered", f", {edge.dead_lettered:,} dead-lettered")
    said = f"{_failed(edge):,} of {plural(edge.count, 'event')} of {clean(edge.source)} failed{dead}"
    return f"{GLYPHS['dead-lettered' if dead else 'error']} {clean(edge.group or edge.target)}: {said}", style


def more_failing(count: int) -> str:
    """What is said of those that are not told one by one."""
    return f"… and {plural(count, 'more group')}"


def _failed(edge: MapEdge) -> int:
    return edge.errors or edge.dead_lettered


def _failing_lines(found: Sequence[MapEdge], width: int) -> list[list[Part]]:
    told = [failing_text(edge) for edge in found[:_FAILING]]
    lines = [line for text, style in told for line in wrapped(text.split(" "), width, " ", style)]
    return lines + ([[(more_failing(len(found) - _FAILING), "dim")]] if len(found) > _FAILING else [])


def _listed(names: list[str]) -> list[str]:
    return [f"{name}," for name in names[:-1]] + names[-1:]


def _needs(topic: MapNode, edges: Iterable[MapEdge]) -> int:
    """Cells of the longest text of a topic and its groups."""
    edges = tuple(edges)
    producers = ", ".join(clean(edge.source) for edge in producers_of(topic, edges))
    groups = [f"├─ {clean(edge.group or edge.target)}  {clean(edge.target)}" for edge in consumers_of(topic, edges)]
    return max(cells(text) for text in (f"{producers} → † {clean(topic.name)}", *groups)) + 1


def producers_of(topic: MapNode, edges: Iterable[MapEdge]) -> list[MapEdge]:
    """Who produces a topic."""
    return [edge for edge in edges if edge.type == "produces" and edge.target == topic.name]


def consumers_of(topic: MapNode, edges: Iterable[MapEdge]) -> list[MapEdge]:
    """Which groups take a topic, by name."""
    found = (edge for edge in edges if edge.type == "consumes" and edge.source == topic.name)
    return sorted(found, key=lambda edge: (edge.group or "", edge.target))


def silent_services(service_map: ServiceMap) -> list[str]:
    """Names of the services that neither produce nor consume."""
    linked = {edge.source for edge in service_map.edges} | {edge.target for edge in service_map.edges}
    return [clean(node.name) for node in service_map.nodes if node.type == "service" and node.name not in linked]


def untraced_notes(service_map: ServiceMap) -> list[str]:
    """Topics of which spans tell one side only, for all or for some of their events."""
    notes = []
    for side, what in (
        ("producer", "nobody sent it from here, or nobody told"),
        ("consumer", "nobody took it, or nobody told"),
    ):
        if topics := [clean(node.name) for node in service_map.nodes if side in node.untraced]:
            notes.append(f"no {side} seen ({what}): {', '.join(topics)}")
    for node in service_map.nodes:
        for side, missing in (("producer", node.unproduced), ("consumer", node.unconsumed)):
            if 0 < missing < node.events:
                notes.append(f"{clean(node.name)}: {missing:,} of {node.events:,} events without a {side} seen")
    return notes


def _block(topic: MapNode, edges: Iterable[MapEdge], label: int, wide: bool) -> list[list[Part]]:
    consumers = consumers_of(topic, edges)
    lines = [_topic_line(topic, producers_of(topic, edges), label, wide)]
    if not consumers:
        lines.append([("└─ ", "dim"), (UNSEEN, "dim")])
    for place, edge in enumerate(consumers, 1):
        lines.append(_group_line(edge, "└─ " if place == len(consumers) else "├─ ", label, wide))
    return lines


def _topic_line(topic: MapNode, producers: list[MapEdge], label: int, wide: bool) -> list[Part]:
    mark: Part = ("† ", "dead-lettered") if topic.dead_letter else ("", "")
    names = ", ".join(clean(edge.source) for edge in producers) or "?"
    name = clean(topic.name)
    free = label - cells(name) - cells(mark[0]) - 3
    count = topic.events or sum(edge.count for edge in producers)
    parts: list[Part] = [(cut(names, max(8, free)), ""), (" → ", "dim"), mark, (name, "event")]
    speed = [(right(rate(topic.rate), _COUNT), "")] if wide else []
    return [*fit(parts, label), (right(f"{count:,}", _COUNT), ""), *speed]


def _group_line(edge: MapEdge, branch: str, label: int, wide: bool) -> list[Part]:
    service = clean(edge.target)
    group = clean(edge.group) if edge.group else service
    of: list[Part] = [(f"  {service}", "dim")] if group != service else []
    bad = "dead-lettered" if edge.dead_lettered else "error" if edge.errors else ""
    return [
        (branch, "dim"),
        *fit([(group, bad or "bold"), *of], label - 3),
        (right(f"{edge.count:,}", _COUNT), ""),
        *([(right(rate(edge.rate), _COUNT), "")] if wide else []),
        _bad_count(edge.errors, "error"),
        _bad_count(edge.dead_lettered, "dead-lettered"),
        *([_bad_count(edge.retried, "retried")] if wide else []),
        (right(duration(edge.queue_p50_ns), 8), "queue"),
        (right(duration(edge.queue_p95_ns), 8), "queue"),
    ]


def _bad_count(count: int, style: str) -> Part:
    return (right(f"{count:,}", _COUNT), style) if count else (right("–", _COUNT), "dim")


def in_order(topics: list[MapNode], edges: tuple[MapEdge, ...]) -> list[MapNode]:
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
