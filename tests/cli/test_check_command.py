"""`tracer check`: what it prints, in each format, and its exit status."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Tracer
from tests.flows.spans import Story
from tracer.checks import flow


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    story = Story()
    send = story.send("orders", "shop", 0, partition=0, offset=1)
    story.process("orders", "billing", (5, 9), parent=send, partition=0, offset=1, group="billing")
    return story.store(tmp_path_factory.mktemp("healthy") / "store")


def test_problems_are_told_and_make_the_status_1(tracer: Tracer) -> None:
    answer = tracer("check")
    assert answer.status == 1
    assert answer.err == ""
    assert "✗ dead-letters  1 dead letter in user-created.crm.dlq by group crm-sync" in answer.out
    assert answer.out.endswith("1 problem\n")
    assert max(map(len, answer.out.splitlines())) <= 80


def test_json_has_the_documented_shape(tracer: Tracer) -> None:
    answer = tracer("check", "--format", "json")
    (problem,) = answer.json["problems"]
    assert answer.json["unknown"] == []
    assert (problem["check"], problem["subject"], problem["count"]) == ("dead-letters", "crm-sync", 1)
    assert problem["evidence"] == ["kafka://user-created.crm.dlq/0/0"]
    assert list(problem) == [
        "check", "subject", "topic", "group", "count", "firstAt", "lastAt", "message", "evidence", "confidence",
    ]  # fmt: skip


def test_junit_has_a_case_for_each_check_and_a_failure_for_each_problem(tracer: Tracer) -> None:
    answer = tracer("check", "dead-letters", "lost", "--format", "junit")
    suite = ElementTree.fromstring(answer.out.encode())[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "1", "0")
    assert [(case.get("classname"), len(case)) for case in suite] == [("tracer.dead-letters", 1), ("tracer.lost", 0)]


def test_markdown_is_a_list(tracer: Tracer) -> None:
    answer = tracer("check", "--format", "markdown")
    assert answer.out.startswith("**1 problem**\n\n- **dead-letters** 1 dead letter in user-created.crm.dlq by ")


def test_no_problems_is_status_0(tracer: Tracer, healthy: Path) -> None:
    answer = tracer("check", "--store", str(healthy))
    assert answer.status == 0
    assert answer.out == (
        "delivery as observed\n"
        "  orders → billing  unknown: too few to tell: 1\n\n"
        "– business-duplicate  not looked for: no send span that was looked at carries\n"
        "    messaging.message.body.hash\n"
        "no problems\n"
    )


def test_where_nothing_can_be_looked_at_no_check_passes(tracer: Tracer, tmp_path: Path) -> None:
    story = Story()
    story.span("GET /", "web", (0, 5))
    store = str(story.store(tmp_path / "store"))
    answer = tracer("check", "--store", store)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == (
        "– 15 checks  not looked for: no span tells of a message\nno problems, 15 checks did not look\n"
    )
    suite = ElementTree.fromstring(tracer("check", "lost", "--store", store, "--format", "junit").out.encode())[0]
    assert (suite.get("tests"), suite.get("skipped")) == ("1", "1")


def test_a_time_in_which_nothing_came_is_told_from_one_without_problems(tracer: Tracer) -> None:
    answer = tracer("check", "lost", "--since", "2100-01-01T00:00:00Z")
    assert answer.status == 0
    assert "not looked for: no span tells of a message in the time that is asked for" in answer.out.replace(
        "\n    ", " "
    )


def test_json_tells_delivery_as_observed_and_what_was_not_looked_for(tracer: Tracer) -> None:
    told = tracer("check", "--format", "json").json
    assert [each["check"] for each in told["notLookedFor"]] == ["business-duplicate"]
    of = {(each["topic"], each["group"]): each for each in told["guarantees"]}
    assert of["user-created", "crm-sync"]["lost"] == 0
    assert list(of["user-created", "crm-sync"]) == [
        "topic", "group", "observed", "events", "lost", "redelivered", "bound", "reason",
    ]  # fmt: skip


def test_a_name_that_is_no_check_is_wrong_use(tracer: Tracer) -> None:
    answer = tracer("check", "nope")
    assert answer.status == 2
    assert answer.err.startswith("tracer: no check is called nope")
    assert "did you mean failing?" in tracer("check", "failling").err


def test_a_period_without_problems_is_fine(tracer: Tracer) -> None:
    assert tracer("check", "--until", "2020-01-01").status == 0


def test_the_view_problems_has_what_the_checks_found(tracer: Tracer) -> None:
    (row,) = tracer("sql", "--format", "json", 'SELECT "check", subject, count, evidence FROM problems').json
    assert row == {
        "check": "dead-letters",
        "subject": "crm-sync",
        "count": 1,
        "evidence": ["kafka://user-created.crm.dlq/0/0"],
    }


def test_a_group_that_no_span_tells_is_marked_and_the_mark_explained(tracer: Tracer, tmp_path: Path) -> None:
    story = Story()
    for n in range(40):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "error": "KeyError" if n >= 30 else None}
        story.process("orders", "billing", (n * 20 + 5, n * 20 + 9), parent=send, **told)
    store = str(story.store(tmp_path / "store"))
    shown = tracer("check", "--store", store).out
    assert "✗ failing  broken: group ~billing, first event kafka://orders/0/30" in shown
    assert "orders → ~billing" in shown
    assert shown.endswith("~ the name of a service: no span tells its group\n")
    assert tracer("check", "--store", store, "--format", "json").json["problems"][0]["group"] == "billing"


def test_ids_of_evidence_are_told_whole(tracer: Tracer, tmp_path: Path) -> None:
    story = Story()
    for n in range(40):
        send = story.send("orders-of-the-north-western-region", "shop", n * 20, partition=0, offset=n)
        told = {"partition": 0, "offset": n, "group": "billing", "error": "KeyError" if n >= 30 else None}
        story.process("orders-of-the-north-western-region", "billing", (n * 20 + 5, n * 20 + 9), parent=send, **told)
    shown = tracer("check", "failing", "--store", str(story.store(tmp_path / "store"))).out
    assert "    kafka://orders-of-the-north-western-region/0/30#billing@1 and 9 more\n" in shown


def test_a_flow_tells_its_own_problems(tracer: Tracer) -> None:
    broken, healthy = "kafka://user-created/0/8", "kafka://user-created/0/7"
    assert [found["check"] for found in tracer("show", broken, "--format", "json").json["problems"]] == ["dead-letters"]
    assert tracer("show", healthy, "--format", "json").json["problems"] == []
    assert "✗ dead-letters  1 dead letter in user-created.crm.dlq by group crm-sync" in tracer("show", broken).out
    for form in ("html", "svg", "mermaid", "dot"):
        assert "⚠ dead-letters" in tracer("show", broken, "--format", form).out


def test_the_path_of_an_event_tells_what_is_undecided_of_it(tracer: Tracer, tmp_path: Path) -> None:
    story = Story()
    for n in range(60):
        send = story.send("orders", "shop", n * 20, partition=0, offset=n)
        if n != 17:
            told = {"partition": 0, "offset": n, "group": "billing"}
            story.process("orders", "billing", (n * 20 + 5, n * 20 + 9), parent=send, **told)
    store = str(story.store(tmp_path / "store"))
    shown = tracer("show", "kafka://orders/0/17", "--store", store)
    assert (shown.status, shown.err) == (0, "")
    assert "? lost  group billing passed 1 event of orders that no span shows it handled" in shown.out
    assert shown.out.endswith("no problems, 1 undecided\n")
    assert (
        "? lost: group billing passed"
        in tracer("show", "kafka://orders/0/17", "--store", store, "--format", "html").out
    )
    assert "undecided" not in tracer("show", "kafka://orders/0/16", "--store", store).out


def test_in_a_large_store_a_flow_says_in_which_time_its_problems_were_looked_for(
    tracer: Tracer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "ATTEMPTS", 1)
    answer = tracer("show", "kafka://user-created.crm.dlq/0/0")
    assert answer.status == 0
    assert "problems were looked for from 20" in answer.err
    assert "`tracer check` looks at all" in answer.err
