"""Signup: takes registrations and tells the world by `user-created`.

There are two releases, RELEASE 1.0.0 and 2.0.0: in the second the payload's `email` has moved into `contact`.
"""

from __future__ import annotations

import logging
import os
import random
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from demo.registration.services.truth_log import TruthLog
from demo.registration.services.worker import Stop, Work, encode, producer, start_logging

FIRST_NAMES = ("Ada", "Grace", "Alan", "Edsger", "Barbara", "Tony", "Radia", "Leslie", "Katherine", "Donald")
LAST_NAMES = ("Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Hoare", "Perlman", "Lamport", "Johnson", "Knuth")
PLANS = ("free", "free", "free", "team", "business")
COUNTRIES = ("DE", "FR", "GB", "IN", "JP", "NL", "US")

log = logging.getLogger("signup")


def registration(number: int, rng: random.Random) -> dict[str, Any]:
    """The event for user `number`, as the first release sends it."""
    first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
    return {
        "eventId": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "type": "user-created",
        "occurredAt": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "userId": f"user-{number:06d}",
        "name": {"first": first, "last": last},
        "email": f"{first}.{last}{number}@example.org".lower(),
        "locale": rng.choice(("de-DE", "en-GB", "en-US", "fr-FR")),
        "country": rng.choice(COUNTRIES),
        "plan": rng.choice(PLANS),
        "source": rng.choice(("web", "web", "ios", "android")),
        "marketingConsent": rng.random() < 0.4,
    }


def second_release(event: dict[str, Any]) -> dict[str, Any]:
    """The same event as the second release sends it: with a `contact` in place of the `email`."""
    changed = dict(event)
    changed["contact"] = {"email": changed.pop("email"), "phone": None}
    return changed


def main() -> None:
    """Register the users from FIRST to COUNT at RATE a second."""
    start_logging()
    first, count = int(os.environ.get("FIRST", "1")), int(os.environ.get("COUNT", "200"))
    rate, release = float(os.environ.get("RATE", "20")), os.environ.get("RELEASE", "1.0.0")
    stop, work, truth = Stop(), Work("signup"), TruthLog("signup")
    broker = producer("signup")
    started = time.monotonic()
    for number in range(first, count + 1):
        if stop.asked():
            break
        time.sleep(max(0.0, started + (number - first) / rate - time.monotonic()))
        work.do(0.5, 2)
        # the same user for the same seed, whichever release registers it
        event = registration(number, Work(f"signup/{number}").random)
        if release == "2.0.0":
            event = second_release(event)
        sent = broker.send("user-created", key=event["userId"].encode(), value=encode(event)).get(timeout=10)
        truth.produced(sent, event["userId"])
        log.info("registered %s", event["userId"])
    broker.close()


if __name__ == "__main__":
    main()
