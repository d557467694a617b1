"""What mends a symptom: by client, by language, by nothing; and that it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doctor.examined import findings
from tests.flows.spans import Story
from tracer.doctor.clients import client_of
from tracer.doctor.model import Instrumentation
from tracer.doctor.remedies import OF_ANY, OF_CLIENT, OF_LANGUAGE, OF_OWN_SPANS, remedy
from tracer.doctor.symptoms import SYMPTOMS

AIOKAFKA = "opentelemetry.instrumentation.aiokafka"


@pytest.mark.parametrize(
    ("scope", "client"),
    [
        ("opentelemetry.instrumentation.kafka", "kafka-python"),
        ("io.opentelemetry.kafka-clients-0.11", "java-kafka-clients"),
        ("github.com/twmb/franz-go/plugin/kotel", "franz-go"),
        ("opentelemetry.instrumentation.kafka_other", None),
        ("mycompany.kafka", None),
        (None, None),
    ],
)
def test_a_scope_tells_the_client(scope: str | None, client: str | None) -> None:
    assert client_of(scope) == client


def test_a_client_of_its_own_goes_before_what_helps_any() -> None:
    assert "tracer run" in str(remedy("handler-scope", Instrumentation("kafka-python", None, None, "python")))
    assert "process span" in str(remedy("handler-scope", Instrumentation(None, "mine", None, "go")))


def test_where_nothing_is_known_nothing_is_said() -> None:
    assert remedy("batch", Instrumentation("java-kafka-clients", None, None, "java")) is None
    assert remedy("group", Instrumentation(None, "OpenTelemetry.Instrumentation.Other", None, "go")) is None


def test_spans_that_a_services_own_code_opens_are_mended_there() -> None:
    assert "where your code opens" in str(remedy("group", Instrumentation(None, "mine", None, "go")))


def test_remedies_are_of_symptoms_that_there_are() -> None:
    named = {*OF_ANY, *OF_OWN_SPANS, *(symptom for _, symptom in (*OF_CLIENT, *OF_LANGUAGE))}
    assert named <= {symptom.name for symptom in SYMPTOMS}


def test_a_process_span_of_its_own_mends_a_client_whose_span_ends_too_early() -> None:
    story = Story()
    for number in range(4):
        at = number * 100
        send = story.send("orders", "shop", at, partition=0, offset=number)
        told = {"partition": 0, "offset": number, "group": "billing-group"}
        story.receive("orders", "billing", at + 5, parent=send, scope=AIOKAFKA, **told)
        process = story.process("orders", "billing", (at + 7, at + 30), parent=send, scope="app", **told)
        story.send("invoices", "billing", at + 9, parent=process, partition=0, offset=number)
    assert findings(story, "billing") == []


def test_the_manual_names_every_symptom() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "manual" / "commands.md").read_text(encoding="utf-8")
    assert [symptom.name for symptom in SYMPTOMS if f"`{symptom.name}`" not in manual] == []
