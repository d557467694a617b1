"""`tracer check`: what is wrong."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tracer.cli import options, output
from tracer.cli.reading import note_state

if TYPE_CHECKING:
    from tracer.checks.model import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer check`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these checks (default: all); --list tells them")
    parser.add_argument("--list", action="store_true", help="list the checks with their definitions")
    options.add_period(parser)
    options.add_store(parser)
    options.add_format(parser, ("text", "json", "junit", "markdown"))
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints what the checks found; 1 when that is a problem."""
    from tracer.checks.running import check_store, chosen
    from tracer.store import location

    checks = chosen(arguments.names)
    if arguments.list:
        for check in checks:
            output.print_text(f"{check.name:<20}{check.definition}\n")
        return 0
    report = check_store(location.resolve(arguments.store), arguments.names, arguments.since, arguments.until)
    note_state(report.waiting, report.other_rules)
    with output.into(arguments.output):
        if arguments.format == "json":
            _print_json(report)
        else:
            output.print_text(_text(report, [check.name for check in checks], arguments.format))
    return 1 if report.problems else 0


def _print_json(report: Report) -> None:
    from tracer.render import json

    told = {
        "problems": map(json.problem, report.problems),
        "unknown": map(json.unknown, report.unknown),
        "notLookedFor": map(json.not_looked_for, report.not_looked_for),
        "guarantees": map(json.guarantee, report.guarantees),
    }
    output.print_json_object(told)


def _text(report: Report, names: list[str], form: str) -> str:
    found = (report.problems, report.unknown, report.not_looked_for, report.guarantees)
    if form == "junit":
        from tracer.render.junit import report_junit

        return report_junit(names, *found)
    if form == "markdown":
        from tracer.render.markdown import report_markdown

        return report_markdown(*found)
    from tracer.render.problems import GUESSED, guarantees_text, problems_text

    width, colour = output.width(), output.colour()
    text = guarantees_text(report.guarantees, width, colour)
    text += problems_text(report.problems, report.unknown, width, colour, report.not_looked_for)
    return text + (f"{GUESSED}\n" if _has_guessed_groups(report) else "")


def _has_guessed_groups(report: Report) -> bool:
    messages = [each.message for each in report.problems] + [each.message for each in report.unknown]
    return not all(each.group_known for each in report.guarantees) or any("group ~" in text for text in messages)
