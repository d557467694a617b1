"""`tracer demo`: run a demo stack on a real broker, and look at what it did."""

from __future__ import annotations

import argparse
import math
import os
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType

from tracer.errors import MissingExtraError, UsageError

FOLDER = Path(".demo")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of `tracer demo`."""
    parser.add_argument("scenario", nargs="?", metavar="SCENARIO", help="which demo; without it, list them")
    parser.add_argument("--rate", type=float, default=20.0, metavar="N", help="events a second (default 20)")
    parser.add_argument("--count", type=int, default=200, metavar="N", help="events in all (default 200)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed, the same events (default 1)")
    parser.add_argument("--healthy", action="store_true", help="the same without the release that breaks something")
    parser.add_argument("--store", type=Path, metavar="DIR", help="a new directory for the spans (default .demo/store)")
    parser.add_argument(
        "--bootstrap-servers", metavar="HOST:PORT", help="use this Kafka broker instead of the embedded one"
    )
    parser.add_argument("--no-ui", action="store_true", help="do not open the explorer at the end")


def run(arguments: argparse.Namespace) -> int:
    """List the demos, or run one; on a terminal, end in the explorer."""
    from demo.catalog import DEMOS

    if arguments.scenario is None:
        width = max(map(len, DEMOS))
        print("\n".join(f"tracer demo {name:<{width}}  {line}" for name, line in DEMOS.items()))
        return 0
    if arguments.scenario not in DEMOS:
        raise UsageError(f"there is no demo {arguments.scenario}", f"choose one of {', '.join(DEMOS)}")
    if not (math.isfinite(arguments.rate) and arguments.rate > 0):
        raise UsageError(f"--rate {arguments.rate:g} is no rate", "give a number above 0")
    if arguments.count < 2:
        raise UsageError(f"--count {arguments.count} is too few", "give 2 or more")
    store = _run(arguments)
    return _open(store, explore=sys.stdin.isatty() and sys.stdout.isatty() and not arguments.no_ui)


def _run(arguments: argparse.Namespace) -> Path:
    try:
        from demo.progress import Progress
        from demo.registration.run import Options, run
        from demo.report import report
        from demo.workspace import new_workspace
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"demo", "tracer"}:
            raise
        raise MissingExtraError("tracer demo", "all") from error
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    options = Options(arguments.rate, arguments.count, arguments.seed, arguments.bootstrap_servers, arguments.healthy)
    progress = Progress()
    with new_workspace(FOLDER, arguments.store) as workspace:
        try:
            run(options, workspace, progress)
            progress.stage("reading the store")
            width = min(shutil.get_terminal_size((100, 24)).columns, 120)
            colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
            text = report(workspace.store, width, colour, healthy=options.healthy)
        finally:
            progress.clear()
        print(text)
        return workspace.store


def _open(store: Path, *, explore: bool) -> int:
    if explore:
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "tracer.cli", "ui", "--store", str(store)])
    print(f"explore it: {_command()} ui --store {store}")
    return 0


def _command() -> str:
    """How a person calls us from here: `make` does not put the environment on their PATH."""
    beside = Path(sys.executable).with_name("tracer")
    if shutil.which("tracer") or not beside.exists():
        return "tracer"
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    # Leaving by an exception ends the broker, the collector and the services on the way out.
    raise SystemExit(128 + number)
