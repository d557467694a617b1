"""`tracer ui`: the explorer on a terminal, or in a browser with `--web`."""

from __future__ import annotations

import argparse
import os
import shlex
import sys

from tracer.cli.options import add_store
from tracer.errors import UsageError

PORT = 8400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `tracer ui`."""
    add_store(parser)
    parser.add_argument("--event", metavar="ID", help="open the flow of this event at once")
    parser.add_argument("--web", action="store_true", help="serve the explorer to a browser on this machine")
    parser.add_argument("--port", type=int, metavar="N", help=f"port for --web (default {PORT}; 0 takes a free one)")


def run(arguments: argparse.Namespace) -> int:
    """Open the explorer. UsageError where there is no such store or no terminal, SurroundingsError for a taken port."""
    from tracer.store.lake import Lake
    from tracer.store.location import resolve

    if arguments.port is not None and not arguments.web:
        raise UsageError("--port goes with --web", "add --web, or leave --port away")
    if arguments.port is not None and not 0 <= arguments.port < 65_536:
        raise UsageError(f"there is no port {arguments.port}", "choose one from 0 to 65535")
    path = resolve(arguments.store)
    Lake.open(path)
    if arguments.web:
        return _serve(str(path), arguments.event, PORT if arguments.port is None else arguments.port)
    if not _can_draw():
        hint = "`tracer ui --web` serves it to a browser; `tracer events` and `tracer show` print"
        raise UsageError("the explorer needs a terminal", hint)
    from tui.app import explorer

    app = explorer(path, arguments.event, arguments.store)
    app.run()
    return app.return_code or 0


def _can_draw() -> bool:
    """Whether there is a terminal, or textual-serve in its place."""
    return "TEXTUAL_DRIVER" in os.environ or (sys.stdin.isatty() and sys.stdout.isatty())


def _serve(store: str, event: str | None, port: int) -> int:
    from tui.web import serve

    command = [sys.executable, "-m", "tracer.cli", "ui", "--store", store]
    if event is not None:
        command += ["--event", event]
    serve(shlex.join(command), port, _say)
    return 0


def _say(address: str) -> None:
    print(f"serving the explorer on {address} (Ctrl-C ends)", file=sys.stderr, flush=True)
