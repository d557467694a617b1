"""The commands that read flows: on a real store, through the command line's own entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Tracer
from tests.cli.stories import SEND_8, TRACE_7, TRACE_8

BROKEN, HEALTHY = "kafka://user-created/0/8", "kafka://user-created/0/7"
DEAD, SENT = "kafka://user-created.crm.dlq/0/0", "kafka://email-sent/0/3"


def ids(rows: list[dict[str, str]]) -> list[str]:
    return [row["id"] for row in rows]


def test_events_are_listed_newest_first(tracer: Tracer) -> None:
    assert ids(tracer("events", "--format", "json").json) == [DEAD, BROKEN, SENT, HEALTHY]
    lines = tracer("events").out.splitlines()
    assert len(lines) == 5
    assert "user-created/0/8" in lines[2]
    assert all(len(line) <= 80 for line in lines)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["CREATED"], [DEAD, BROKEN, HEALTHY]),
        (["--topic", "user-created"], [BROKEN, HEALTHY]),
        (["--group", "crm-sync"], [BROKEN]),
        (["--outcome", "dead-lettered"], [BROKEN]),
        (["--key", "u-1", "--limit", "1"], [DEAD]),
        (["--since", "2026-11-24T06:11:01.2Z", "--until", "2026-11-24T06:11:01.24Z"], [BROKEN]),
        (["--since", "1s ago"], []),
    ],
)
def test_events_are_narrowed_by_options(tracer: Tracer, options: list[str], found: list[str]) -> None:
    assert ids(tracer("events", *options, "--format", "json").json) == found


def test_no_event_that_matches_is_an_empty_list_and_no_error(tracer: Tracer) -> None:
    answer = tracer("events", "--topic", "absent", "--format", "json")
    assert (answer.status, answer.json) == (0, [])
    answer = tracer("events", "--topic", "absent")
    assert (answer.status, answer.out) == (0, "")
    assert "no events match" in answer.err


def test_the_path_of_an_event_tells_who_failed_and_where_the_dead_letter_is(tracer: Tracer) -> None:
    answer = tracer("show", BROKEN)
    assert answer.status == 0
    assert "† crm-sync  dead-lettered" in answer.out
    assert "KeyError: 'address'" in answer.out
    assert "† user-created.crm.dlq/0/0  ⚠ dead-letters" in answer.out
    assert "✓ email-senders  ok" in answer.out
    assert all(len(line) <= 80 for line in answer.out.splitlines())


def test_the_path_as_json_is_the_graph_of_that_flow(tracer: Tracer) -> None:
    shown = tracer("show", BROKEN, "--format", "json").json
    assert list(shown) == ["events", "processings", "edges", "problems"]
    assert set(ids(shown["events"])) == {BROKEN, DEAD}
    assert {(row["id"], row["outcome"]) for row in shown["processings"]} == {
        (f"{BROKEN}#email-senders@1", "ok"),
        (f"{BROKEN}#crm-sync@1", "dead-lettered"),
    }
    assert {
        "from": f"{BROKEN}#crm-sync@1",
        "to": DEAD,
        "kind": "dead-lettered",
        "method": "parent",
        "confidence": 1.0,
    } in (shown["edges"])


@pytest.mark.parametrize("asked", [TRACE_7, "7000000000000001", "7000000000000002", "key=u-1", HEALTHY])
def test_an_event_is_asked_for_by_id_key_trace_or_span(tracer: Tracer, asked: str) -> None:
    answer = tracer("show", asked)
    assert answer.status == 0
    assert answer.out.startswith("kafka://user-created.crm.dlq" if asked == "key=u-1" else HEALTHY)


def test_up_and_down_show_one_side_only(tracer: Tracer) -> None:
    assert set(ids(tracer("show", SENT, "--down", "--format", "json").json["events"])) == {SENT}
    assert set(ids(tracer("show", SENT, "--up", "--format", "json").json["events"])) >= {SENT, HEALTHY}
    assert "caused by" in tracer("show", SENT).out


def test_the_whole_flow_is_what_the_first_cause_caused(tracer: Tracer) -> None:
    alone = tracer("show", DEAD, "--format", "json").json
    assert {row["group"] for row in alone["processings"]} == {"crm-sync"}
    whole = tracer("show", DEAD, "--whole", "--format", "json").json
    assert {row["group"] for row in whole["processings"]} == {"crm-sync", "email-senders"}


def test_evidence_is_told_in_json_when_asked_for(tracer: Tracer) -> None:
    edges = tracer("show", BROKEN, "--evidence", "--format", "json").json["edges"]
    dead = next(edge for edge in edges if edge["to"] == DEAD)
    assert (dead["evidence"][0]["method"], dead["evidence"][0]["confidence"]) == ("parent", 1.0)
    assert set(dead["evidence"][0]) == {"method", "confidence", "traceId", "spanId", "detail"}


def test_a_limit_keeps_the_nearest_and_counts_the_rest(tracer: Tracer) -> None:
    answer = tracer("show", BROKEN, "--limit", "1", "--format", "json")
    assert ids(answer.json["events"]) == [BROKEN]
    assert "3 nodes of this flow are left out" in answer.err


def test_the_critical_path_leads_to_the_end_of_what_ended_last_or_of_one_group(tracer: Tracer) -> None:
    answer = tracer("show", HEALTHY, "--critical-path")
    assert (answer.status, "until email-senders was done" in answer.out) == (0, True)
    shown = tracer("show", BROKEN, "--until", "email-senders", "--format", "json").json
    assert list(shown) == ["events", "processings", "edges", "problems", "criticalPath", "clocks"]
    path = shown["criticalPath"]
    assert (path["until"], path["durationNs"]) == (f"{BROKEN}#email-senders@1", 25_000_000)
    assert [(one["kind"], one["durationNs"]) for one in path["segments"]] == [
        ("queue", 5_000_000),
        ("work", 20_000_000),
    ]


def test_a_critical_path_until_a_group_that_handled_nothing_is_not_found_in_one_line(tracer: Tracer) -> None:
    answer = tracer("show", BROKEN, "--until", "nobody")
    assert (answer.status, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert "crm-sync, email-senders" in answer.err


def test_the_other_events_of_a_key_are_counted_on_stderr_and_listed_by_all(tracer: Tracer) -> None:
    answer = tracer("show", "key=u-1", "--format", "json")
    assert "3 other events of key u-1" in answer.err
    assert DEAD in ids(answer.json["events"])
    assert ids(tracer("show", "key=u-1", "--all", "--format", "json").json) == [DEAD, BROKEN, SENT, HEALTHY]
    assert len(tracer("show", "key=u-1", "--all").out.splitlines()) == 5


@pytest.mark.parametrize(
    "asked", ["kafka://user-created/0/99", "key=nobody", "f" * 32, "f" * 16, f"span://{TRACE_8}/ffffffffffffffff"]
)
def test_what_is_not_there_is_told_in_one_line_with_status_1(tracer: Tracer, asked: str) -> None:
    answer = tracer("show", asked)
    assert (answer.status, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert tracer("show", asked, "--format", "json").status == 1


def test_all_without_a_key_and_what_is_no_id_are_wrong_use(tracer: Tracer) -> None:
    for words in (["show", BROKEN, "--all"], ["show", "no id at all"]):
        answer = tracer(*words)
        assert (answer.status, answer.out, answer.err.count("\n")) == (2, "", 1)


def test_the_map_counts_what_was_produced_and_handled(tracer: Tracer) -> None:
    text = tracer("map").out
    assert "signup → user-created" in text
    assert "† user-created.crm.dlq" in text
    edges = tracer("map", "--format", "json").json["edges"]
    crm = next(edge for edge in edges if edge["group"] == "crm-sync")
    assert (crm["from"], crm["to"], crm["count"], crm["deadLettered"]) == ("user-created", "crm", 1, 1)


def test_the_graph_holds_everything_as_json_and_its_figures_as_text(tracer: Tracer) -> None:
    graph = tracer("graph", "--format", "json").json
    assert {name: len(rows) for name, rows in graph.items()} == {
        "events": 4,
        "processings": 3,
        "edges": 5,
        "problems": 0,
    }
    sent = next(event for event in graph["events"] if event["id"] == BROKEN)
    assert (sent["traceId"], sent["spanId"], sent["producedAt"]) == (TRACE_8, SEND_8, "2026-11-24T06:11:01.223456789Z")
    assert "4 events in 3 topics" in tracer("graph").out


@pytest.mark.parametrize("command", [["events"], ["show", BROKEN], ["map"], ["graph"], ["sql", "SELECT 1"], ["store"]])
def test_a_directory_that_is_no_store_is_wrong_use_told_in_one_line(
    tracer: Tracer, tmp_path: Path, command: list[str]
) -> None:
    for store in (tmp_path, tmp_path / "absent"):
        answer = tracer(*command, "--store", str(store))
        assert (answer.status, answer.out, answer.err.count("\n")) == (2, "", 1)
        assert str(store) in answer.err
