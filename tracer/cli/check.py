"""`tracer check`: what is wrong."""

from __future__ import annotations

import argparse

from tracer.cli import options, output
from tracer.cli.reading import note_state


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer check`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these checks (default: all); --list tells them")
    parser.add_argument("--list", action="store_true", help="list the checks with their definitions")
    options.add_period(parser)
    options.add_store(parser)
    options.add_format(parser, ("text", "json", "junit", "markdown"))


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
    if arguments.format == "json":
        from tracer.render import json

        told = {
            "problems": map(json.problem, report.problems),
            "unknown": map(json.unknown, report.unknown),
            "notLookedFor": map(json.not_looked_for, report.not_looked_for),
            "guarantees": map(json.guarantee, report.guarantees),
        }
        output.print_json_object(told)
        return 1 if report.problems else 0
    from tracer.render import problems as rendered

    if arguments.format == "junit":
        text = rendered.problems_junit([check.name for check in checks], report.problems, report.unknown)
    elif arguments.format == "markdown":
        text = rendered.problems_markdown(report.problems, report.unknown)
    else:
        text = rendered.guarantees_text(report.guarantees, output.width(), output.colour())
        text += rendered.problems_text(
            report.problems, report.unknown, output.width(), output.colour(), report.not_looked_for
        )
    output.print_text(text)
    return 1 if report.problems else 0
