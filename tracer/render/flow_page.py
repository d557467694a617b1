"""A flow as one HTML page: what became of the event, what is wrong, the picture, and the whole tree to fold. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.flows.model import Event, Flow, FlowProblems, Problem
from tracer.render.cells import clean, cut
from tracer.render.flow_picture import flow_picture
from tracer.render.head import Trouble, more_troubles, outcome_facts, troubles
from tracer.render.marks import SIGN, Marks
from tracer.render.page import LONGEST, copyable, copyable_time, page
from tracer.render.page_rows import Rows, axis, page_rows, rect
from tracer.render.problems import looked_text
from tracer.render.svg import figure, text
from tracer.render.tree import FlowTree, flow_tree
from tracer.render.words import event_name, plural

_TROUBLES = 8  # failures that are told one by one
_EVIDENCE = 20  # ids that a problem names,
_LINKS = 6  # and those of them that lead to a line

_LEGEND = (
    ("produced", "produced"),
    ("wait", "in queue"),
    ("work ok", "handled"),
    ("work error", "failed"),
    ("work retried", "failed, tried again"),
    ("work dead-lettered", "dead-lettered"),
    ("backoff", "wait for the next attempt"),
    ("retry", "in a retry topic"),
    ("work ok batch", "its batch, or its end is not known"),
    ("skew", "clock skew"),
)


def flow_page(flow: Flow, found: FlowProblems | None = None) -> str:
    """The whole page. `found`: what the checks left undecided, and when they looked; None where nobody looked."""
    tree = flow_tree(flow)
    title = event_name(tree.focus) if tree.focus is not None else flow.asked
    marks = Marks(tree)
    rows = page_rows(tree, marks)
    return page(title, "".join(_body(tree, title, marks, rows, found)), rows.facts)


def _body(tree: FlowTree, title: str, marks: Marks, rows: Rows, found: FlowProblems | None) -> Iterator[str]:
    yield f"<header><h1>{text(cut(clean(title), LONGEST))}</h1>\n"
    if tree.focus is not None:
        yield from _head(tree, tree.focus, rows)
    yield "</header>\n"
    yield from _problems(marks, rows)
    if not marks.problems:
        none = "The checks found no problem" if found is not None else "Problems were not looked for"
        yield f'<p class="dim">{none}</p>\n'
    if found is not None:
        yield from (f'<p class="dim">? {text(clean(f"{one.check}: {one.message}"))}</p>\n' for one in found.unknown)
        yield f'<p class="dim">{text(looked_text(found))}</p>\n' if looked_text(found) else ""
    picture = flow_picture(tree)
    yield f'<section aria-label="Picture">{figure(picture, rows.numbers)}'
    yield from (f'<p class="dim">{text(note)}</p>' for note in picture.notes)
    yield '</section>\n<section aria-label="Path">\n<div class="bar-head"><h2>Path</h2>'
    yield '<span class="tools"><button type="button" data-do="unfold">Unfold all</button>'
    yield '<button type="button" data-do="fold">Fold all</button></span>'
    yield '<span class="column">in queue</span><span class="column">took</span>'
    yield f'<span class="axis">{axis(rows.span_ns)}</span><span class="column">known by</span></div>\n'
    yield f'<ul class="tree">\n{rows.html}</ul>\n</section>\n'
    yield from _legend(rows.html)


def _head(tree: FlowTree, event: Event, rows: Rows) -> Iterator[str]:
    facts = [
        ("event", copyable(event.id)),
        ("key", copyable(event.key) if event.key else None),
        ("produced", copyable_time(event.produced_at) if event.produced_at is not None else "not known"),
        ("by", text(cut(clean(event.service), LONGEST)) if event.service else "a service that no span tells"),
        ("trace", copyable(event.trace_id) if event.trace_id else None),
        ("span", copyable(event.span_id) if event.span_id else None),
    ]
    yield '<dl class="facts">'
    yield from (f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts if value)
    yield f'</dl>\n<p class="outcomes">{text(" · ".join(outcome_facts(tree, event)))}</p>\n'
    if found := troubles(tree, event):
        yield f'<div class="trouble">{"".join(_trouble(one, rows) for one in found[:_TROUBLES])}'
        more = len(found) - _TROUBLES
        yield f'<p class="dim">{more_troubles(more)}</p></div>\n' if more > 0 else "</div>\n"
    if tree.flow.left_out:
        yield f'<p class="dim">{plural(tree.flow.left_out, "node")} left out, beyond the limit</p>\n'


def _trouble(one: Trouble, rows: Rows) -> str:
    """Its first line leads to the line of the attempt."""
    first, *rest = map(text, map(str.strip, one.lines))
    if one.attempt in rows.numbers:
        first = f'<a href="#r{rows.numbers[one.attempt]}">{first}</a>'
    return "".join(f'<p class="{one.outcome}">{line}</p>' for line in (first, *rest))


def _problems(marks: Marks, rows: Rows) -> Iterator[str]:
    if not marks.problems:
        return
    yield f'<section class="problems"><h2>{plural(len(marks.problems), "problem")}</h2>\n'
    for number, one in enumerate(marks.problems):
        yield f'<article id="p{number}" tabindex="-1"><h3>{SIGN} {text(clean(one.check))}</h3>'
        yield f"<p>{text(clean(one.message))}</p>"
        yield from _shown_at(number, marks, rows)
        yield f'<p class="dim">{text(clean(one.subject))} · {one.count:,} seen · confidence {one.confidence:.2f}'
        times = [copyable_time(at) for at in dict.fromkeys((one.first_at, one.last_at)) if at is not None]
        yield f" · {' to '.join(times)}" if times else ""
        yield "</p>"
        if one.evidence:
            yield f"<details><summary>evidence</summary><ul>{''.join(_evidence(one))}</ul></details>"
        yield "</article>\n"
    yield "</section>\n"


def _shown_at(number: int, marks: Marks, rows: Rows) -> Iterator[str]:
    """Links to the lines that show a problem."""
    places = [(name, rows.numbers[name]) for name in marks.shown_at(number) if name in rows.numbers]
    if not places:
        return
    links = ", ".join(f'<a href="#r{place}">{text(clean(name))}</a>' for name, place in places[:_LINKS])
    more = len(places) - _LINKS
    yield f'<p class="places">shown by {links}{f" and {more:,} more of this flow" if more > 0 else ""}</p>'


def _evidence(problem: Problem) -> Iterator[str]:
    yield from (f"<li>{copyable(name)}</li>" for name in problem.evidence[:_EVIDENCE])
    if (more := problem.count - _EVIDENCE) > 0:
        yield f"<li>and {more:,} more</li>"


def _legend(html: str) -> Iterator[str]:
    """What the parts of the bars mean that are used, and the signs of the text."""
    yield '<p class="legend dim">'
    for name, meaning in _LEGEND:
        if f'<rect class="{name}"' in html:
            sign = f'<svg class="bar" viewBox="0 0 20 10" aria-hidden="true">{rect(name, 0, 20)}</svg>'
            yield f"<span>{sign} {text(meaning)}</span>"
    if "guess " in html:
        yield "<span>guess: nothing proves this step, 1.00 would be certain</span>"
    if ">~" in html:
        yield "<span>~ service name, its group is not told</span>"
    yield "</p>\n"
