"""`tracer doctor`: what it prints, and its exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.flows.spans import Story

KAFKA_PYTHON = "opentelemetry.instrumentation.kafka"


@pytest.fixture(scope="module")
def gaps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store where billing's spans lack the group and everything of shop's is told."""
    story = Story()
    for number in range(3):
        send = story.send("orders", "shop", number * 10, partition=0, offset=number)
        told = {"partition": 0, "offset": number, "scope": KAFKA_PYTHON}
        story.process("orders", "billing", (number * 10 + 2, number * 10 + 5), parent=send, **told)
    return story.store(tmp_path_factory.mktemp("gaps") / "store")


def test_what_is_lacking_is_told_with_what_suffers_and_what_mends_it(tracer: Tracer, gaps: Path) -> None:
    answer = tracer("doctor", "--store", str(gaps))
    assert (answer.status, answer.err) == (0, "")
    assert "✓ shop  nothing to mend" in answer.out
    assert "3 of 3 attempts under the service's name" in answer.out
    assert "→ start it with `tracer run -- CMD`" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80


def test_json_has_the_documented_shape(tracer: Tracer, gaps: Path) -> None:
    (service,) = tracer("doctor", "billing", "--store", str(gaps), "--format", "json").json["services"]
    (finding,) = service["findings"]
    assert (service["service"], finding["symptom"], finding["count"], finding["total"]) == ("billing", "group", 3, 3)
    assert finding["suffers"] == [{"answer": "group", "count": 3, "total": 3, "share": 1.0}]
    assert finding["instrumentation"] == {
        "client": "kafka-python", "scope": KAFKA_PYTHON, "version": None, "language": None,
    }  # fmt: skip


def test_a_period_without_spans_has_no_services(tracer: Tracer, gaps: Path) -> None:
    answer = tracer("doctor", "--store", str(gaps), "--until", "2001-01-01", "--format", "json")
    assert (answer.status, answer.json) == (0, {"services": []})


def test_a_service_without_spans_makes_the_status_1(tracer: Tracer, gaps: Path) -> None:
    answer = tracer("doctor", "biling", "--store", str(gaps))
    assert answer.status == 1
    assert "no span of a service biling" in answer.err
