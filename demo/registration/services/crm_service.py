"""CRM: keeps a contact for each user.

It relies on the payload's `email`. A record that cannot be handled is tried three times and then goes to a dead-letter
topic, so that the others are not held up.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from typing import Any

from kafka import KafkaProducer, TopicPartition

from demo.registration.services.truth_log import TruthLog
from demo.registration.services.worker import Stop, Work, consumer, decode, producer, start_logging

GROUP = "crm-sync"
DEAD_LETTERS = "user-created.crm.dlq"
MAX_ATTEMPTS = 3
BACKOFF_S = 0.005

log = logging.getLogger("crm")


def contact(user: dict[str, Any]) -> dict[str, str]:
    """A user as the CRM keeps them."""
    return {
        "id": user["userId"],
        "name": f"{user['name']['first']} {user['name']['last']}",
        "email": user["email"],
        "segment": "business" if user["plan"] == "business" else "self-service",
    }


def dead_letter(broker: KafkaProducer, record: Any, error: Exception) -> Any:
    """Send a record on as it came, with headers that tell where from and why. Returns the broker's answer."""
    headers = [
        *record.headers,
        ("x-original-topic", record.topic.encode()),
        ("x-original-partition", str(record.partition).encode()),
        ("x-original-offset", str(record.offset).encode()),
        ("x-exception", type(error).__name__.encode()),
        ("x-exception-message", str(error).encode()),
    ]
    return broker.send(DEAD_LETTERS, key=record.key, value=record.value, headers=headers).get(timeout=10)


def main() -> None:
    """Consume `user-created` until we are asked to stop."""
    start_logging()
    stop, work, truth = Stop(), Work("crm"), TruthLog("crm", GROUP)
    broker = producer("crm")
    users = consumer(GROUP, "user-created", assigned=truth.assigned)
    contacts: dict[str, dict[str, str]] = {}
    failures: Counter[tuple[int, int]] = Counter()
    while not stop.asked():
        for record in users:
            handling = truth.begin(record)
            place = (record.partition, record.offset)
            try:
                work.do(1, 4)
                entry = contact(decode(record.value))
                contacts[entry["id"]] = entry
                truth.handled(handling)
            except Exception as error:
                failures[place] += 1
                log.exception("no contact for %s (attempt %d)", record.key.decode(), failures[place])
                if failures[place] < MAX_ATTEMPTS:
                    truth.handled(handling, "error")
                    time.sleep(BACKOFF_S * failures[place])
                    users.seek(TopicPartition(record.topic, record.partition), record.offset)
                    if stop.asked():
                        break
                    continue
                sent = dead_letter(broker, record, error)
                truth.produced(sent, record.key.decode(), because=handling, kind="dead-lettered")
                truth.handled(handling, "dead-lettered")
            failures.pop(place, None)
            users.commit()
            if stop.asked():
                break
    log.info("%d contacts", len(contacts))
    users.close()
    broker.close()


if __name__ == "__main__":
    main()
