"""Analytics: counts registrations by country and plan."""

from __future__ import annotations

import logging
from collections import Counter

from demo.registration.services.truth_log import TruthLog
from demo.registration.services.worker import Stop, Work, consumer, decode, start_logging

GROUP = "usage-analytics"

log = logging.getLogger("analytics")


def main() -> None:
    """Consume `user-created` until we are asked to stop."""
    start_logging()
    stop, work, truth = Stop(), Work("analytics"), TruthLog("analytics", GROUP)
    users = consumer(GROUP, "user-created", assigned=truth.assigned)
    registrations: Counter[tuple[str, str]] = Counter()
    while not stop.asked():
        for record in users:
            handling = truth.begin(record)
            user = decode(record.value)
            registrations[user["country"], user["plan"]] += 1
            work.do(0.5, 3)
            truth.handled(handling)
            users.commit()
            if stop.asked():
                break
    users.close()
    for (country, plan), count in registrations.most_common():
        log.info("%s %s: %d", country, plan, count)


if __name__ == "__main__":
    main()
