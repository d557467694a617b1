"""A test that is marked with answers of a check must have had them: docs/checks.md is made of these marks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.checks.checking import SAID


@pytest.fixture(autouse=True)
def said_as_marked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Holds `says` marks against what the product said while the test ran."""
    SAID.clear()
    yield
    for mark in request.node.iter_markers("says"):
        check, *answers = mark.args
        assert {(check, answer) for answer in answers} <= SAID
