"""What keeps the command line quick and its output usable in a pipe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import start
from tracer.cli.registry import COMMANDS

HEAVY = {
    "duckdb",
    "pyarrow",
    "textual",
    "rich",
    "opentelemetry",
    "numpy",
    "grpc",
    "aiohttp",
    "google",
    "kafka",
    "ptars",
}

INTERRUPTIBLE = """
import signal, sys
from tracer.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run where it is ignored
sys.exit(main(sys.argv[1:]))
"""

IMPORTED = """
import sys
from tracer.cli import main
try:
    main({words!r})
except SystemExit as end:
    assert not end.code, end.code
print("|".join(sorted({{name.split(".")[0] for name in sys.modules}})), file=sys.stderr)
"""


def imported(*words: str) -> set[str]:
    result = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(words=list(words))], capture_output=True, text=True, check=True
    )
    return set(result.stderr.strip().rsplit("\n", 1)[-1].split("|"))


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], *([name, "--help"] for name in ("events", "show", "sql"))]
)
def test_help_imports_nothing_heavy(words: list[str]) -> None:
    assert not imported(*words) & HEAVY


def test_show_imports_neither_arrow_nor_the_screen_nor_opentelemetry(story_store: Path) -> None:
    found = imported("show", "key=u-1", "--store", str(story_store))
    assert "duckdb" in found
    assert not found & (HEAVY - {"duckdb"})


def test_every_command_has_its_line_in_the_help() -> None:
    environment = {**os.environ, "COLUMNS": "200"}
    help_text = subprocess.run(
        [sys.executable, "-m", "tracer.cli", "--help"], capture_output=True, text=True, check=True, env=environment
    ).stdout
    for command in COMMANDS:
        assert f"{command.name} " in help_text
        assert command.help in help_text


@pytest.mark.parametrize(
    "words", [["graph", "--format", "json"], ["sql", "SELECT * FROM range(1000000)", "--format", "csv"]]
)
def test_a_reader_that_goes_away_is_no_error(story_store: Path, words: list[str]) -> None:
    process = start(*words, "--store", str(story_store), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0


def test_ctrl_c_stops_a_long_statement_at_once(story_store: Path) -> None:
    words = ["sql", "SELECT * FROM range(100000000000)", "--format", "csv", "--store", str(story_store)]
    program = [sys.executable, "-c", INTERRUPTIBLE, *words]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()  # rows are coming, and wait for a reader
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")


def test_signs_that_the_terminal_cannot_show_are_replaced(story_store: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for words in (["show", "key=u-1"], ["sql", "SELECT 'é' AS \"ü\"", "--format", "json"]):
        process = start(*words, "--store", str(story_store), stdout=-1, stderr=-1, env=environment)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out.isascii()) == (0, True), err


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ([], "`tracer --help`"),
        (["evnts"], "`tracer --help`"),
        (["events", "--limit", "0"], "`tracer events --help`"),
        (["events", "--colour"], "`tracer events --help`"),
        (["show"], "`tracer show --help`"),
    ],
)
def test_wrong_words_are_answered_with_one_line_that_names_the_help(words: list[str], names: str) -> None:
    process = start(*words, stdout=-1, stderr=-1)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.count("\n") == 1
    assert err.startswith("tracer: ")
    assert names in err


def test_a_closed_stdout_is_no_defect(story_store: Path) -> None:
    line = '"$0" -m tracer.cli events --store "$1" >&-'
    words = ["sh", "-c", line, sys.executable, str(story_store)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
