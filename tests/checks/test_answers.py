"""Every check is seen to give every answer, and the page of the checks tells by which tests."""

from __future__ import annotations

import pytest

from tests.checks.answers import ANSWERS, seen


@pytest.mark.parametrize(("check", "answers"), ANSWERS.items())
def test_a_test_sees_each_answer_of_each_check(check: str, answers: tuple[str, ...]) -> None:
    told = seen()
    assert [answer for answer in answers if (check, answer) not in told] == []


def test_marks_name_checks_and_answers() -> None:
    assert {mark for mark in seen() if mark[1] not in ANSWERS.get(mark[0], ())} == set()
