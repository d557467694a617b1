"""What broke is told by the checks, whatever the names of groups, topics and fields."""

from __future__ import annotations

from pathlib import Path

from demo.findings import find_failures
from tests.flows.spans import Story
from tracer.flows import open_flows


def orders(path: Path, broken: dict[str, set[int]]) -> Path:
    """A store of ten orders that two groups handle, and where which of them fails."""
    story = Story()
    for n in range(10):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        for group in ("billing", "stock"):
            error = "KeyError" if n in broken.get(group, set()) else None
            told = {"partition": 0, "offset": n, "group": group, "error": error}
            story.process("orders", group, (n * 20 + 5, n * 20 + 10), parent=send, **told)
    return story.store(path)


def test_the_group_that_fails_most_comes_first_with_the_last_healthy_event(tmp_path: Path) -> None:
    store = orders(tmp_path, {"billing": set(range(6, 10)), "stock": {2, *range(7, 10)}})
    with open_flows(store) as flows:
        first, second = find_failures(store, flows.graph())
    assert (first.problem.group, first.first, first.healthy) == ("billing", "kafka://orders/0/6", "kafka://orders/0/5")
    assert (second.problem.group, second.first) == ("stock", "kafka://orders/0/7")
    assert first.sentence().startswith("broken: group billing, first event kafka://orders/0/6, ")


def test_where_nothing_fails_there_is_nothing_to_tell(tmp_path: Path) -> None:
    store = orders(tmp_path, {})
    with open_flows(store) as flows:
        assert find_failures(store, flows.graph()) == ()
