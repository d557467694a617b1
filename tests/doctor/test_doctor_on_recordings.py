"""What the doctor says of the recordings is true of their clients and of what happened."""

from __future__ import annotations

import pytest

from tests.doctor.diagnosed import diagnosed, truth
from tests.flows.recordings import NAMES
from tracer.doctor.model import Finding

pytestmark = pytest.mark.xdist_group("recordings")  # what is made of each once is made in one worker

WAYS: dict[str | None, set[str]] = {
    None: {"poll-unseen"},
    "aiokafka": {"handler-scope", "offset-sent", "retry-origin", "stale-context"},
    "confluent-kafka-python": {
        "batch", "group", "offset-received", "offset-sent", "retry-origin", "sender-unseen", "stale-context",
        "thread-context",
    },
    "franz-go": {"handler-scope"},
    "java-kafka-clients": {"sends-missing"},
    "kafka-python": {
        "group", "handler-scope", "offset-received", "offset-sent", "poll-unseen", "retry-origin", "stale-context",
    },
    "kafkajs": {"batch", "group", "no-context", "offset-sent", "retry-origin"},
}  # fmt: skip
"""What the instrumentations are known not to tell, by their sources: all that may be said of each."""


def told(name: str) -> list[tuple[str, Finding]]:
    return [(service.name, finding) for service in diagnosed(name) for finding in service.findings]


@pytest.mark.parametrize("name", NAMES)
def test_no_more_is_said_of_a_client_than_it_lacks(name: str) -> None:
    assert [
        (service, finding.symptom)
        for service, finding in told(name)
        if finding.symptom not in WAYS[finding.instrumentation.client]
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_services_whose_poll_is_not_traced_are_those_that_read_unseen(name: str) -> None:
    seen: dict[str, bool] = {}
    for item in truth(name)["processings"]:
        seen[item["service"]] = seen.get(item["service"], False) or item["recorded"]
    unseen = {service for service, recorded in seen.items() if not recorded}
    assert {service for service, finding in told(name) if finding.symptom == "poll-unseen"} == unseen


@pytest.mark.parametrize("name", NAMES)
def test_contexts_are_stale_or_missing_only_where_records_carried_several(name: str) -> None:
    several = {event["topic"] for event in truth(name)["events"] if event["contexts"] > 1}
    for _, finding in told(name):
        if finding.symptom in ("stale-context", "no-context"):
            assert set(finding.what.partition(", in ")[2].split(", ")) <= several, finding


@pytest.mark.parametrize("name", NAMES)
def test_spans_are_said_to_be_missing_only_where_they_were_sampled_away(name: str) -> None:
    said = {finding.symptom for _, finding in told(name)} & {"sends-missing", "sender-unseen", "sampled"}
    was_sampled = any(fault["fault"] == "sampling" for fault in truth(name)["faults"])
    assert bool(said) == was_sampled


def test_the_share_of_missing_sends_is_the_true_one() -> None:
    (finding,) = (
        finding for service, finding in told("sampled") if (service, finding.symptom) == ("web", "sends-missing")
    )
    sent = [event for event in truth("sampled")["events"] if event["service"] == "web"]
    true_share = sum(not event["sendRecorded"] for event in sent) / len(sent)
    assert finding.effects[0].share == pytest.approx(true_share, abs=0.1)  # what was sent before the first is not known


@pytest.mark.parametrize("name", NAMES)
def test_a_group_is_said_to_be_untold_for_every_attempt_of_a_client_or_for_none(name: str) -> None:
    assert all(finding.count == finding.total for _, finding in told(name) if finding.symptom == "group")
