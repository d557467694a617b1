"""The filter line: words and `name:value` pairs -> an EventFilter."""

from __future__ import annotations

from collections.abc import Set
from typing import cast, get_args

from tracer.flows import EventFilter
from tracer.flows.model import Outcome

NAMES = ("topic", "group", "outcome", "key")


def parse_filter(line: str, limit: int, topics: Set[str] = frozenset()) -> EventFilter:
    """What a person typed as a filter. Values may be quoted: `key:"a b"`.

    A topic of which only a part has been typed, of one of `topics`, is looked for as a word. Raises ValueError with
    one line that says what to type, when `outcome:` names none.
    """
    named: dict[str, str] = {}
    words: list[str] = []
    for name, value in _pieces(line):
        if name is None:
            words.append(value)
        elif value:
            named[name] = value
    if (topic := named.get("topic")) and topic not in topics and any(topic in known for known in topics):
        words.append(named.pop("topic"))
    outcome = _outcome(named["outcome"]) if "outcome" in named else None
    return EventFilter(
        text=" ".join(words) or None,
        topic=named.get("topic"),
        group=named.get("group"),
        key=named.get("key"),
        outcome=outcome,
        limit=limit,
    )


def completed(line: str, topics: Set[str]) -> str | None:
    """The line with its last word completed: a name, a topic, an outcome. None where nothing completes it."""
    head, space, word = line.rpartition(" ")
    name, colon, value = word.partition(":")
    if not word or (colon and not value):
        return None
    offers = {"topic": sorted(topics), "outcome": list(get_args(Outcome))}.get(name, []) if colon else []
    candidates = [f"{name}:{offer}" for offer in offers] if colon else [f"{known}:" for known in NAMES]
    found = next((candidate for candidate in candidates if candidate.startswith(word) and candidate != word), None)
    return f"{head}{space}{found}" if found else None


def _pieces(line: str) -> list[tuple[str | None, str]]:
    found: list[tuple[str | None, str]] = []
    for word in _split(line):
        name, colon, value = word.partition(":")
        known = bool(colon) and name.lower() in NAMES
        found.append((name.lower(), value) if known else (None, word))
    return found


def _split(line: str) -> list[str]:
    """Words at spaces; spaces inside double quotes stay. An open quote (still being typed) ends at the line's end."""
    words, word, quoted = [], "", False
    for character in line:
        if character == '"':
            quoted = not quoted
        elif character.isspace() and not quoted:
            words.append(word)
            word = ""
        else:
            word += character
    return [word for word in [*words, word] if word]


def _outcome(value: str) -> Outcome | None:
    """The outcome that begins with what was typed, so that the list narrows while one types."""
    matches = [outcome for outcome in get_args(Outcome) if outcome.startswith(value.lower())]
    if not matches:
        raise ValueError(f"no outcome {value!r}: type one of {', '.join(get_args(Outcome))}")
    return cast(Outcome, value.lower() if value.lower() in matches else matches[0])
