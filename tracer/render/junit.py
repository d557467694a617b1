"""What checks found as JUnit XML, for CI systems: what Jenkins' schema (junit-10.xsd) has, and nothing else. Pure.

A passed case says that a check looked and found nothing. What it could not decide, or not look for, is skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree

from tracer.flows.model import Guarantee, NotLookedFor, Problem, Unknown
from tracer.render.cells import clean
from tracer.render.problems import counts, observed, worst_first


def report_junit(
    names: Sequence[str],
    problems: Sequence[Problem],
    unknown: Sequence[Unknown] = (),
    not_looked_for: Sequence[NotLookedFor] = (),
    guarantees: Sequence[Guarantee] = (),
) -> str:
    """One suite with a case for each check that found nothing and one for each finding; another with a case for each
    topic and group, whose output tells how events were delivered.
    """
    root = ElementTree.Element("testsuites", name="tracer check")
    suite = _Suite(root, "problems")
    reasons = {blind.check: blind.reason for blind in not_looked_for}
    for name in names:
        found = [problem for problem in problems if problem.check == name]
        doubts = [doubt for doubt in unknown if doubt.check == name]
        for problem in found:
            failure = ElementTree.SubElement(suite.case(name, _about(problem)), "failure")
            failure.set("type", name)
            failure.set("message", clean(problem.message))
            failure.text = "\n".join(map(clean, problem.evidence))
        for doubt in doubts:
            suite.skipped(name, _about(doubt), doubt.message)
        if name in reasons:
            suite.skipped(name, name, f"not looked for: {reasons[name]}")
        elif not found and not doubts:
            suite.case(name, name)
    suite.close(failures=len(problems))
    if guarantees:
        _delivered(root, guarantees)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _delivered(root: ElementTree.Element, guarantees: Sequence[Guarantee]) -> None:
    suite = _Suite(root, "delivery as observed")
    for each in worst_first(guarantees):
        name = f"{each.topic} → {each.group}"
        if each.observed is None:
            suite.skipped("delivery", name, observed(each))
        else:
            output = ElementTree.SubElement(suite.case("delivery", name), "system-out")
            output.text = f"{observed(each)}; {counts(each)}"
    suite.close(failures=0)


def _about(found: Problem | Unknown) -> str:
    """The subject, and the topic where that does not name it: CI systems know a case by its name."""
    of = f" of {found.topic}" if found.topic and found.topic not in found.subject else ""
    return found.subject + of


class _Suite:
    """One `testsuite`, its cases named apart."""

    def __init__(self, root: ElementTree.Element, name: str) -> None:
        self._suite = ElementTree.SubElement(root, "testsuite", name=name)
        self._named: Counter[tuple[str, str]] = Counter()
        self._skipped = 0

    def case(self, check: str, about: str) -> ElementTree.Element:
        self._named[check, about] += 1
        again = self._named[check, about]
        name = clean(about) + (f" ({again})" if again > 1 else "")
        return ElementTree.SubElement(self._suite, "testcase", classname=f"tracer.{check}", name=name)

    def skipped(self, check: str, about: str, why: str) -> None:
        ElementTree.SubElement(self.case(check, about), "skipped", message=clean(why))
        self._skipped += 1

    def close(self, failures: int) -> None:
        self._suite.set("tests", str(len(self._suite)))
        self._suite.set("failures", str(failures))
        self._suite.set("errors", "0")
        self._suite.set("skipped", str(self._skipped))
