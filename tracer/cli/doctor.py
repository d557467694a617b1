"""`tracer doctor`: what the telemetry of each service lacks."""

from __future__ import annotations

import argparse

from tracer.cli import options, output
from tracer.cli.reading import note_state


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer doctor`."""
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="only these services (default: all)")
    options.add_period(parser)
    options.add_store(parser)
    options.add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Prints what each service lacks; that is advice, so 0 whatever it is."""
    from tracer.doctor.examining import examine
    from tracer.render import doctor
    from tracer.store import location

    found = examine(location.resolve(arguments.store), arguments.services, arguments.since, arguments.until)
    note_state(found.waiting, found.other_rules)
    if arguments.format == "json":
        output.print_json_object({"services": map(doctor.service_json, found.services)})
    else:
        output.print_text(doctor.doctor_text(found.services, output.width(), output.colour()))
    return 0
