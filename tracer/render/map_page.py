"""The map as one HTML page: what fails, the picture, and a table of topics and the groups that take them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracer.flows.model import Guarantee, MapEdge, MapNode, ServiceMap
from tracer.render.cells import clean, cut
from tracer.render.map import (
    consumers_of,
    failing,
    failing_text,
    in_order,
    more_failing,
    producers_of,
    silent_services,
    untraced_notes,
)
from tracer.render.map_picture import box_id, map_picture
from tracer.render.page import LONGEST, copyable_time, page
from tracer.render.problems import observed_text
from tracer.render.rows import UNSEEN
from tracer.render.svg import figure, text
from tracer.render.words import duration, rate

_HEADS = ("topic, and its groups", "events", "failed", "dead", "retried", "p50 in queue", "p95 in queue", "rate")
"""The columns; on a phone, where a row is a block, all but the first stand before their values."""

_FAILING = 8  # groups that are told to fail


@dataclass(frozen=True, slots=True)
class _Row:
    """`cells` of a topic or, with its `edge`, of a group; `drawn_as` are the boxes and arrows that lead to it.
    Without cells it says that no span tells of one side of the topic.
    """

    kind: str
    cells: tuple[str, ...] = ()
    drawn_as: tuple[str, ...] = ()
    edge: MapEdge | None = None
    note: str = ""


def map_page(service_map: ServiceMap, guarantees: Sequence[Guarantee] = ()) -> str:
    """The whole page; with `guarantees` each group has how its events reach it, as observed."""
    picture = map_picture(service_map)
    topics = in_order([node for node in service_map.nodes if node.type == "topic"], service_map.edges)
    delivered = {(each.topic, each.group): each for each in guarantees}
    rows = [row for topic in topics for row in _rows(topic, service_map, delivered)]
    numbers: dict[str, int] = {}
    for number, row in enumerate(rows):
        for name in row.drawn_as:
            numbers.setdefault(name, number)
    body = f"<header><h1>{text(picture.title)}</h1>\n{_period(topics)}{_failing(rows)}</header>\n"
    body += f'<section aria-label="Picture">{figure(picture, numbers)}'
    body += "".join(f'<p class="dim">{text(note)}</p>' for note in picture.notes)
    body += '</section>\n<section aria-label="Table"><div class="table"><table>\n<thead><tr>'
    body += "".join(f'<th scope="col">{head}</th>' for head in _HEADS) + "</tr></thead>\n<tbody>\n"
    body += "".join(_html(number, row) for number, row in enumerate(rows)) + "</tbody></table></div>\n"
    notes = untraced_notes(service_map)
    if silent := silent_services(service_map):
        notes.append("services without messages: " + ", ".join(silent))
    body += "".join(f'<p class="dim">{text(note)}</p>' for note in notes) + "</section>\n"
    return page(f"Map: {picture.title}", body)


def _period(topics: Iterable[MapNode]) -> str:
    """From when to when the events were produced that the map counts."""
    known = [(topic.first_at, topic.last_at) for topic in topics]
    firsts = [first for first, _ in known if first is not None]
    lasts = [last for _, last in known if last is not None]
    if not firsts or not lasts:
        return ""
    times = (("first event", min(firsts)), ("last event", max(lasts)))
    facts = "".join(f"<div><dt>{name}</dt><dd>{copyable_time(at)}</dd></div>" for name, at in times)
    return f'<dl class="facts">{facts}</dl>\n'


def _failing(rows: Sequence[_Row]) -> str:
    """The groups that fail, each a link to its row."""
    numbers = {row.edge: number for number, row in enumerate(rows) if row.edge is not None}
    found = failing(numbers)
    if not found:
        return '<p class="outcomes">no failure seen</p>\n'
    told = ""
    for edge in found[:_FAILING]:
        said, style = failing_text(edge)
        told += f'<p class="{style}"><a href="#r{numbers[edge]}">{_said(said)}</a></p>'
    if len(found) > _FAILING:
        told += f'<p class="dim">{more_failing(len(found) - _FAILING)}</p>'
    return f'<div class="trouble">{told}</div>\n'


def _rows(topic: MapNode, service_map: ServiceMap, delivered: dict[tuple[str, str], Guarantee]) -> Iterator[_Row]:
    producers = producers_of(topic, service_map.edges)
    of = f' <span class="dim">from {_said(", ".join(edge.source for edge in producers))}</span>' if producers else ""
    mark = '<span class="dead-lettered">† </span>' if topic.dead_letter else ""
    ways = [f"{box_id('service', edge.source)} {box_id('topic', topic.name)}" for edge in producers]
    name = f'{mark}<span class="bold">{_said(topic.name)}</span>{of}'
    cells = (name, f"{topic.events:,}", *[""] * 5, rate(topic.rate))
    yield _Row("topic", cells, (box_id("topic", topic.name), *ways))
    for edge in consumers_of(topic, service_map.edges):
        service = box_id("service", edge.target)
        guarantee = delivered.get((edge.source, edge.group or edge.target))
        drawn_as = (f"{box_id('topic', topic.name)} {service}", service)
        yield _Row("consumes", _consumer(edge, guarantee), drawn_as, edge)
    for side in topic.untraced:
        yield _Row("consumes", note=UNSEEN if side == "consumer" else f"no {side} seen")


def _consumer(edge: MapEdge, guarantee: Guarantee | None) -> tuple[str, ...]:
    group = edge.group or edge.target
    style = "dead-lettered" if edge.dead_lettered else "error" if edge.errors else ""
    name = f'<span class="{style} bold">{_said(group)}</span>' if style else _said(group)
    name += f' <span class="dim">{_said(edge.target)}</span>' if group != edge.target else ""
    if guarantee is not None:
        name += f'<span class="delivery dim">delivery: {text(observed_text(guarantee))}</span>'
    return (
        name,
        f"{edge.count:,}",
        _bad(edge.errors, "error"),
        _bad(edge.dead_lettered, "dead-lettered"),
        _bad(edge.retried, "retried"),
        text(duration(edge.queue_p50_ns)),
        text(duration(edge.queue_p95_ns)),
        rate(edge.rate),
    )


def _said(name: str) -> str:
    return text(cut(clean(name), LONGEST))


def _bad(count: int, style: str) -> str:
    return f'<span class="{style}">{count:,}</span>' if count else ""


def _html(number: int, row: _Row) -> str:
    if row.note:
        return f'<tr class="{row.kind}"><td class="unseen dim" colspan="{len(_HEADS)}">{row.note}</td></tr>\n'
    first, *rest = row.cells
    cells = "".join(
        f'<td data-head="{head}">{value}</td>' if value else "<td></td>"
        for head, value in zip(_HEADS[1:], rest, strict=True)
    )
    return f'<tr class="{row.kind}" id="r{number}" tabindex="-1"><th scope="row">{first}</th>{cells}</tr>\n'
