"""`tracer import`: spans from files into the store; the format is recognised."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tracer.cli.options import add_store
from tracer.errors import UsageError
from tracer.store.location import resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `tracer import`."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="OTLP JSON, JSON lines, or OTLP protobuf")
    add_store(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when every span of every file is in the lake."""
    from collectors.importing import import_requests

    for file in arguments.files:
        if not file.exists():  # before the first span is taken in
            raise UsageError(f"{file}: no such file")
    store = resolve(arguments.store)
    imported = import_requests(store, _requests(arguments.files), _tell if sys.stderr.isatty() else _be_silent)
    print(f"{imported.spans:,} spans in the files, {imported.new:,} of them new in {store}", file=sys.stderr)
    return 0


def _requests(files: list[Path]) -> Iterator[bytes]:
    from tracer.formats.files import read_requests

    for file in files:
        yield from read_requests(file)


def _tell(spans: int) -> None:
    print(f"\r\x1b[K{spans:,} spans read, being stored and joined\r", end="", file=sys.stderr, flush=True)


def _be_silent(_spans: int) -> None:
    return None
