"""`tracer run -- CMD`: starts a service with its clients instrumented, no code changed.

The service takes the place of this process, so that its id, its signals and its exit status are its own. What makes
it instrumented is a directory on PYTHONPATH; see `tracer.instrumentation.autoload`.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import tracer
from tracer.errors import UsageError

NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit statuses of a command that cannot be started, as shells have them."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer run`; everything from the command's name on is the command's."""
    parser.usage = "tracer run [--service NAME] -- CMD [ARGS...]"
    parser.add_argument("--service", metavar="NAME", help="the service's name; else OTEL_SERVICE_NAME, else CMD's")
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="CMD", help="the command and its arguments")


def run(arguments: argparse.Namespace) -> int:
    """Becomes the command; returns only when that cannot be started."""
    words = arguments.words[1:] if arguments.words[:1] == ["--"] else arguments.words
    if not words:
        raise UsageError("no command to run", "tracer run -- python service.py")
    environment = _environment(dict(os.environ), arguments.service)
    sys.stdout.flush()
    try:
        os.execvpe(words[0], words, environment)
    except FileNotFoundError:
        return _refuse(f"{words[0]}: command not found", NOT_FOUND)
    except OSError as error:
        return _refuse(f"{words[0]}: {error.strerror}", NOT_EXECUTABLE)


def _environment(inherited: dict[str, str], service: str | None) -> dict[str, str]:
    """The command's environment: `autoload` first on PYTHONPATH, and the service's name."""
    autoload = str(Path(tracer.__file__).parent / "instrumentation" / "autoload")
    path = [entry for entry in inherited.get("PYTHONPATH", "").split(os.pathsep) if entry and entry != autoload]
    environment = {**inherited, "PYTHONPATH": os.pathsep.join([autoload, *path])}
    if service:
        environment["OTEL_SERVICE_NAME"] = service
    return environment


def _refuse(why: str, status: int) -> int:
    print(f"tracer: {why}", file=sys.stderr)
    return status
