"""What the detail pane says of an event or an attempt, and of its span. Pure: model in, styled text out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from textual.content import Content

from tracer.flows.model import Edge, Event, SpanDetail
from tracer.flows.waiting import delivery_time
from tracer.render import remarks
from tracer.render.outline import Node
from tracer.render.tree import FlowTree
from tracer.render.waiting import backoff_text, queue_parts, skew_texts
from tracer.render.words import GLYPHS, UNKNOWN, duration
from tui.notation import plain, timestamp

DIM, STRONG, HEAD, BAD, GOOD, NUMBER = "$dim", "bold", "bold $primary", "$error", "$success", "$accent"
_STYLES = {"error": BAD, "warning": "$warning", "retried": "$warning", "dim": DIM}
NAME_WIDTH = 11
Fact = tuple[str, str | Content]


def node_text(node: Node, tree: FlowTree) -> Content:
    """What the graph knows of an event or an attempt of a flow."""
    if node.attempts:
        return _lines([*_attempt_lines(node, tree), *_step_lines(tree.delivered.get(node.attempts[-1].id))])
    return _lines([*_event_lines(node.event), *_step_lines(node.edge)])


def span_text(span: SpanDetail) -> Content:
    """Everything that a span carries: times, attributes with their types, exceptions, links, resource."""
    sections = [
        _section("span", _span_facts(span)),
        *_exceptions(span),
        _section("attributes", [(name, _value(value)) for name, value in sorted(span.attributes.items())]),
        *_other_events(span),
        *_links(span),
        _section("resource", [(name, _value(value)) for name, value in sorted(span.resource_attributes.items())]),
    ]
    return Content("\n\n").join(section for section in sections if section)


def _event_lines(event: Event) -> Iterable[Content]:
    yield Content.assemble(("◆ ", "$event"), (plain(event.topic or event.id), STRONG))
    yield from _facts(
        [
            ("event", plain(event.id)),
            ("key", plain(event.key)),
            ("message id", plain(event.message_id)),
            ("produced", timestamp(event.produced_at)),
            ("by", plain(event.service)),
        ]
    )
    yield from (Content.styled(text, _STYLES.get(style, "")) for text, style in remarks.of_event(event))
    if event.span_id is None:
        yield Content.styled("No send span is known: the event was seen only by those who received it.", DIM)


def _attempt_lines(node: Node, tree: FlowTree) -> Iterable[Content]:
    attempt, attempts = node.attempts[-1], len(node.attempts)
    style = {"ok": GOOD, "error": BAD, "dead-lettered": BAD}.get(attempt.outcome, "$warning")
    yield Content.assemble(
        (f"{GLYPHS[attempt.outcome]} {attempt.outcome}", f"bold {style}"),
        (f"  {plain(attempt.group)}", STRONG),
        (f"  the last of {attempts} attempts" if attempts > 1 else f"  attempt {attempt.attempt}", DIM),
    )
    retries = node.delivery.retries if node.delivery is not None else ()
    told = remarks.of_attempts(node.attempts, retries) if attempts > 1 else remarks.of_attempt(attempt, None, 1)
    yield from (Content.styled(text, _STYLES.get(style, "")) for text, style in told)
    facts: list[Fact] = [("id", plain(attempt.id)), ("service", plain(attempt.service))]
    if not attempt.group_known:
        facts.append(("group", "not told by any span; the service's name stands in"))
    if attempt.instance:
        facts.append(("instance", plain(attempt.instance)))
    yield from _facts([*facts, *_time_facts(node, tree)])
    if attempt.span_id is None:
        yield Content.styled("No span of this attempt is known.", DIM)


def _time_facts(node: Node, tree: FlowTree) -> Iterable[Fact]:
    """Time in queue with its parts and what is known of the clocks, backoff, and how long it took."""
    attempt = node.attempts[-1]
    before = node.attempts[-2] if len(node.attempts) > 1 and node.attempts[-2].event != attempt.event else None
    times = delivery_time(tree.events.get(attempt.event, node.event), attempt, before)
    skew = " (before it was produced: the clocks differ)" if (times.queue_ns or 0) < 0 else ""
    yield "in queue", duration(times.queue_ns) + skew
    yield from ((f"  {name}", duration(part)) for name, part in queue_parts(times))
    yield from (("  clocks", text) for text in skew_texts(tree.flow, tree.events, [attempt]))
    if times.backoff_ns is not None:
        yield "backoff", backoff_text(times)
    yield "took", duration(times.processing_ns)


def _step_lines(edge: Edge | None) -> Iterable[Content]:
    """How the step that led here is known: every piece of evidence."""
    if edge is not None:
        doubt = remarks.doubt(edge)
        yield Content.assemble(
            "\n", ("how it is known", HEAD), (f"  {doubt}: nothing proves it" if doubt else "", "$warning")
        )
        yield from (Content.styled(reason, DIM) for reason in remarks.evidence(edge))


def _span_facts(span: SpanDetail) -> list[Fact]:
    status: str | Content = span.status
    if span.status == "error":
        status = Content.styled(f"error{': ' + plain(span.status_message) if span.status_message else ''}", BAD)
    return [
        ("name", Content.assemble((plain(span.name), STRONG), (f"  {span.kind}", DIM))),
        ("service", plain(span.service)),
        ("status", status),
        ("started", timestamp(span.started_at)),
        ("took", duration(span.ended_at - span.started_at)),
        ("trace id", span.trace_id),
        ("span id", span.span_id),
        ("parent", span.parent_span_id or "none: a root"),
    ]


def _exceptions(span: SpanDetail) -> Iterable[Content]:
    for event in span.events:
        attributes = _attributes(event)
        if event.get("name") != "exception":
            continue
        kind, message = str(attributes.get("exception.type", "exception")), attributes.get("exception.message")
        lines = [Content.styled("exception", HEAD)]
        lines.append(Content.styled(plain(f"{kind}: {message}" if message else kind), f"bold {BAD}"))
        stack = str(attributes.get("exception.stacktrace", "")).rstrip()
        lines += [Content.styled(plain(line.expandtabs(4)), DIM) for line in stack.splitlines()]
        yield _lines(lines)


def _other_events(span: SpanDetail) -> Iterable[Content]:
    others = [event for event in span.events if event.get("name") != "exception"]
    facts: list[Fact] = []
    for event in others:
        at = event.get("time_ns")
        after = f"+{duration(at - span.started_at)}" if isinstance(at, int) else ""
        facts.append((after, Content.assemble((plain(str(event.get("name"))), STRONG))))
        facts += [(f"  {name}", _value(value)) for name, value in _attributes(event).items()]
    if facts:
        yield _section("span events", facts)


def _links(span: SpanDetail) -> Iterable[Content]:
    facts: list[Fact] = []
    for link in span.links:
        facts += [("trace id", str(link.get("trace_id"))), ("span id", str(link.get("span_id")))]
        facts += [(f"  {name}", _value(value)) for name, value in _attributes(link).items()]
    if facts:
        yield _section("links", facts)


def _attributes(carrier: Mapping[str, object]) -> Mapping[str, object]:
    """The attributes of a span event or a link, which the store keeps as a JSON object."""
    attributes = carrier.get("attributes")
    if isinstance(attributes, str):
        attributes = json.loads(attributes)
    return attributes if isinstance(attributes, Mapping) else {}


def _section(title: str, facts: list[Fact]) -> Content:
    return _lines([Content.styled(title, HEAD), *_facts(facts)]) if facts else Content("")


def _facts(facts: list[Fact]) -> Iterable[Content]:
    """Names in a column and values beside them; a long name has its value on the next line."""
    width = max(NAME_WIDTH, *(len(name) for name, _ in facts if len(name) <= 34), 0) + 2
    for name, value in facts:
        shown = plain(name)
        gap = " " * (width - len(shown)) if len(shown) < width else "\n" + " " * width
        yield Content.assemble((shown, DIM), gap, value)


def _value(value: object) -> Content:
    """A value so that its type is seen: text in quotes, numbers and booleans bare, the rest as JSON."""
    if value is None:
        return Content.styled(UNKNOWN, DIM)
    if isinstance(value, bool | int | float):
        return Content.styled(json.dumps(value), NUMBER)
    if isinstance(value, str):
        return Content.assemble(('"', DIM), plain(value), ('"', DIM))
    return Content(plain(json.dumps(value, ensure_ascii=False, default=str)))


def _lines(lines: Iterable[Content]) -> Content:
    return Content("\n").join(lines)
