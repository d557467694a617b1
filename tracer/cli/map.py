"""`tracer map`: services and topics, who produces and who consumes what."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tracer.cli import options, output
from tracer.cli.reading import flows_of

if TYPE_CHECKING:
    from tracer.flows.model import Guarantee, ServiceMap


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer map`."""
    options.add_period(parser)
    options.add_store(parser)
    options.add_format(parser, ("text", "json", *options.DRAWINGS))
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the map."""
    with flows_of(arguments) as flows:
        service_map = flows.map(arguments.since, arguments.until)
    guarantees = _guarantees(arguments) if arguments.format == "html" else ()
    with output.into(arguments.output):
        _print(service_map, arguments.format, guarantees)
    return 0


def _guarantees(arguments: argparse.Namespace) -> tuple[Guarantee, ...]:
    """Delivery as observed, for the page alone: the checks that it rests on take longer than the map."""
    from tracer.checks import check_store
    from tracer.checks.guarantees import NEEDS
    from tracer.store import location

    return check_store(location.resolve(arguments.store), sorted(NEEDS), arguments.since, arguments.until).guarantees


def _print(service_map: ServiceMap, form: str, guarantees: tuple[Guarantee, ...]) -> None:
    if form == "json":
        from tracer.render import json

        output.print_json_object(json.service_map(service_map))
    elif form == "text":
        from tracer.render.text import map_text

        output.print_text(map_text(service_map, output.width(), output.colour()))
    else:
        from tracer.render.drawings import map_drawing

        output.print_text(map_drawing(service_map, form, guarantees))
