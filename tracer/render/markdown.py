"""What checks found as Markdown: for a pull request or a wiki, and to be pasted into a chat. Pure.

No HTML and few signs, so that it can be read where nothing renders it. Ids stand in code spans. In all else that came
from telemetry, what Markdown would obey is escaped, and `&`, `<` and `>` are entities, which chats ask for too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tracer.flows.model import Guarantee, NotLookedFor, Problem, Unknown
from tracer.render.cells import cells, clean, left, right
from tracer.render.problems import EXAMPLES, GUARANTEES, observed, reader, worst_first
from tracer.render.words import plural

_HEADS = ("topic", "group", "delivery as observed", "events", "lost", "again")
_OBEYED = re.compile(r"[\\`*\[\]|~]|(?<![^\W_])_|_(?![^\W_])|#(?=\d)|@(?=\w)")
"""Signs that Markdown obeys: emphasis, code, links, tables; issues and people that GitHub would link."""


def report_markdown(
    problems: Sequence[Problem],
    unknown: Sequence[Unknown] = (),
    not_looked_for: Sequence[NotLookedFor] = (),
    guarantees: Sequence[Guarantee] = (),
) -> str:
    """A list with one item a problem, its evidence under it; what is open; a table of how events were delivered."""
    lines = [f"**{plural(len(problems), 'problem')}**" if problems else "**No problems**", ""]
    for problem in problems:
        lines.append(f"- **{problem.check}** {escaped(problem.message)} (confidence {problem.confidence:.2f})")
        if problem.evidence:
            lines.append(f"  - {_examples(problem)}")
    lines += _section(f"{len(unknown)} undecided", (f"**{one.check}** {escaped(one.message)}" for one in unknown))
    lines += _section("Not looked for", (f"**{one.check}** {escaped(one.reason)}" for one in not_looked_for))
    lines += _delivered(guarantees)
    return "\n".join(lines).rstrip("\n") + "\n"


def escaped(text: str) -> str:
    """Text that stays as it is, wherever it stands in a line but its beginning."""
    text = _OBEYED.sub(lambda found: "\\" + found[0], clean(text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def code(text: str) -> str:
    """A code span: nothing in it is obeyed. Backticks inside are fenced by longer ones."""
    text = clean(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{room}{text}{room}{fence}"


def _examples(problem: Problem) -> str:
    shown = ", ".join(code(each) for each in problem.evidence[:EXAMPLES])
    more = problem.count - EXAMPLES
    return shown + (f" and {more:,} more" if more > 0 else "")


def _section(head: str, items: Iterable[str]) -> list[str]:
    told = [f"- {item}" for item in items]
    return ["", f"**{head}**", "", *told] if told else []


def _delivered(guarantees: Sequence[Guarantee]) -> list[str]:
    """The table, its columns aligned, so that it can be read as it stands."""
    if not guarantees:
        return []
    ordered = worst_first(guarantees)
    rows = [_HEADS, *(_row(each) for each in ordered[:GUARANTEES])]
    wide = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    aligns = (left, left, left, right, right, right)
    drawn = [
        "| " + " | ".join(fit(cell, size) for fit, cell, size in zip(aligns, row, wide, strict=True)) + " |"
        for row in rows
    ]
    rule = ["-" * size if fit is left else "-" * (size - 1) + ":" for fit, size in zip(aligns, wide, strict=True)]
    more = len(ordered) - GUARANTEES
    told = ["", f"and {more:,} more; `tracer check --format json` has all"] if more > 0 else []
    return ["", drawn[0], "| " + " | ".join(rule) + " |", *drawn[1:], *told]


def _row(each: Guarantee) -> tuple[str, ...]:
    told = (escaped(each.topic), escaped(reader(each)), escaped(observed(each)))
    return (*told, f"{each.events:,}", f"{each.lost:,}", f"{each.redelivered:,}")
