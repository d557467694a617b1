"""Which topics are for retries and dead letters, by the names that frameworks and teams give them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

_DELAY = r"([._-]?\d+(ms|s|sec|m|min|h|d)?)?$"
_RETRY = re.compile(
    rf"[._-](retry|retries){_DELAY}|[._-]retry[._-]|(?-i:[a-z\d](Retry|Retries)){_DELAY}",
    re.IGNORECASE,
)
_DEAD_LETTER = re.compile(
    r"[._-](dlq|dlt|dead|errors?|poison|parking[._-]?lot|skipped)$|[._-](dlq|dlt)[._-]|(?-i:[a-z\d](DLQ|DLT|Dlq|Dlt))$"
    r"|dead[._-]?letters?([._-]?(queue|topic)s?)?$|^dead[._-]?letters?[._-]|^dlq[._-]|^error\.",
    re.IGNORECASE,
)


@lru_cache(maxsize=1024)
def purpose(topic: str) -> Literal["retry", "dead-letter"] | None:
    """What a topic's name says that it is for; None for an ordinary topic."""
    if _DEAD_LETTER.search(topic):
        return "dead-letter"
    return "retry" if _RETRY.search(topic) else None
