"""The command line: `main` finds the command, runs it, and turns errors into one line and an exit status."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, Protocol, cast

from tracer.cli.registry import COMMANDS, Command
from tracer.errors import MissingExtraError, SurroundingsError, TracerError, UsageError
from tracer.version import __version__

EPILOG = """exit status: 0 fine; 1 the thing asked about is not fine; 2 wrong use; 3 the surroundings fail
the store: --store DIR, else TRACER_STORE, else one for the user; `tracer store` says where"""


class CommandModule(Protocol):
    """What a command's module has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Run the command; its exit status."""


class _Parser(argparse.ArgumentParser):
    """Wrong use is one line that names the help, not a page of usage."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError where argparse would print and exit."""
        raise UsageError(message, f"see `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit status; shows no traceback unless TRACER_DEBUG is set."""
    words = list(sys.argv[1:] if argv is None else argv)
    _open_closed_streams()
    try:
        return _run(words)
    except TracerError as error:
        print(f"tracer: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"tracer: {_describe(error)}", file=sys.stderr)
        return SurroundingsError.exit_status
    except Exception as error:
        if os.environ.get("TRACER_DEBUG"):
            raise
        print(
            f"tracer: a defect of ours: {type(error).__name__}: {error} (TRACER_DEBUG=1 shows where)", file=sys.stderr
        )
        return SurroundingsError.exit_status


def _open_closed_streams() -> None:
    """Give a process that was started with stdout or stderr closed (`>&-`) the null device, for its whole life."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115


def _run(words: list[str]) -> int:
    arguments = _parse(words)
    with _extra_named(arguments.command):
        status: int = _load(arguments.command).run(arguments)
    sys.stdout.flush()
    return status


def _parse(words: list[str]) -> argparse.Namespace:
    parser = _Parser(
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
            with _extra_named(command):
                _load(command).add_arguments(sub)
    arguments, unknown = parser.parse_known_args(words)
    if unknown:
        raise UsageError(
            f"unrecognized arguments: {' '.join(unknown)}", f"see `tracer {arguments.command.name} --help`"
        )
    _check_period(arguments)
    return arguments


def _check_period(arguments: argparse.Namespace) -> None:
    since, until = getattr(arguments, "since", None), getattr(arguments, "until", None)
    if since is not None and until is not None and since >= until:
        raise UsageError("no time lies between these", "--since must be before --until")


def _load(command: Command) -> CommandModule:
    return cast(CommandModule, importlib.import_module(command.module))


@contextlib.contextmanager
def _extra_named(command: Command) -> Iterator[None]:
    """Turn the absence of a package that an extra brings into one line that names the extra."""
    try:
        yield
    except ModuleNotFoundError as error:
        ours = (error.name or "").split(".")[0] in {"tracer", "collectors", "tui", "demo"}
        if command.extra is None or ours:
            raise
        raise MissingExtraError(f"tracer {command.name}", command.extra) from error


def _describe(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}"
