"""The recordings under tests/data/recorded, each reconstructed and held against its truth; and the tables of it that
docs/recordings.md shows.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from tests.flows.stores import graph_of, requests_of
from tests.flows.truth import SURE, Comparison, compare
from tracer.flows.model import Edge
from tracer.formats.otlp_protobuf import decode

DIRECTORY = Path(__file__).parents[1] / "data" / "recorded"
NAMES = sorted(path.name.removesuffix(".pb.gz") for path in DIRECTORY.glob("*.pb.gz"))

UNPROVEN = ("adjacency", "none")
"""What the truth files call edges that nothing in the recording proves."""

LOST = 0.3
"""The share of spans that is taken away to see what guesses are worth where spans get lost."""

BUCKETS = ((0.0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, SURE), (SURE, 1.01))
"""Confidences, from and up to, that the calibration counts together."""


@dataclass(frozen=True)
class Recording:
    """A recording, what is truly in it, and what was told of it."""

    name: str
    spans: int
    truth: Mapping[str, Any]
    comparison: Comparison

    def proven(self) -> list[str]:
        """Edges of the truth that something proves, each as `found`, `unsure` or `missing`."""
        found = self.comparison.found
        return [
            "missing" if step not in found else "found" if found[step].confidence >= SURE else "unsure"
            for step, proof in self.comparison.truth.items()
            if proof not in UNPROVEN
        ]

    def told(self) -> Iterator[tuple[Edge, bool]]:
        """Every edge that was told, with whether it is true; without those that no span can decide."""
        for step, edge in self.comparison.found.items():
            yield edge, step in self.comparison.truth
        for edge in self.comparison.unmatched:
            yield edge, False

    def guesses(self) -> list[bool]:
        """Of the edges that adjacency alone tells, which are true."""
        return [true for edge, true in self.told() if edge.method == "adjacency"]


@cache
def recording(name: str, lost: float = 0.0) -> Recording:
    """A recording by its name, reconstructed once. A share of its spans is `lost`, each by itself."""
    requests = list(requests_of(gzip.decompress((DIRECTORY / f"{name}.pb.gz").read_bytes())))
    truth = json.loads(gzip.decompress((DIRECTORY / f"{name}.truth.json.gz").read_bytes()))
    spans = decode(requests, [1] * len(requests)).spans
    chance = Random(name)
    spans = spans.filter(pa.array([chance.random() >= lost for _ in range(spans.num_rows)]))
    return Recording(name, spans.num_rows, truth, compare(graph_of(spans), truth))


def calibration(recordings: Iterable[Recording]) -> list[tuple[str, int, float, int]]:
    """Of each bucket its name, how many edges were told, their mean confidence, and how many are true."""
    told = [(edge.confidence, true) for each in recordings for edge, true in each.told()]
    rows = []
    for low, high in BUCKETS:
        inside = [(confidence, true) for confidence, true in told if low <= confidence < high]
        if inside:
            name = f"{low:.1f} up to {high:.1f}" if high <= SURE else f"{low:.1f} to 1.0"
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            rows.append((name, len(inside), mean, sum(true for _, true in inside)))
    return rows


def recordings_table() -> str:
    """One row a recording, as Markdown."""
    told = (
        "edges, true",
        "provable",
        "found",
        "provable found",
        "sure and true",
        "arrived, not handled",
        "adjacency told",
        "of these true",
    )
    heads = ("recording", "spans", "events", *told)
    return _table(heads, (_row(recording(name)) for name in NAMES))


def calibration_table(lost: float = 0.0) -> str:
    """The calibration over all recordings, as Markdown. A share of the spans is `lost`."""
    rows = (
        (name, told, f"{mean:.2f}", true, f"{true / told:.2f}")
        for name, told, mean, true in calibration(recording(name, lost) for name in NAMES)
    )
    return _table(("confidence", "edges told", "mean confidence", "true", "share true"), rows)


def _row(each: Recording) -> tuple[object, ...]:
    proven, guesses, comparison = each.proven(), each.guesses(), each.comparison
    return (
        each.name,
        each.spans,
        len(each.truth["events"]),
        len(comparison.truth),
        len(proven),
        f"{comparison.recall():.1%}",
        f"{proven.count('found') / len(proven):.1%}",
        f"{comparison.precision():.1%}",
        len(comparison.undecidable),
        len(guesses),
        sum(guesses),
    )


def _table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    heads = tuple(heads)
    lines = [heads, ("---", *["---:"] * (len(heads) - 1)), *rows]
    return "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)
