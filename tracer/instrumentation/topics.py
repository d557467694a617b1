"""Which topics are for retries and dead letters, by the names that frameworks and teams give them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

_RETRY = re.compile(r"[._-](retry|retries)([._-]?\d+)?$", re.IGNORECASE)
_DEAD_LETTER = re.compile(
    r"[._-](dlq|dlt|dead[._-]?letter(s)?|error|errors|poison|parking[._-]?lot|skipped)$"
    r"|^dlq[._-]|^dead-letter-topic-|^error\.",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def purpose(topic: str) -> Literal["retry", "dead-letter"] | None:
    """What a topic's name says that it is for; None for an ordinary topic."""
    if _DEAD_LETTER.search(topic):
        return "dead-letter"
    return "retry" if _RETRY.search(topic) else None
