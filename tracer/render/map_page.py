"""The map as one HTML page: the picture, and a table of topics and the groups that take them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.map import consumers_of, in_order, producers_of, silent_services, untraced_notes
from tracer.render.map_picture import box_id, map_picture
from tracer.render.page import page
from tracer.render.svg import figure, text
from tracer.render.words import UNKNOWN, duration, rate

_HEADS = ("topic, and its groups", "events", "failed", "dead", "retried", "p50 in queue", "p95 in queue", "rate")


def map_page(service_map: ServiceMap) -> str:
    """The whole page."""
    facts: list[Any] = []
    picture = map_picture(service_map)
    body = f"<header><h1>{text(picture.title)}</h1></header>\n"
    body += f'<section aria-label="Picture"><div class="scroll" tabindex="0">{figure(picture)}</div>'
    body += "".join(f'<p class="dim">{text(note)}</p>' for note in picture.notes)
    body += '</section>\n<section aria-label="Table"><div class="table"><table>\n<thead><tr>'
    body += "".join(f"<th>{head}</th>" for head in _HEADS) + "</tr></thead>\n<tbody>\n"
    for topic in in_order([node for node in service_map.nodes if node.type == "topic"], service_map.edges):
        body += "".join(_rows(topic, service_map, facts))
    body += "</tbody></table></div>\n"
    notes = untraced_notes(service_map)
    if silent := silent_services(service_map):
        notes.append("services without messages: " + ", ".join(silent))
    body += "".join(f'<p class="dim">{text(note)}</p>' for note in notes) + "</section>\n"
    return page(f"Map: {picture.title}", body, facts)


def _rows(topic: MapNode, service_map: ServiceMap, facts: list[Any]) -> Iterator[str]:
    producers = producers_of(topic, service_map.edges)
    of = f' <span class="dim">from {text(", ".join(edge.source for edge in producers))}</span>' if producers else ""
    mark = '<span class="dead-lettered">† </span>' if topic.dead_letter else ""
    ways = [f"{box_id('service', edge.source)} {box_id('topic', topic.name)}" for edge in producers]
    name = f"{mark}{text(topic.name)}{of}"
    yield _row(
        "topic", [name, f"{topic.events:,}", *[""] * 5, rate(topic.rate)], [box_id("topic", topic.name), *ways], facts
    )
    for edge in consumers_of(topic, service_map.edges):
        service = box_id("service", edge.target)
        yield _row("consumes", _consumer(edge), [f"{box_id('topic', topic.name)} {service}", service], facts)
    for side in topic.untraced:
        yield f'<tr class="consumes"><td class="dim" colspan="{len(_HEADS)}">no {side} seen</td></tr>\n'


def _consumer(edge: MapEdge) -> list[str]:
    group = edge.group or edge.target
    of = f' <span class="dim">{text(edge.target)}</span>' if group != edge.target else ""
    return [
        text(group) + of,
        f"{edge.count:,}",
        _bad(edge.errors, "error"),
        _bad(edge.dead_lettered, "dead-lettered"),
        _bad(edge.retried, "retried"),
        text(duration(edge.queue_p50_ns)),
        text(duration(edge.queue_p95_ns)),
        rate(edge.rate),
    ]


def _bad(count: int, style: str) -> str:
    return f'<span class="{style}">{count:,}</span>' if count else f'<span class="dim">{UNKNOWN}</span>'


def _row(name: str, values: list[str], drawn_as: list[str], facts: list[Any]) -> str:
    """One row; `drawn_as` are the boxes and arrows of the picture that lead to it."""
    row = (
        f'<tr class="{name}" id="r{len(facts)}" tabindex="-1">{"".join(f"<td>{value}</td>" for value in values)}</tr>\n'
    )
    facts.append(["", [], [], *drawn_as])
    return row
