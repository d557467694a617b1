"""`tracer show`: the path of one event."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tracer.cli import options, output
from tracer.cli.reading import flows_of

if TYPE_CHECKING:
    from tracer.flows.critical_path import CriticalPath
    from tracer.flows.model import EventSummary, Flow, FlowProblems
    from tracer.flows.reader import Flows

_EVERY = 2**31 - 1
_LIMIT = "read at most N events and attempts, the nearest ones (default: 10000)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer show`."""
    forms = "an event id (kafka://TOPIC/PARTITION/OFFSET), key=KEY (its newest event), a trace id or a span id"
    parser.add_argument("id", metavar="ID", help=forms)
    parser.add_argument("--all", action="store_true", help="with key=KEY: list every event of the key instead")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--up", action="store_true", help="only what caused it")
    way.add_argument("--down", action="store_true", help="only what it caused")
    way.add_argument("--whole", action="store_true", help="the whole flow, from what caused it first")
    parser.add_argument("--unfold", action="store_true", help="attempts, siblings and causes one by one, not counted")
    parser.add_argument("--evidence", action="store_true", help="under each step every reason to believe it")
    parser.add_argument("--limit", type=options.positive, metavar="N", help=_LIMIT)
    parser.add_argument("--critical-path", action="store_true", help="what its end waited for, instead of the tree")
    parser.add_argument("--until", metavar="GROUP", help="the critical path until this consumer group was done")
    options.add_store(parser)
    options.add_format(parser, ("text", "json", *options.DRAWINGS))
    options.add_output(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints the flow of the event. NotFoundError when there is no such event."""
    from tracer.errors import UsageError
    from tracer.flows import EventFilter
    from tracer.flows.model import FlowProblems
    from tracer.flows.reader import NODES
    from tracer.render.problems import looked_text

    key = arguments.id.removeprefix("key=") if arguments.id.startswith("key=") else None
    if arguments.all and key is None:
        raise UsageError("--all lists the events of a key", "tracer show key=KEY --all")
    wanted = arguments.critical_path or arguments.until is not None
    if arguments.format in options.DRAWINGS and (wanted or arguments.all):
        what = "--all lists events" if arguments.all else "a critical path is told"
        raise UsageError(f"{what} as text or JSON, not as {arguments.format}", "leave --format away")
    found = FlowProblems()
    with flows_of(arguments) as flows:
        of_key = [] if key is None else flows.events(EventFilter(key=key, limit=_EVERY))
        if arguments.all:
            with output.into(arguments.output):
                return _list(of_key, key, arguments.format)
        flow = flows.flow(
            arguments.id,
            up=not arguments.down,
            down=not arguments.up,
            whole=arguments.whole,
            limit=arguments.limit or NODES,
        )
        path = flows.critical_path(flow, arguments.until) if wanted else None
        if not wanted:
            flow, found = _checked(flows, flow)
    with output.into(arguments.output):
        _print(flow, path, arguments, found)
    if looked := looked_text(found):
        output.note(looked)
    if len(of_key) > 1:
        others = f"{len(of_key) - 1} other event{'s' if len(of_key) > 2 else ''}"
        output.note(f"{others} of key {key}; `tracer show key={key} --all` lists them")
    if flow.left_out and arguments.format == "json":
        output.note(f"{flow.left_out} nodes of this flow are left out")
    return 0


def _checked(flows: Flows, flow: Flow) -> tuple[Flow, FlowProblems]:
    """The flow with its problems, and all that the checks say of it."""
    from dataclasses import replace

    from tracer.checks.flow import problems_of

    found = problems_of(flows, flow)
    return replace(flow, graph=replace(flow.graph, problems=found.problems)), found


def _print(flow: Flow, path: CriticalPath | None, arguments: argparse.Namespace, found: FlowProblems) -> None:
    if arguments.format == "json":
        from tracer.render import json

        more: dict[str, Any] = {}
        if path is not None:
            more = {"criticalPath": json.critical_path(path), "clocks": [json.clocks(one) for one in flow.clocks]}
        output.print_json_object({**json.graph(flow.graph, evidence=arguments.evidence), **more})
    elif arguments.format in options.DRAWINGS:
        from tracer.render.drawings import flow_drawing

        output.print_text(flow_drawing(flow, arguments.format, unfold=arguments.unfold, found=found))
    elif path is not None:
        from tracer.render.critical_path import critical_path_text

        output.print_text(critical_path_text(flow, path, output.width(), output.colour()))
    else:
        from tracer.render.text import View, flow_text

        view = View(arguments.evidence, arguments.unfold, arguments.whole)
        output.print_text(flow_text(flow, output.width(), output.colour(), view))
        if found.problems or found.unknown:
            from tracer.render.problems import problems_text

            output.print_text("\n" + problems_text(found.problems, found.unknown, output.width(), output.colour()))


def _list(events: list[EventSummary], key: str | None, form: str) -> int:
    from tracer.errors import NotFoundError

    if not events:
        raise NotFoundError(f"no event has the key {key}", "`tracer events` lists what there is")
    if form == "json":
        from tracer.render import json

        output.print_json_array(json.event(summary.event) for summary in events)
    else:
        from tracer.render.lists import events_text

        output.print_text(events_text(events, output.width(), output.colour()))
    return 0
