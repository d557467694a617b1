"""Makes the generated parts of the documentation again (`make docs`): help of the commands, pictures of the explorer.

Help stands in docs/manual/commands.md between `<!-- help NAME -->` and `<!-- end -->`. The pictures are of the real
explorer on the store of a short run of the demo.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tracer.cli.registry import COMMANDS

DOCS = Path(__file__).parent
COMMANDS_PAGE = DOCS / "manual" / "commands.md"
PICTURES = DOCS / "pictures"

_BLOCK = re.compile(r"(<!-- help (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
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


def main() -> None:
    """Writes what has changed, and says so."""
    page = COMMANDS_PAGE.read_text(encoding="utf-8")
    COMMANDS_PAGE.write_text(with_help(page), encoding="utf-8")
    print(f"{COMMANDS_PAGE.relative_to(DOCS.parent)}: help of {len(COMMANDS)} commands")
    for picture in make_pictures(PICTURES):
        print(picture.relative_to(DOCS.parent))


if __name__ == "__main__":
    main()
