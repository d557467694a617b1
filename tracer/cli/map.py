"""`tracer map`: services and topics, who produces and who consumes what."""

from __future__ import annotations

import argparse

from tracer.cli import options, output
from tracer.cli.reading import flows_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer map`."""
    options.add_store(parser)
    options.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the map."""

    with flows_of(arguments) as flows:
        service_map = flows.map()
    if arguments.format == "json":
        from tracer.render import json

        output.print_json_object(json.service_map(service_map))
    else:
        from tracer.render.text import map_text

        output.print_text(map_text(service_map, output.width(), output.colour()))
    return 0
