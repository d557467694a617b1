"""The faults that the truth files of the recordings list are found, and nothing else is reported."""

from __future__ import annotations

import pytest

from tests.checks.faults import judged
from tests.flows.recordings import NAMES

pytestmark = pytest.mark.xdist_group("recordings")  # what is made of each once is made in one worker


@pytest.mark.parametrize("name", NAMES)
def test_what_spans_can_show_of_a_recordings_faults_is_found_and_nothing_is_invented(name: str) -> None:
    each = judged(name)
    assert each.missed() == []
    assert each.false == ()


def test_nothing_at_all_is_said_of_the_healthy_recording() -> None:
    assert (judged("healthy").report.problems, judged("healthy").report.unknown) == ((), ())


def test_a_sampled_recording_has_no_problems() -> None:
    assert judged("sampled").report.problems == ()


def test_only_losses_that_a_dead_instances_unsent_spans_or_an_abort_would_explain_are_left_undecided() -> None:
    each = {(name, fault.check) for name in NAMES for fault in judged(name).open()}
    dead = ("aiokafka", "confluent", "java-newsemconv", "kafka-python-iter", "kafkajs-batch", "kafkajs-message")
    assert each <= {(name, "lost") for name in (*dead, "transactions")}  # no span tells that a transaction was aborted
