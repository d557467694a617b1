"""Audit: keeps a trail of every registration. It reads in batches, with `poll`, and commits once a batch."""

from __future__ import annotations

import hashlib
import logging

from demo.registration.services.truth_log import TruthLog
from demo.registration.services.worker import Stop, Work, consumer, start_logging

GROUP = "audit-trail"

log = logging.getLogger("audit")


def main() -> None:
    """Consume `user-created` until we are asked to stop."""
    start_logging()
    stop, work, truth = Stop(), Work("audit"), TruthLog("audit", GROUP)
    users = consumer(GROUP, "user-created", assigned=truth.assigned)
    trail = hashlib.sha256()
    while not stop.asked():
        batches = users.poll(timeout_ms=250, max_records=50)
        for records in batches.values():
            for record in records:
                handling = truth.begin(record)
                trail.update(record.value)
                work.do(0.2, 1)
                log.info("kept %s %s", record.key.decode(), trail.hexdigest()[:12])
                truth.handled(handling)
        if batches:
            users.commit()
    users.close()


if __name__ == "__main__":
    main()
