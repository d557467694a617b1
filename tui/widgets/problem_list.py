"""What the checks say of a whole store, a line each: problems, what is open, what was not looked for, guarantees."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from tracer.checks.model import Report
from tracer.flows.model import Problem
from tracer.render.cells import Part, clean
from tracer.render.problems import observed_text, reader
from tui.notation import fit, moment
from tui.widgets.line_list import LineList, cells

_CHECK = 18
_TIME = 8


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One line: `what` in full, the newest time that it is about, and what shows it."""

    key: str
    sign: str
    style: str
    check: str
    what: str
    last_at: int | None = None
    evidence: tuple[str, ...] = ()
    count: int = 0
    confidence: float | None = None

    @property
    def examples(self) -> tuple[str, ...]:
        """The events that show it, each once."""
        return tuple(dict.fromkeys(node.partition("#")[0] for node in self.evidence))


class ProblemList(LineList):
    """The report of a run, the gravest first."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.rows: list[ProblemRow] = []

    @property
    def chosen(self) -> ProblemRow | None:
        """The line that the cursor is on."""
        return self.rows[self.cursor] if self.cursor_key is not None else None

    @property
    def chosen_text(self) -> Content:
        """All of the line that the cursor is on, and the events that show it."""
        row = self.chosen
        if row is None:
            return Content("")
        sure = "" if row.confidence is None or row.confidence >= 0.9 else f"likely ({row.confidence:.2f})  "
        parts = [Content.assemble((f"{row.sign} {row.check}  ", row.style and f"${row.style}"), row.what)]
        if row.examples:
            shown = "  ".join(clean(each) for each in row.examples[:3])
            counted = f"  ({min(3, len(row.examples))} of {row.count:,})" if row.count > 3 else ""
            parts.append(Content.styled(f"{sure}{shown}{counted}", "$dim"))
        return Content("\n").join(parts)

    def show(self, report: Report) -> None:
        """Another report."""
        self.rows = _rows(report)
        self.set_keys([row.key for row in self.rows])

    def header_parts(self, width: int) -> list[Part]:
        """What the columns are."""
        return [(fit(f"  {'check':<{_CHECK}} {'last UTC':<{_TIME}} what", width), "header")]

    def row_parts(self, row: int, width: int) -> list[Part]:
        """One line, cut at its end."""
        one = self.rows[row]
        when = moment(one.last_at, 0) if one.last_at is not None else ""
        head = [(f"{one.sign} ", one.style), cells(one.check, _CHECK, one.style), cells(when, _TIME, "dim")]
        return [*head, (fit(one.what, max(0, width - _CHECK - _TIME - 4)), "")]


def _rows(report: Report) -> list[ProblemRow]:
    rows = [_problem_row(problem) for problem in report.problems]
    rows += [
        ProblemRow(
            f"? {each.check} {each.topic} {each.subject} {each.reason}",
            "?",
            "warning",
            each.check,
            clean(each.message),
            each.last_at,
            each.evidence,
            each.count,
        )
        for each in report.unknown
    ]
    rows += [
        ProblemRow(f"– {each.check}", "–", "dim", each.check, f"not looked for: {clean(each.reason)}")
        for each in report.not_looked_for
    ]
    rows += [
        ProblemRow(
            f"= {each.topic} {each.group}",
            "=",
            "dim",
            "delivery",
            f"{clean(each.topic)} → {reader(each)}  {observed_text(each)}",
        )
        for each in report.guarantees
    ]
    return rows


def _problem_row(problem: Problem) -> ProblemRow:
    key = f"✗ {problem.check} {problem.topic} {problem.subject} {problem.first_at}"
    return ProblemRow(
        key,
        "✗",
        "error",
        problem.check,
        clean(problem.message),
        problem.last_at,
        problem.evidence,
        problem.count,
        problem.confidence,
    )
