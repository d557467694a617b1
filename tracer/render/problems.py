"""What checks found, as text for a terminal, as Markdown for a chat, and as JUnit XML for a CI job. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from tracer.flows.model import Guarantee, NotLookedFor, Problem, Unknown
from tracer.render.cells import Part, clean, fit, paint
from tracer.render.words import plural

EXAMPLES = 3
"""Ids of evidence that are shown; the JSON has all."""

GUARANTEES = 12
"""How many topics and groups are told the guarantee of."""

_NARROWEST = 60


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
        lines.append([(f"    {sure}{_examples(problem.evidence, problem.count)}", "dim")])
    for doubt in unknown:
        lines += _wrapped(f"? {doubt.check}", clean(doubt.message), width, "warning")
    for blind in not_looked_for:
        lines += _wrapped(f"– {blind.check}", f"not looked for: {clean(blind.reason)}", width, "dim")
    found = plural(len(problems), "problem") if problems else "no problems"
    lines.append([(found + (f", {len(unknown)} undecided" if unknown else ""), "bold")])
    return "".join(paint(fit(line, width), colour) + "\n" for line in lines)


def guarantees_text(guarantees: Sequence[Guarantee], width: int, colour: bool) -> str:
    """Delivery as observed: a line for each topic and group, those where something was lost or redelivered first."""
    if not guarantees:
        return ""
    ordered = sorted(guarantees, key=lambda each: not (each.lost or each.redelivered))
    lines: list[list[Part]] = [[("delivery as observed", "bold")]]
    for each in ordered[:GUARANTEES]:
        lines += _wrapped(
            f"  {clean(each.topic)} → {clean(each.group)}", observed_text(each), max(width, _NARROWEST), ""
        )
    if len(ordered) > GUARANTEES:
        lines.append([(f"  and {len(ordered) - GUARANTEES} more; --format json has all", "dim")])
    return "".join(paint(fit(line, max(width, _NARROWEST)), colour) + "\n" for line in [*lines, []])


def observed_text(each: Guarantee) -> str:
    """What was observed of one topic and group, in a line."""
    counts = f"{each.lost:,} lost, {each.redelivered:,} redelivered, {each.events:,} handled"
    if each.observed is None:
        again = f"{each.redelivered:,} redelivered; " if each.redelivered else ""
        return f"unknown: {again}{clean(each.reason or '')}"
    if each.bound is not None:
        return f"effectively once in {each.events:,}: at most {each.bound:.2%} otherwise (95 %)"
    return f"{each.observed.replace('-', ' ') if each.observed != 'none' else 'no guarantee'}: {counts}"


def problems_markdown(problems: Sequence[Problem], unknown: Sequence[Unknown]) -> str:
    """A list with one item a problem, its evidence under it."""
    lines = [f"**{plural(len(problems), 'problem')}**" if problems else "**No problems**", ""]
    for problem in problems:
        lines.append(f"- **{problem.check}** {_escaped(problem.message)} (confidence {problem.confidence:.2f})")
        lines.append(f"  - {_escaped(_examples(problem.evidence, problem.count))}")
    if unknown:
        lines += [
            "",
            f"{len(unknown)} undecided:",
            "",
            *(f"- {doubt.check}: {_escaped(doubt.message)}" for doubt in unknown),
        ]
    return "\n".join(lines) + "\n"


def problems_junit(names: Sequence[str], problems: Sequence[Problem], unknown: Sequence[Unknown]) -> str:
    """A test suite: a case for each check that found nothing, one for each finding; what is undecided is skipped."""
    suite = ElementTree.Element("testsuite", name="tracer check")
    for name in names:
        found = [problem for problem in problems if problem.check == name]
        doubts = [doubt for doubt in unknown if doubt.check == name]
        for problem in found:
            case = _case(suite, name, problem.subject)
            failure = ElementTree.SubElement(case, "failure", type=name, message=_xml(problem.message))
            failure.text = _xml("\n".join(problem.evidence))
        for doubt in doubts:
            ElementTree.SubElement(_case(suite, name, doubt.subject), "skipped", message=_xml(doubt.message))
        if not found and not doubts:
            _case(suite, name, name)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(problems)))
    suite.set("skipped", str(len(unknown)))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, check: str, subject: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=f"tracer.{check}", name=_xml(subject))


def _xml(text: str) -> str:
    """XML 1.0 has no control characters."""
    return "".join(char if char >= " " or char in "\n\t" else "�" for char in text)


def _examples(evidence: Sequence[str], count: int) -> str:
    shown = ", ".join(clean(each) for each in evidence[:EXAMPLES])
    return shown + (f" and {count - EXAMPLES:,} more" if count > EXAMPLES else "")


def _escaped(text: str) -> str:
    return "".join(f"\\{char}" if char in r"\`*_<>[]|#" else char for char in clean(text))


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
