"""`tracer events`: the events of the store, newest first."""

from __future__ import annotations

import argparse

from tracer.cli import options, output
from tracer.cli.reading import flows_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer events`."""
    words = "words in id, topic, key, service, group or error; trace or span ids"
    parser.add_argument("text", nargs="?", metavar="TEXT", help=words)
    parser.add_argument("--topic", metavar="TOPIC", help="only events of this topic")
    parser.add_argument("--group", metavar="GROUP", help="only events that this consumer group was handed")
    parser.add_argument(
        "--outcome",
        choices=("ok", "error", "retried", "dead-lettered", "unknown"),
        help="only events with a delivery that ended so",
    )
    parser.add_argument("--key", metavar="KEY", help="only events of this key")
    options.add_period(parser)
    options.add_limit(parser)
    options.add_store(parser)
    options.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the events that match; none is an empty list and no error."""
    from tracer.flows import EventFilter

    wanted = EventFilter(
        text=arguments.text,
        topic=arguments.topic,
        group=arguments.group,
        outcome=arguments.outcome,
        key=arguments.key,
        since_ns=arguments.since,
        until_ns=arguments.until,
        limit=arguments.limit,
    )
    with flows_of(arguments) as flows:
        found = flows.events(wanted)
    if arguments.format == "json":
        from tracer.render import json

        output.print_json_array(json.event(summary.event) for summary in found)
    elif found:
        from tracer.render.lists import events_text

        output.print_text(events_text(found, output.width(), output.colour()))
    else:
        output.note("no events match; without options `tracer events` lists all")
    return 0
