"""The manual documents every command, with the help that the command really prints."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from tracer.cli.registry import COMMANDS
from tracer.semconv import MESSAGING

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """docs/generate.py, which `make docs` runs."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_help_in_the_manual_is_what_the_commands_print(generate: ModuleType) -> None:
    page = generate.COMMANDS_PAGE.read_text(encoding="utf-8")
    assert generate.with_help(page) == page, "run `make docs`"


def test_the_names_in_the_manual_are_those_that_are_read(generate: ModuleType) -> None:
    page = generate.ATTRIBUTES_PAGE.read_text(encoding="utf-8")
    assert generate.with_tables(page) == page, "run `make docs`"
    assert all(f"`{field.name}`" in page for field in MESSAGING if not field.name.startswith("messaging_origin_"))


@pytest.mark.xdist_group("recordings")
def test_the_page_of_the_recordings_tells_what_is_found_now(generate: ModuleType) -> None:
    page = generate.RECORDINGS_PAGE.read_text(encoding="utf-8")
    assert generate.with_recordings(page) == page, "run `make docs`, or `python docs/generate.py recordings`"


def test_the_page_of_the_checks_tells_what_the_tests_see(generate: ModuleType) -> None:
    page = generate.CHECKS_PAGE.read_text(encoding="utf-8")
    assert generate.with_answers(page) == page, "run `make docs`, or `python docs/generate.py checks`"


def test_every_command_has_a_section_in_the_order_of_the_help(generate: ModuleType) -> None:
    page = generate.COMMANDS_PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^## tracer ([a-z-]+)$", page, re.MULTILINE) == [command.name for command in COMMANDS]


def test_a_command_that_the_page_leaves_out_is_named(generate: ModuleType) -> None:
    with pytest.raises(ValueError, match="no help block for: run, collect"):
        generate.with_help("# Commands\n")
