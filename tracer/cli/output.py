"""Writing to the terminal or a pipe: results on stdout, everything else on stderr."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from tracer.errors import SurroundingsError


@contextmanager
def into(file: str | None) -> Iterator[None]:
    """What is printed meanwhile goes into that file, in UTF-8; to stdout where no file is named.

    The file is written when all is made, so a command that fails leaves none behind. SurroundingsError when it cannot
    be written.
    """
    if file is None:
        yield
        return
    made = io.StringIO()
    with redirect_stdout(made):
        yield
    try:
        Path(file).write_text(made.getvalue(), encoding="utf-8", errors="replace", newline="\n")
    except OSError as error:
        raise SurroundingsError(f"cannot write {file}", error.strerror or str(error)) from error


def print_text(text: str) -> None:
    """Text on stdout, exactly as it is; signs that the terminal's encoding lacks are replaced."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="replace")
    sys.stdout.write(text)


def print_json_array(rows: Iterable[Any]) -> None:
    """A JSON array on stdout, one row a line, as the rows come."""
    print_text("[")
    separator = "\n"
    for row in rows:
        print_text(separator + to_json(row))
        separator = ",\n"
    print_text("]\n" if separator == "\n" else "\n]\n")


def print_json_object(fields: Mapping[str, Iterable[Any] | Mapping[str, Any]]) -> None:
    """A JSON object of arrays, one element a line, and of objects on stdout."""
    print_text("{")
    for number, (name, rows) in enumerate(fields.items()):
        print_text(("," if number else "") + f"\n{json.dumps(name)}: ")
        if isinstance(rows, Mapping):
            print_text(to_json(rows))
            continue
        print_text("[")
        separator = "\n"
        for row in rows:
            print_text(separator + to_json(row))
            separator = ",\n"
        print_text("]")
    print_text("\n}\n")


def to_json(value: Any) -> str:
    """One line of JSON; plain ASCII where stdout cannot hold more."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(value, ensure_ascii=not utf8, allow_nan=False)


def note(text: str) -> None:
    """A remark on stderr."""
    print(text, file=sys.stderr)


def width() -> int:
    """Columns of the terminal (COLUMNS, else the terminal itself), 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def on_terminal() -> bool:
    """Whether a person looks at stdout."""
    return sys.stdout.isatty()


def colour() -> bool:
    """Whether to paint: on a terminal that can, unless NO_COLOR is set."""
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
