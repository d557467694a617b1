"""The commands in the order in which help lists them: name, module, one line of help.

A command's module is imported only when it runs, so that `tracer --help` costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One verb of the command line; `module` has `add_arguments(parser)` and `run(arguments) -> int`."""

    name: str
    module: str
    help: str
    extra: str | None = "all"


COMMANDS = (
    Command("run", "tracer.cli.run", "run a service with its clients instrumented, no code changed", extra=None),
    Command("collect", "tracer.cli.collect", "receive spans over OTLP and keep them in the store"),
    Command("import", "tracer.cli.import_", "spans from files; the format is recognised"),
    Command("ui", "tracer.cli.ui", "the explorer: events, their paths, their spans"),
    Command("events", "tracer.cli.events", "events, newest first"),
    Command("show", "tracer.cli.show", "the path of one event"),
    Command("map", "tracer.cli.map", "services and topics, with counts, errors and time in queue"),
    Command("check", "tracer.cli.check", "what is wrong: lost, redelivered, failing, dead letters, ..."),
    Command("doctor", "tracer.cli.doctor", "what the telemetry of each service lacks, and what mends it"),
    Command("graph", "tracer.cli.graph", "the whole reconstructed graph, for programs"),
    Command("sql", "tracer.cli.sql", "read-only SQL on the documented views"),
    Command("store", "tracer.cli.store", "where the store is, its size, its spans; reset"),
    Command("rebuild", "tracer.cli.rebuild", "events and their paths anew, from the spans of the store"),
    Command("demo", "tracer.cli.demo", "a demo stack with an injected failure"),
)
