"""The map as one HTML page: the picture, and a table of topics and the groups that take them. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.cells import clean, cut
from tracer.render.map import consumers_of, in_order, producers_of, silent_services, untraced_notes
from tracer.render.map_picture import box_id, map_picture
from tracer.render.page import LONGEST, page
from tracer.render.svg import figure, text
from tracer.render.words import duration, rate

_HEADS = ("topic, and its groups", "events", "failed", "dead", "retried", "p50 in queue", "p95 in queue", "rate")
"""The columns; on a phone, where a row is a block, all but the first stand before their values."""


def map_page(service_map: ServiceMap) -> str:
    """The whole page."""
    picture = map_picture(service_map)
    drawn: list[list[str]] = []
    topics = in_order([node for node in service_map.nodes if node.type == "topic"], service_map.edges)
    table = "".join(row for topic in topics for row in _rows(topic, service_map, drawn))
    rows = {name: number for number, names in reversed([*enumerate(drawn)]) for name in names}
    body = f"<header><h1>{text(picture.title)}</h1></header>\n"
    body += f'<section aria-label="Picture">{figure(picture, rows)}'
    body += "".join(f'<p class="dim">{text(note)}</p>' for note in picture.notes)
    body += '</section>\n<section aria-label="Table"><div class="table"><table>\n<thead><tr>'
    body += "".join(f'<th scope="col">{head}</th>' for head in _HEADS) + "</tr></thead>\n<tbody>\n"
    body += f"{table}</tbody></table></div>\n"
    notes = untraced_notes(service_map)
    if silent := silent_services(service_map):
        notes.append("services without messages: " + ", ".join(silent))
    body += "".join(f'<p class="dim">{text(note)}</p>' for note in notes) + "</section>\n"
    return page(f"Map: {picture.title}", body)


def _rows(topic: MapNode, service_map: ServiceMap, drawn: list[list[str]]) -> Iterator[str]:
    producers = producers_of(topic, service_map.edges)
    of = f' <span class="dim">from {_said(", ".join(edge.source for edge in producers))}</span>' if producers else ""
    mark = '<span class="dead-lettered">† </span>' if topic.dead_letter else ""
    ways = [f"{box_id('service', edge.source)} {box_id('topic', topic.name)}" for edge in producers]
    name = f'{mark}<span class="bold">{_said(topic.name)}</span>{of}'
    values = [name, f"{topic.events:,}", *[""] * 5, rate(topic.rate)]
    yield _row("topic", values, [box_id("topic", topic.name), *ways], drawn)
    for edge in consumers_of(topic, service_map.edges):
        service = box_id("service", edge.target)
        yield _row("consumes", _consumer(edge), [f"{box_id('topic', topic.name)} {service}", service], drawn)
    for side in topic.untraced:
        yield f'<tr class="consumes"><td class="dim" colspan="{len(_HEADS)}">no {side} seen</td></tr>\n'


def _consumer(edge: MapEdge) -> list[str]:
    group = edge.group or edge.target
    of = f' <span class="dim">{_said(edge.target)}</span>' if group != edge.target else ""
    return [
        _said(group) + of,
        f"{edge.count:,}",
        _bad(edge.errors, "error"),
        _bad(edge.dead_lettered, "dead-lettered"),
        _bad(edge.retried, "retried"),
        text(duration(edge.queue_p50_ns)),
        text(duration(edge.queue_p95_ns)),
        rate(edge.rate),
    ]


def _said(name: str) -> str:
    return text(cut(clean(name), LONGEST))


def _bad(count: int, style: str) -> str:
    return f'<span class="{style}">{count:,}</span>' if count else ""


def _row(name: str, values: list[str], drawn_as: list[str], drawn: list[list[str]]) -> str:
    """One row; `drawn_as` are the boxes and arrows of the picture that lead to it."""
    first, *rest = values
    cells = "".join(
        f'<td data-head="{head}">{value}</td>' if value else "<td></td>"
        for head, value in zip(_HEADS[1:], rest, strict=True)
    )
    drawn.append(drawn_as)
    return f'<tr class="{name}" id="r{len(drawn) - 1}" tabindex="-1"><th scope="row">{first}</th>{cells}</tr>\n'
