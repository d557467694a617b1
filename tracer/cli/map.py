"""`tracer map`: services and topics, who produces and who consumes what."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tracer.cli import options, output
from tracer.cli.reading import flows_of

if TYPE_CHECKING:
    from tracer.flows.model import ServiceMap


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
    with output.into(arguments.output):
        _print(service_map, arguments.format)
    return 0


def _print(service_map: ServiceMap, form: str) -> None:
    if form == "json":
        from tracer.render import json

        output.print_json_object(json.service_map(service_map))
    elif form == "text":
        from tracer.render.text import map_text

        output.print_text(map_text(service_map, output.width(), output.colour()))
    else:
        from tracer.render.drawings import map_drawing

        output.print_text(map_drawing(service_map, form))
