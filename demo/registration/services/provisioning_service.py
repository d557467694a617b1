"""Provisioning: gives each new user a workspace and tells it by `resource-provisioned`."""

from __future__ import annotations

import logging
from typing import Any

from demo.registration.services.truth_log import TruthLog
from demo.registration.services.worker import Stop, Work, consumer, decode, encode, producer, start_logging

GROUP = "workspace-provisioners"

log = logging.getLogger("provisioning")


def workspace(user: dict[str, Any]) -> dict[str, Any]:
    """The event that tells of a user's new workspace."""
    contact = user.get("contact") or user  # the second release of signup keeps the address in `contact`
    return {
        "type": "resource-provisioned",
        "userId": user["userId"],
        "resource": {"kind": "workspace", "id": f"ws-{user['userId']}", "region": f"{user['country'].lower()}-1"},
        "owner": {"email": contact["email"], "locale": user["locale"]},
    }


def main() -> None:
    """Consume `user-created` until we are asked to stop."""
    start_logging()
    stop, work, truth = Stop(), Work("provisioning"), TruthLog("provisioning", GROUP)
    broker = producer("provisioning")
    users = consumer(GROUP, "user-created", assigned=truth.assigned)
    while not stop.asked():
        for record in users:
            handling = truth.begin(record)
            user = decode(record.value)
            work.do(3, 9)
            event = workspace(user)
            sent = broker.send("resource-provisioned", key=record.key, value=encode(event)).get(timeout=10)
            truth.produced(sent, record.key.decode(), because=handling)
            truth.handled(handling)
            users.commit()
            log.info("provisioned %s", event["resource"]["id"])
            if stop.asked():
                break
    users.close()
    broker.close()


if __name__ == "__main__":
    main()
