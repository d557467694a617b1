"""`tracer graph`: the whole reconstructed graph, for programs."""

from __future__ import annotations

import argparse

from tracer.cli import options, output
from tracer.cli.reading import flows_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer graph`."""
    options.add_store(parser)
    options.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the graph as one JSON object, or its figures as text."""

    with flows_of(arguments) as flows:
        graph = flows.graph()
    if arguments.format == "json":
        from tracer.render import json

        output.print_json_object(json.graph(graph))
    else:
        from tracer.render.lists import graph_text

        output.print_text(graph_text(graph, output.width(), output.colour()))
    return 0
