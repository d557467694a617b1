"""A reconstructed graph held against the services' own truth, by ids: precision and recall, and what differs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

EVENT_FIELDS = ("topic", "partition", "offset", "key", "service", "traceId", "spanId")
PROCESSING_FIELDS = ("event", "group", "service", "attempt", "outcome")


@dataclass(frozen=True)
class Comparison:
    """One kind of thing: those that only the truth has, those that only the graph has, and how many both have."""

    kind: str
    missing: frozenset[Hashable]
    invented: frozenset[Hashable]
    common: int

    @property
    def recall(self) -> float:
        return self.common / ((self.common + len(self.missing)) or 1)

    @property
    def precision(self) -> float:
        return self.common / ((self.common + len(self.invented)) or 1)


def compare(truth: Mapping[str, Any], graph: Mapping[str, Any]) -> list[Comparison]:
    """Events and processings by id, then with what is known of them; edges by ends and kind; groups must be told."""
    return [
        _compare("event", truth["events"], graph["events"], ("id",)),
        _compare("event as it was sent", truth["events"], graph["events"], ("id", *EVENT_FIELDS)),
        _compare("processing", truth["processings"], graph["processings"], ("id",)),
        _compare("attempt and outcome", truth["processings"], graph["processings"], ("id", *PROCESSING_FIELDS)),
        _compare("edge", truth["edges"], graph["edges"], ("from", "to", "kind")),
    ]


def assert_equal(truth: Mapping[str, Any], graph: Mapping[str, Any]) -> None:
    """Fail with what is missing and what is invented unless precision and recall are 1.0 everywhere."""
    for kind in ("events", "processings", "edges"):
        assert truth[kind], f"the truth has no {kind}"
    assert all(item["groupKnown"] for item in graph["processings"])
    for item in compare(truth, graph):
        detail = (
            f"{item.kind}: missing {sorted(map(str, item.missing))[:5]}, invented {sorted(map(str, item.invented))[:5]}"
        )
        assert (item.precision, item.recall) == (1.0, 1.0), detail


def _compare(
    kind: str, truth: Iterable[Mapping[str, Any]], graph: Iterable[Mapping[str, Any]], fields: tuple[str, ...]
) -> Comparison:
    told, found = list(truth), list(graph)
    expected = frozenset(tuple(item[field] for field in fields) for item in told)
    actual = frozenset(tuple(item[field] for field in fields) for item in found)
    assert len(expected) == len(told), f"the truth tells a thing twice: {kind}"
    assert len(actual) == len(found), f"the graph has a thing twice: {kind}"
    return Comparison(kind, expected - actual, actual - expected, len(expected & actual))
