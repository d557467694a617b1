"""What the doctor found, as text for a terminal and as JSON values. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import Any

from tracer.doctor.model import ANSWERS, Finding, Instrumentation, Service
from tracer.render.cells import Part, clean, paint

NOTHING_KNOWN = "nothing is known to mend it"

_NARROWEST = 60


def doctor_text(services: Sequence[Service], width: int, colour: bool) -> str:
    """A block for each service that lacks something: what, what suffers, what mends it. The others in one line each."""
    width = max(width, _NARROWEST)
    lines: list[list[Part]] = []
    for service in services:
        if not service.findings:
            lines.append([("✓ ", "ok"), (clean(service.name), "bold"), ("  nothing to mend", "dim")])
    for service in services:
        if service.findings:
            lines += _block(service, width)
    if not services:
        lines.append([("no services: the store has no spans there", "dim")])
    return "".join(paint(line, colour) + "\n" for line in lines)


def service_json(service: Service) -> dict[str, Any]:
    """One service; keys are camelCase."""
    return {
        "service": service.name,
        "spans": service.spans,
        "language": service.language,
        "instrumentations": [_instrumentation_json(each) for each in service.instrumentations],
        "findings": [_finding_json(each) for each in service.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "symptom": finding.symptom,
        "message": finding.what,
        "count": finding.count,
        "total": finding.total,
        "instrumentation": _instrumentation_json(finding.instrumentation),
        "suffers": [
            {"answer": each.answer, "count": each.count, "total": each.total, "share": each.share}
            for each in finding.effects
        ],
        "remedy": finding.remedy,
    }


def _instrumentation_json(by: Instrumentation) -> dict[str, Any]:
    return {"client": by.client, "scope": by.scope, "version": by.version, "language": by.language}


def _block(service: Service, width: int) -> list[list[Part]]:
    by = ", ".join(_named(each) for each in service.instrumentations) or _silent(service)
    lines: list[list[Part]] = [[], *_wrapped("! ", clean(service.name), f"  {clean(by)}", width)]
    for remedy, findings in groupby(service.findings, key=lambda finding: finding.remedy):
        for finding in findings:
            lines += _told(finding, width)
        lines += _indented(remedy or NOTHING_KNOWN, "    → ", "dim" if remedy is None else "ok", width)
    return lines


def _told(finding: Finding, width: int) -> list[list[Part]]:
    share = "" if finding.count == finding.total else f" ({finding.count:,} of {finding.total:,})"
    lines = _indented(clean(finding.what) + share, "  ", "", width)
    for effect in finding.effects:
        lines += _indented(f"{effect.count:,} of {effect.total:,} {ANSWERS[effect.answer]}", "    ", "warning", width)
    return lines


def _indented(text: str, first: str, style: str, width: int) -> list[list[Part]]:
    """The text broken at spaces, each line as far in as the first."""
    pieces = wrap(text, width - len(first), break_on_hyphens=False)
    return [[((" " * len(first) if number else first) + piece, style)] for number, piece in enumerate(pieces)]


def _wrapped(mark: str, head: str, text: str, width: int) -> list[list[Part]]:
    """The head in bold, the text behind it, or below it where both do not fit."""
    if len(mark) + len(head) + len(text) <= width:
        return [[(mark, "warning"), (head, "bold"), (text, "dim")]]
    return [[(mark, "warning"), (head, "bold")], *([("    " + line, "dim")] for line in wrap(text.strip(), width - 4))]


def _silent(service: Service) -> str:
    return "no spans of messages" + (f" ({service.language})" if service.language else "")


def _named(by: Instrumentation) -> str:
    return " ".join(filter(None, (by.scope or "no scope", by.version)))
