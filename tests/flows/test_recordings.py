"""The recordings of real services: what the spans prove is found, and nothing is invented."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.flows.stores import fill, requests_of
from tests.flows.truth import Comparison, compare
from tracer.flows import open_flows

RECORDED = Path(__file__).parents[1] / "data" / "recorded"
NAMES = sorted(path.name.removesuffix(".pb.gz") for path in RECORDED.glob("*.pb.gz"))

PROVEN = ("parent", "link", "coordinates", "message-id", "headers")
"""What this release reconstructs by."""

HIDDEN_FROM_SPANS = {("ok", "retried"), ("ok", "dead-lettered"), ("ok", "error")}
"""A handling span that ended well while the handler failed elsewhere: in another thread, in a root span of its own."""


def test_there_are_recordings() -> None:
    assert len(NAMES) == 15


@pytest.fixture
def comparison(request: pytest.FixtureRequest, tmp_path: Path) -> Comparison:
    name = request.param
    requests = list(requests_of(gzip.decompress((RECORDED / f"{name}.pb.gz").read_bytes())))
    truth = json.loads(gzip.decompress((RECORDED / f"{name}.truth.json.gz").read_bytes()))
    with open_flows(fill(tmp_path, [requests])) as flows:
        result = compare(flows.graph(), truth)
    print(f"{name}: recall {result.recall():.3f}, precision {result.precision():.3f} of sure edges")
    return result


@pytest.mark.parametrize("comparison", NAMES, indirect=True)
def test_every_proven_edge_of_a_recording_is_found_and_no_sure_edge_is_invented(comparison: Comparison) -> None:
    assert comparison.missing(*PROVEN) == []
    assert comparison.invented() == []
    assert set(comparison.outcomes) <= HIDDEN_FROM_SPANS
    assert len(comparison.undecidable) <= 2
