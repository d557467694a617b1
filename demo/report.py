"""What a demo prints in the end, from the store alone: the map, a healthy and a broken path, and what broke."""

from __future__ import annotations

from pathlib import Path

from demo.findings import find_failures
from tracer.errors import NotFoundError
from tracer.flows import open_flows
from tracer.render.text import flow_text, map_text


def report(store: Path, width: int, colour: bool, *, healthy: bool = False) -> str:
    """The report on a store. NotFoundError when nothing in it failed, unless it is to be `healthy`: then the demo did
    not do its work.
    """
    with open_flows(store) as flows:
        failures = find_failures(store, flows.graph())
        if not failures and healthy:
            return f"{_section('The map', map_text(flows.map(), width, colour=colour))}\nnothing is broken"
        if not failures:
            raise NotFoundError(f"no group failed on anything in {store}", "run the demo again and look at its logs")
        worst = failures[0]
        parts = [("The map", map_text(flows.map(), width, colour=colour))]
        if worst.healthy is not None:
            path = flow_text(flows.flow(worst.healthy), width, colour=colour)
            parts.append(("A healthy event, the last before the first broken one", path))
        broken = flow_text(flows.flow(worst.first), width, colour=colour)
        parts.append(("The first broken event", broken))
        return "\n".join([*(_section(title, text) for title, text in parts), worst.sentence()])


def _section(title: str, text: str) -> str:
    return f"{title}\n{'─' * len(title)}\n{text.rstrip()}\n"
