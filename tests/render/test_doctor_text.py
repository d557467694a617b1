"""What the doctor found, as text."""

from __future__ import annotations

from tracer.doctor.model import Effect, Finding, Instrumentation, Service
from tracer.render.doctor import doctor_text

CONFLUENT = Instrumentation(
    "confluent-kafka-python", "opentelemetry.instrumentation.confluent_kafka", "0.66b1", "python"
)


def finding(symptom: str, what: str, remedy: str | None, *effects: Effect, count: int = 2) -> Finding:
    return Finding(symptom, what, count, 2, CONFLUENT, effects, remedy)


def service(name: str, *findings: Finding) -> Service:
    return Service(name, 10, "python", (CONFLUENT,), findings)


def test_a_service_that_lacks_something_is_a_block_and_the_others_are_one_line_each() -> None:
    lacking = service(
        "billing",
        finding("group", "no span tells the group", "set it", Effect("group", 2, 2)),
        finding("offset-sent", "no offsets", "set it", Effect("offset", 1, 2), count=1),
        finding("batch", "one span for all", None, Effect("duration", 2, 2)),
    )
    assert doctor_text([lacking, service("shop")], 80, colour=False) == (
        "✓ shop  nothing to mend\n"
        "\n"
        "! billing  opentelemetry.instrumentation.confluent_kafka 0.66b1\n"
        "  no span tells the group\n"
        "    2 of 2 attempts under the service's name, not their group's\n"
        "  no offsets (1 of 2)\n"
        "    1 of 2 events without an offset\n"
        "    → set it\n"
        "  one span for all\n"
        "    2 of 2 attempts without a duration of their own\n"
        "    → nothing is known to mend it\n"
    )


def test_every_line_fits_and_a_line_of_code_is_not_broken_at_a_hyphen() -> None:
    remedy = "OTEL_RESOURCE_ATTRIBUTES=service.instance.id=$(hostname)-$$ and more words that make this line a long one"
    text = doctor_text([service("b" * 50, finding("instance", "word " * 40, remedy))], 80, colour=False)
    assert max(map(len, text.splitlines())) <= 80
    assert "$(hostname)-$$ " in text.replace("\n", " ")


def test_names_of_strangers_are_shown_not_obeyed() -> None:
    text = doctor_text([service("evil\x1b[2J", finding("group", "in \x07topic", "set it"))], 80, colour=False)
    assert "\x1b" not in text
    assert "\x07" not in text


def test_a_store_without_spans_says_so() -> None:
    assert doctor_text([], 80, colour=False) == "no services: the store has no spans there\n"
