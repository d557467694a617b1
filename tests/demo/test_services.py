"""The demo's services on their own, with no tracing anywhere: the outage is theirs, and their accounts add up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from demo.broker import embedded_broker as run_broker
from tests.demo.application import run_application

COUNT = 20
GROUPS = {"email-senders", "usage-analytics", "workspace-provisioners", "crm-sync", "audit-trail"}


def check(truth: dict[str, list[dict[str, Any]]]) -> None:
    events, processings, edges = truth["events"], truth["processings"], truth["edges"]
    topics = Counter(event["topic"] for event in events)
    assert topics == {
        "user-created": COUNT,
        "resource-provisioned": COUNT,
        "email-sent": COUNT,
        "user-created.crm.dlq": COUNT // 2,
    }
    attempts = Counter((item["group"], item["event"]) for item in processings)
    users = {event["id"] for event in events if event["topic"] == "user-created"}
    assert {(group, user) for group in GROUPS for user in users} <= set(attempts)
    assert Counter(attempts.values()) == {1: 5 * COUNT + COUNT // 2, 3: COUNT // 2}
    failed = [item for item in processings if item["outcome"] != "ok"]
    assert {item["group"] for item in failed} == {"crm-sync"}
    assert Counter(item["outcome"] for item in failed) == {"error": COUNT, "dead-lettered": COUNT // 2}
    assert all((item["outcome"] == "dead-lettered") == (item["attempt"] == 3) for item in failed)
    assert Counter(edge["kind"] for edge in edges) == {
        "delivered": len(processings),
        "caused": 2 * COUNT,
        "dead-lettered": COUNT // 2,
    }
    ids = [item["id"] for item in events + processings]
    assert len(ids) == len(set(ids))
    assert {edge[end] for edge in edges for end in ("from", "to")} <= set(ids)


@pytest.mark.broker
def test_crm_alone_breaks_when_the_payload_changes_half_way(tmp_path: Path) -> None:
    with run_broker(tmp_path) as broker:
        check(run_application(broker.bootstrap_servers, tmp_path, count=COUNT, rate=100))
    log = (tmp_path / "logs" / "crm.log").read_text()
    assert log.count("KeyError: 'email'") == 3 * COUNT // 2
    for service in ("email", "analytics", "provisioning", "audit", "signup"):
        assert f" ERROR {service} " not in (tmp_path / "logs" / f"{service}.log").read_text()


@pytest.mark.real_kafka
def test_the_application_does_the_same_on_apache_kafka(real_kafka: str, tmp_path: Path) -> None:
    check(run_application(real_kafka, tmp_path, count=COUNT, rate=100))
