"""`tracer show`: the path of one event."""

from __future__ import annotations

import argparse

from tracer.cli import options, output


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer show`."""
    parser.add_argument(
        "id",
        metavar="ID",
        help="an event id (kafka://TOPIC/PARTITION/OFFSET), key=KEY (the newest), a trace id or a span id",
    )
    parser.add_argument("--all", action="store_true", help="with key=KEY: list every event of the key instead")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--up", action="store_true", help="only what caused it")
    way.add_argument("--down", action="store_true", help="only what it caused")
    options.add_store(parser)
    options.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the flow of the event. NotFoundError when there is no such event."""
    from tracer.errors import UsageError
    from tracer.flows import EventFilter, open_flows
    from tracer.store import location

    key = arguments.id.removeprefix("key=") if arguments.id.startswith("key=") else None
    if arguments.all and key is None:
        raise UsageError("--all lists the events of a key", "tracer show key=KEY --all")
    with open_flows(location.resolve(arguments.store)) as flows:
        if arguments.all:
            return _list(flows.events(EventFilter(key=key, limit=_EVERY)), arguments)
        flow = flows.flow(arguments.id, up=not arguments.down, down=not arguments.up)
        others = len(flows.events(EventFilter(key=key, limit=_EVERY))) - 1 if key is not None else 0
    if arguments.format == "json":
        from tracer.render import json

        output.print_json_object(json.graph(flow.graph))
    else:
        from tracer.render.text import flow_text

        output.print_text(flow_text(flow, output.width(), output.colour()))
    if others > 0:
        output.note(f"{others} other event{'s' if others > 1 else ''} of key {key}; --all lists them")
    if flow.left_out and arguments.format == "json":
        output.note(f"{flow.left_out} nodes of this flow are left out")
    return 0
