"""What checks found, as text for a terminal. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.flows.model import FlowProblems, Guarantee, NotLookedFor, Problem, Unknown
from tracer.render.cells import Part, clean, fit, paint
from tracer.render.words import moment, plural

EXAMPLES = 3
"""Ids of evidence that are shown; the JSON has all."""

GUARANTEES = 12
"""How many topics and groups are told the guarantee of."""

_NARROWEST = 60

GUESSED = "~ the name of a service: no span tells its group"
"""What the sign before a group means, in messages too."""


def problems_text(
    problems: Sequence[Problem],
    unknown: Sequence[Unknown],
    width: int,
    colour: bool,
    not_looked_for: Sequence[NotLookedFor] = (),
) -> str:
    """A block for each problem: what, how sure, examples. Then what could not be decided or not be looked for."""
    width = max(width, _NARROWEST)
    lines: list[list[Part]] = []
    for problem in problems:
        lines += _wrapped(f"✗ {problem.check}", clean(problem.message), width, "error")
        sure = "" if problem.confidence >= 0.9 else f"likely ({problem.confidence:.2f}); "
        lines.append([(f"    {sure}{_examples(problem.evidence, problem.count, width - 4 - len(sure))}", "dim")])
    for doubt in unknown:
        lines += _wrapped(f"? {doubt.check}", clean(doubt.message), width, "warning")
    for reason, checks in _by_reason(not_looked_for).items():
        what = checks[0] if len(checks) == 1 else f"{len(checks)} checks"
        lines += _wrapped(f"– {what}", f"not looked for: {clean(reason)}", width, "dim")
    lines.append([(found_text(problems, unknown, not_looked_for), "bold")])
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def found_text(
    problems: Sequence[Problem], unknown: Sequence[Unknown], not_looked_for: Sequence[NotLookedFor] = ()
) -> str:
    """`5 problems, 1 undecided`; and how many checks did not look, where that is not only the one of payload hashes."""
    found = plural(len(problems), "problem") if problems else "no problems"
    undecided = f", {len(unknown)} undecided" if unknown else ""
    blind = f", {len(not_looked_for)} checks did not look" if len(not_looked_for) > 1 else ""
    return f"{found}{undecided}{blind}"


def _by_reason(not_looked_for: Sequence[NotLookedFor]) -> dict[str, list[str]]:
    checks: dict[str, list[str]] = {}
    for each in not_looked_for:
        checks.setdefault(each.reason, []).append(each.check)
    return checks


def looked_text(found: FlowProblems) -> str:
    """In which time the problems of a flow were looked for; empty where it was all of the store."""
    if found.since_ns is None:
        return ""
    looked = f"{moment(found.since_ns)[:19]} to {moment(found.until_ns)[:19]} UTC"
    return f"problems were looked for from {looked}; `tracer check` looks at all"


def guarantees_text(guarantees: Sequence[Guarantee], width: int, colour: bool) -> str:
    """Delivery as observed: a line for each topic and group, those where something was lost or redelivered first."""
    if not guarantees:
        return ""
    ordered = worst_first(guarantees)
    lines: list[list[Part]] = [[("delivery as observed", "bold")]]
    for each in ordered[:GUARANTEES]:
        lines += _wrapped(f"  {clean(each.topic)} → {reader(each)}", observed_text(each), max(width, _NARROWEST), "")
    if len(ordered) > GUARANTEES:
        lines.append([(f"  and {len(ordered) - GUARANTEES} more; --format json has all", "dim")])
    return "".join(paint(fit(line, max(width, _NARROWEST)), colour) + "\n" for line in [*lines, []])


def reader(each: Guarantee) -> str:
    """The group; with a sign before it where it is called by the name of its service."""
    return clean(each.group) if each.group_known else f"~{clean(each.group)}"


def observed_text(each: Guarantee) -> str:
    """What was observed of one topic and group, in a line."""
    is_told = each.observed is None or each.bound is not None
    return observed(each) if is_told else f"{observed(each)}: {counts(each)}"


def worst_first(guarantees: Sequence[Guarantee]) -> list[Guarantee]:
    """Where something was lost or handled again comes first."""
    return sorted(guarantees, key=lambda each: not (each.lost or each.redelivered))


def observed(each: Guarantee) -> str:
    """How the events of a topic reach a group, in a few words; why that is open, where it is."""
    if each.observed is None:
        again = f"{each.redelivered:,} redelivered; " if each.redelivered else ""
        return f"unknown: {again}{clean(each.reason or '')}"
    if each.bound is not None:
        return f"effectively once in {each.events:,}; at most {each.bound:.1%} lost or doubled (95 % sure)"
    return each.observed.replace("-", " ") if each.observed != "none" else "no guarantee"


def counts(each: Guarantee) -> str:
    """What that rests on."""
    return f"{each.lost:,} lost, {each.redelivered:,} redelivered, {each.events:,} handled"


def _examples(evidence: Sequence[str], count: int, room: int) -> str:
    """As many ids as fit whole, the first always, and how many more there are."""
    text = ""
    for shown in range(min(EXAMPLES, len(evidence)), 0, -1):
        more = f" and {count - shown:,} more" if count > shown else ""
        text = ", ".join(clean(each) for each in evidence[:shown]) + more
        if len(text) <= room:
            break
    return text


def _wrapped(head: str, text: str, width: int, style: str) -> list[list[Part]]:
    """The head, then the words of the text, broken at spaces, indented from the second line on."""
    lines: list[list[Part]] = []
    parts: list[Part] = [(f"{head}  ", style)]
    room = width - len(head) - 2
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > room:
            lines.append([*parts, (line, "")])
            parts, room, line = [("    ", "")], width - 4, word
        else:
            line = f"{line} {word}" if line else word
    lines.append([*parts, (line, "")])
    return lines
