"""A store with the story of tests/cli/stories.py, and ways to run the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.stories import otlp_json
from tests.flows.stores import fill
from tracer.cli import main
from tracer.formats.otlp_json import to_protobuf


@pytest.fixture(scope="session")
def story_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that tests only read."""
    return fill(tmp_path_factory.mktemp("story") / "store", [[to_protobuf(otlp_json())]])


@dataclass(frozen=True)
class Answer:
    """What one command gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Tracer = Callable[..., Answer]


@pytest.fixture
def tracer(story_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Tracer:
    """Runs one command in this process on the story's store (TRACER_STORE)."""
    monkeypatch.setenv("TRACER_STORE", str(story_store))
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> Answer:
        try:
            status = main(words)
        except SystemExit as end:  # argparse ends so
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return Answer(status, captured.out, captured.err)

    return run


def start(*words: str, **options: Any) -> subprocess.Popen[str]:
    """Starts one command as a process."""
    return subprocess.Popen([sys.executable, "-m", "tracer.cli", *words], text=True, **options)
