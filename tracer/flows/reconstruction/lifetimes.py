"""How long the relations of a sequence of statements are needed: until the last one that reads them has run."""

from __future__ import annotations

import re
from collections.abc import Sequence

MADE = re.compile(r"CREATE OR REPLACE TEMP (TABLE|VIEW) (\w+)")

COMMENT = re.compile(r"--.*")


def unread_after(statements: Sequence[str]) -> list[list[str]]:
    """For each of these SQL texts, in the order in which they run: the temporary tables made so far, by them, that no
    later one reads. A view reads what the text that makes it mentions, wherever it is read itself.
    """
    texts = [COMMENT.sub("", text) for text in statements]
    views: dict[str, set[str]] = {}
    last: dict[str, int] = {}  # tables, and where they are mentioned last
    for place, text in enumerate(texts):
        made = MADE.findall(text)
        words = set(re.findall(r"\w+", text))
        for kind, name in made:
            if kind == "TABLE":
                last.setdefault(name, place)
            else:
                views[name] = words
        for word in _with_what_is_behind(words, views):
            if word in last:
                last[word] = place
    return [[name for name, end in last.items() if end == place] for place in range(len(texts))]


def _with_what_is_behind(words: set[str], views: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    left = set(words)
    while left:
        word = left.pop()
        if word not in found:
            found.add(word)
            left |= views.get(word, set())
    return found
