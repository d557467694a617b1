"""The command line: `main` finds the command, runs it, and turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from tracer.cli.registry import COMMANDS, Command
from tracer.errors import MissingExtraError, TracerError
from tracer.version import __version__

EPILOG = """exit status: 0 fine; 1 the thing asked about is not fine; 2 wrong use; 3 the surroundings fail
the store: --store DIR, else TRACER_STORE, else one for the user; `tracer store` says where"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit status; never raises what a person could cause."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        arguments, command = _parse(words)
        return _run(command, arguments)
    except TracerError as error:
        print(f"tracer: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _run(command: Command, arguments: argparse.Namespace) -> int:
    module = importlib.import_module(command.module)
    status: int = module.run(arguments)
    sys.stdout.flush()
    return status


def _parse(words: list[str]) -> tuple[argparse.Namespace, Command]:
    parser = argparse.ArgumentParser(
        prog="tracer",
        description="The path of every event: who handled it, how long it waited, where it failed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"tracer {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.help, description=command.help)
        sub.set_defaults(command=command)
        if command.name == asked:
            _load(command).add_arguments(sub)
    arguments = parser.parse_args(words)
    return arguments, arguments.command


def _load(command: Command):  # type: ignore[no-untyped-def]
    try:
        return importlib.import_module(command.module)
    except ModuleNotFoundError as error:
        if command.extra is None or (error.name or "").split(".")[0] in {"tracer", "collectors", "tui", "demo"}:
            raise
        raise MissingExtraError(f"tracer {command.name}", command.extra) from error
