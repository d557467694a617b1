"""The registration application without us: its services started as they are, on a broker, until all is handled."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from demo.processes import Children, wait_until
from demo.registration import application, backlog, truth

Truth = dict[str, list[dict[str, Any]]]


def run_application(bootstrap_servers: str, folder: Path, *, count: int, rate: float) -> Truth:
    """Run it on `bootstrap_servers` with its accounts in `folder`, and return the truth."""

    def start(name: str, *, finite: bool = False) -> None:
        environment = os.environ | {
            "BOOTSTRAP_SERVERS": bootstrap_servers,
            "TRUTH_FILE": str(folder / f"{name}.jsonl"),
            "COUNT": str(count),
            "RATE": str(rate),
        }
        services.append(
            children.start(name, [sys.executable, str(application.script(name))], environment, finite=finite)
        )

    with Children(folder / "logs") as children, closing(backlog.connect(bootstrap_servers)) as admin:
        with application.topics(admin, bootstrap_servers, keep=False):
            services: list[Any] = []
            for consumer in application.CONSUMERS:
                start(consumer.service)
            start("signup", finite=True)
            wait_until(
                "the application",
                lambda: services[-1].ended() == 0 and backlog.measure(admin).left == 0,
                60,
                children.check,
            )
            assert children.stop(services, 15) == [0] * len(services)
            headers = truth.read_headers(bootstrap_servers, application.TOPICS, application.PARTITIONS)
        return truth.assemble(truth.read_accounts(folder), headers)
