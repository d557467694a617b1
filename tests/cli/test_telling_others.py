"""`tracer show` and `tracer map` in the formats that are handed on, to standard output and to files."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Tracer

BROKEN = "kafka://user-created/0/8"
BEGINS = {"mermaid": "flowchart LR\n", "dot": "digraph ", "svg": "<svg xmlns=", "html": "<!doctype html>\n"}


@pytest.mark.parametrize("form", BEGINS)
@pytest.mark.parametrize("words", [("show", BROKEN), ("map",)])
def test_a_drawing_goes_to_standard_output(tracer: Tracer, words: tuple[str, ...], form: str) -> None:
    answer = tracer(*words, "--format", form)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.startswith(BEGINS[form])
    assert "crm" in answer.out


@pytest.mark.parametrize("form", [*BEGINS, "text", "json"])
@pytest.mark.parametrize("words", [("show", BROKEN), ("map",)])
def test_a_file_holds_what_standard_output_would(
    tracer: Tracer, tmp_path: Path, words: tuple[str, ...], form: str
) -> None:
    file = tmp_path / "told"
    answer = tracer(*words, "--format", form, "--output", str(file))
    assert (answer.status, answer.out, answer.err) == (0, "", "")
    written = file.read_text(encoding="utf-8")
    shown = tracer(*words, "--format", form).out
    assert (json.loads(written) == json.loads(shown)) if form == "json" else (written == shown)


@pytest.mark.parametrize("form", ["text", "json", "junit", "markdown"])
def test_problems_go_to_a_file_and_make_the_status_1_all_the_same(tracer: Tracer, tmp_path: Path, form: str) -> None:
    file = tmp_path / "told"
    answer = tracer("check", "--format", form, "--output", str(file))
    assert (answer.status, answer.out, answer.err) == (1, "", "")
    assert "dead-letters" in file.read_text(encoding="utf-8")


def test_the_list_of_a_key_goes_to_a_file_too(tracer: Tracer, tmp_path: Path) -> None:
    file = tmp_path / "told"
    assert tracer("show", "key=u-1", "--all", "--output", str(file)).out == ""
    assert "user-created/0/8" in file.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_told_in_one_line(tracer: Tracer, tmp_path: Path) -> None:
    answer = tracer("map", "--format", "html", "--output", str(tmp_path / "no" / "map.html"))
    assert answer.status == 3
    assert re.fullmatch(r"tracer: cannot write .*map\.html: No such file or directory\n", answer.err)


def test_a_failed_command_leaves_no_file(tracer: Tracer, tmp_path: Path) -> None:
    file = tmp_path / "told"
    assert tracer("show", "kafka://nothing/0/0", "--format", "html", "--output", str(file)).status == 1
    assert not file.exists()


@pytest.mark.parametrize(
    "words",
    [("show", BROKEN, "--critical-path"), ("show", BROKEN, "--until", "crm-sync"), ("show", "key=u-1", "--all")],
)
def test_what_only_text_and_json_can_tell_is_not_drawn(tracer: Tracer, words: tuple[str, ...]) -> None:
    answer = tracer(*words, "--format", "svg")
    assert answer.status == 2
    assert "as text or JSON, not as svg" in answer.err


def test_the_map_of_a_period_holds_what_was_produced_in_it(tracer: Tracer) -> None:
    since = tracer("map", "--since", "2026-11-24T06:11:01.200Z", "--format", "json").json
    assert {node["name"]: node["events"] for node in since["nodes"] if node["type"] == "topic"} == {
        "user-created": 1,
        "user-created.crm.dlq": 1,
    }
