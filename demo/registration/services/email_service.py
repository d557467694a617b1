"""Email: learns each new user's language from `user-created`, and welcomes them once their workspace is there."""

from __future__ import annotations

import logging
from typing import Any

from demo.registration.services.truth_log import TruthLog
from demo.registration.services.worker import Stop, Work, consumer, decode, encode, producer, start_logging

GROUP = "email-senders"

log = logging.getLogger("email")


def welcome(resource: dict[str, Any], language: str) -> dict[str, Any]:
    """The event that tells of a welcome mail."""
    return {
        "type": "email-sent",
        "userId": resource["userId"],
        "to": resource["owner"]["email"],
        "template": f"welcome-{language}",
        "resource": resource["resource"]["id"],
    }


def main() -> None:
    """Consume both topics until we are asked to stop."""
    start_logging()
    stop, work, truth = Stop(), Work("email"), TruthLog("email", GROUP)
    broker = producer("email")
    records = consumer(GROUP, "user-created", "resource-provisioned", assigned=truth.assigned)
    languages: dict[str, str] = {}
    while not stop.asked():
        for record in records:
            handling = truth.begin(record)
            event = decode(record.value)
            if record.topic == "user-created":
                languages[event["userId"]] = event["locale"].split("-")[0]
                work.do(0.5, 2)
            else:
                work.do(2, 6)
                mail = welcome(event, languages.pop(event["userId"], "en"))
                sent = broker.send("email-sent", key=record.key, value=encode(mail)).get(timeout=10)
                truth.produced(sent, record.key.decode(), because=handling)
                log.info("sent %s to %s", mail["template"], mail["to"])
            truth.handled(handling)
            records.commit()
            if stop.asked():
                break
    records.close()
    broker.close()


if __name__ == "__main__":
    main()
