"""Which tests see which answer of which check, by their marks `says(CHECK, ANSWER...)`; and docs/checks.md."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from tracer.checks.registry import CHECKS

DELIVERY = "delivery as observed"

ANSWERS: Mapping[str, tuple[str, ...]] = {
    **{check.name: ("yes", "no", "unknown") for check in CHECKS},
    DELIVERY: ("at-most-once", "at-least-once", "none", "effectively-once", "unknown"),
}
"""What each check can answer. None leaves any of these out."""

_DEFINITIONS = {
    **{check.name: check.definition for check in CHECKS},
    DELIVERY: "of each topic and group: the guarantee under which its events were delivered, as far as spans show it",
}


def seen() -> dict[tuple[str, str], list[str]]:
    """For each check and answer what the tests that see it say, in their order."""
    told: dict[tuple[str, str], list[str]] = {}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for name, test in vars(import_module(f"tests.checks.{path.stem}")).items():
            for mark in getattr(test, "pytestmark", ()):
                for answer in mark.args[1:] if mark.name == "says" else ():
                    told.setdefault((mark.args[0], answer), []).append(_sentence(name))
    return told


def answers_page() -> str:
    """A section for each check, as Markdown: its definition, and what it answers to what."""
    told = seen()
    lines: list[str] = []
    for check, answers in ANSWERS.items():
        lines += [f"### {check}", "", f"{_DEFINITIONS[check].capitalize()}.", ""]
        for answer in answers:
            lines += [f"- **{answer}**", *(f"  - {sentence}" for sentence in told.get((check, answer), ()))]
        lines.append("")
    return "\n".join(lines)


def _sentence(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ").capitalize()
