"""Makes the generated parts of the documentation again (`make docs`): help of the commands, names of attributes and
headers, what is found in the recordings, what the checks answer, pictures of the explorer. With a word (`commands`,
`attributes`, `recordings`, `checks`, `pictures`) that part alone.

Help stands in docs/manual/commands.md between `<!-- help NAME -->` and `<!-- end -->`, the tables of names in
docs/manual/attributes.md, of the recordings in docs/recordings.md and of the checks in docs/checks.md between
`<!-- TABLE -->` and `<!-- end -->`. The pictures are of the real explorer on the store of a short run of the demo.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from tracer.cli.registry import COMMANDS
from tracer.semconv import COLUMNS
from tracer.semconv.headers import ATTEMPTS, CONVENTIONS
from tracer.semconv.names import OF_ANY_SPAN, Source

DOCS = Path(__file__).parent
COMMANDS_PAGE = DOCS / "manual" / "commands.md"
ATTRIBUTES_PAGE = DOCS / "manual" / "attributes.md"
RECORDINGS_PAGE = DOCS / "recordings.md"
CHECKS_PAGE = DOCS / "checks.md"
PICTURES = DOCS / "pictures"

_BLOCK = re.compile(r"(<!-- help (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_TABLE = re.compile(r"(<!-- (?P<name>columns|headers|attempts) -->\n).*?(<!-- end -->)", re.DOTALL)
_MEASURED = re.compile(
    r"(<!-- (?P<name>recordings|calibration|lossy|faults|telemetry) -->\n).*?(<!-- end -->)", re.DOTALL
)
_ANSWERS = re.compile(r"(<!-- answers -->\n).*?(<!-- end -->)", re.DOTALL)
_WIDTH = "80"


def command_help(name: str) -> str:
    """What `tracer NAME --help` prints on a terminal of 80 columns."""
    words = [sys.executable, "-m", "tracer.cli", name, "--help"]
    environment = {**os.environ, "COLUMNS": _WIDTH, "NO_COLOR": "1"}
    return subprocess.run(words, capture_output=True, text=True, check=True, env=environment).stdout


def with_help(page: str) -> str:
    """The page with the help of each command as it is now. ValueError names a command that the page leaves out."""
    documented = {match["name"] for match in _BLOCK.finditer(page)}
    missing = [command.name for command in COMMANDS if command.name not in documented]
    if missing:
        raise ValueError(f"{COMMANDS_PAGE.name} has no help block for: {', '.join(missing)}")
    return _BLOCK.sub(lambda match: f"{match[1]}```\n{command_help(match['name'])}```\n{match[3]}", page)


def with_tables(page: str) -> str:
    """The page with the tables of names as they are now."""
    tables = {"columns": _columns, "headers": _headers, "attempts": _attempts}
    return _TABLE.sub(lambda match: f"{match[1]}{tables[match['name']]()}{match[3]}", page)


def with_recordings(page: str) -> str:
    """The page with what is found in the recordings that the tests hold us against."""
    _let_tests_be_imported()
    from tests.checks import faults
    from tests.doctor import diagnosed
    from tests.flows import recordings

    tables = {
        "recordings": recordings.recordings_table,
        "calibration": recordings.calibration_table,
        "lossy": lambda: recordings.calibration_table(recordings.LOST),
        "faults": faults.faults_table,
        "telemetry": diagnosed.telemetry_table,
    }
    return _MEASURED.sub(lambda match: f"{match[1]}{tables[match['name']]()}{match[3]}", page)


def with_answers(page: str) -> str:
    """The page with what each check answers to what, as the tests see it."""
    _let_tests_be_imported()
    from tests.checks.answers import answers_page

    return _ANSWERS.sub(lambda match: f"{match[1]}{answers_page()}{match[2]}", page)


def _let_tests_be_imported() -> None:
    """The tests are no part of what is installed."""
    if str(DOCS.parent) not in sys.path:
        sys.path.insert(0, str(DOCS.parent))


def _columns() -> str:
    rows = (
        (f"`{column.name}`", ", ".join(map(_source, column.sources)) or "headers")
        for column in (*COLUMNS, *OF_ANY_SPAN)
    )
    return _table(("column", "attributes"), rows)


def _source(source: Source) -> str:
    added = f" + {source.plus}" if source.plus else ""
    return f"`{source.name}`{added}{f' ({source.until})' if source.until else ''}"


def _headers() -> str:
    seen: dict[str, list[str]] = {}
    for convention in CONVENTIONS:
        names = seen.setdefault(convention.library.partition(",")[0], [])
        # `NAME.first` and `x-death.NAME` are readings of one header
        told = (re.sub(r"[.]first$|^(x-death)[.].*$", r"\1", name) for name in convention.headers())
        names += [name for name in told if name not in names]
    return _table(("library", "headers"), ((library, _names(names)) for library, names in seen.items()))


def _attempts() -> str:
    rows = (
        (f"`{name.removesuffix('.count')}`", f"+ {plus}" if plus else "as it is") for name, plus in ATTEMPTS.items()
    )
    return _table(("header", "number"), rows)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def make_pictures(directory: Path) -> list[Path]:
    """The explorer's pictures, on what a short run of the demo left."""
    from tui.picture import export_pictures

    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "demo"
        words = ["demo", "registration", "--count", "60", "--rate", "30", "--no-ui", "--store", str(store)]
        subprocess.run([sys.executable, "-m", "tracer.cli", *words], check=True, stdout=subprocess.DEVNULL)
        pictures = export_pictures(store, directory)
    for picture in pictures:
        picture.write_text(_without_this_machine(picture.read_text(encoding="utf-8")), encoding="utf-8")
    return pictures


def _without_this_machine(svg: str) -> str:
    """Stack traces name the files of this checkout; a path of the same length keeps the picture's columns."""
    here = str(DOCS.parent)
    return svg.replace(here, "/srv/registration-services"[: len(here)].ljust(len(here), "_"))


def main(words: Sequence[str]) -> None:
    """Writes what has changed, and says so."""
    pages = {
        "commands": (COMMANDS_PAGE, with_help),
        "attributes": (ATTRIBUTES_PAGE, with_tables),
        "recordings": (RECORDINGS_PAGE, with_recordings),
        "checks": (CHECKS_PAGE, with_answers),
    }
    for name, (path, renewed) in pages.items():
        if not words or name in words:
            path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
            print(path.relative_to(DOCS.parent))
    if not words or "pictures" in words:
        for picture in make_pictures(PICTURES):
            print(picture.relative_to(DOCS.parent))


if __name__ == "__main__":
    main(sys.argv[1:])
