"""The recordings of real services: what the spans prove is found, guesses are honest, and nothing sure is invented."""

from __future__ import annotations

import pytest

from tests.flows.recordings import LOST, NAMES, Recording, calibration, calibration_table, recording

pytestmark = pytest.mark.xdist_group("recordings")  # what is made of each once is made in one worker

GUESSED = {
    "aiokafka": 70,
    "concurrent": 80,
    "healthy": 30,
    "kafka-python-iter": 95,
    "kafka-python-poll": 40,
    "mixed-python": 30,
    "sampled": 14,
    "transactions": 170,
}
"""True edges that adjacency alone tells, at least; a few less than now, for rules that prove more take some over."""

RECALL = {"kafka-python-poll": 0.23, "sampled": 0.44, "mixed-all": 0.85, "mixed-python": 0.9}
"""Of all true edges the share that is found, where much left no span; elsewhere nearly all."""


def test_there_are_recordings() -> None:
    assert len(NAMES) == 18


@pytest.fixture
def recorded(request: pytest.FixtureRequest) -> Recording:
    each = recording(request.param)
    guesses = each.guesses()
    print(
        f"{each.name}: recall {each.comparison.recall():.3f}, precision {each.comparison.precision():.3f} of sure edges"
    )
    print(f"{each.name}: {sum(guesses)} of {len(guesses)} guesses true")
    return each


@pytest.mark.parametrize("recorded", NAMES, indirect=True)
def test_every_proven_edge_of_a_recording_is_found_and_no_sure_edge_is_invented(recorded: Recording) -> None:
    assert set(recorded.proven()) == {"found"}
    assert recorded.comparison.invented() == []
    assert len(recorded.comparison.undecidable) <= 2


@pytest.mark.parametrize("recorded", NAMES, indirect=True)
def test_attempts_and_outcomes_of_a_recording_are_those_that_happened(recorded: Recording) -> None:
    assert recorded.comparison.outcomes == ()
    assert recorded.comparison.miscounted == ()


@pytest.mark.parametrize("recorded", NAMES, indirect=True)
def test_guesses_find_most_of_what_nothing_proves(recorded: Recording) -> None:
    guesses = recorded.guesses()
    assert sum(guesses) >= GUESSED.get(recorded.name, 0)
    assert sum(guesses) >= 0.9 * len(guesses)
    assert recorded.comparison.recall() >= RECALL.get(recorded.name, 0.985)


@pytest.mark.parametrize("lost", [0.0, LOST])
def test_of_the_edges_told_at_a_confidence_about_that_share_is_true(lost: float) -> None:
    print(calibration_table(lost))
    for name, told, mean, true in calibration(recording(name, lost) for name in NAMES):
        chance = 0.5 / told**0.5
        assert -0.1 - chance <= true / told - mean <= 0.3 + chance, name  # too modest is better than too sure
