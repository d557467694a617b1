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

    def start(name: str, *, finite: bool = False, release: str = "1.0.0", first: int = 1, last: int = 0) -> None:
        environment = os.environ | {
            "BOOTSTRAP_SERVERS": bootstrap_servers,
            "TRUTH_FILE": str(folder / f"{name}.jsonl"),
            "RELEASE": release,
            "FIRST": str(first),
            "COUNT": str(last),
            "RATE": str(rate),
        }
        services.append(
            children.start(
                f"{name}-{release}" if first > 1 else name,
                [sys.executable, str(application.script(name))],
                environment,
                finite=finite,
            )
        )

    with Children(folder / "logs") as children, closing(backlog.connect(bootstrap_servers)) as admin:
        with application.topics(admin, bootstrap_servers, keep=False):
            services: list[Any] = []
            for consumer in application.CONSUMERS:
                start(consumer.service)
            start("signup", finite=True, last=count // 2)
            wait_until("the first release", lambda: services[-1].ended() == 0, 60, children.check)
            start("signup", finite=True, release="2.0.0", first=count // 2 + 1, last=count)
            wait_until(
                "the application",
                lambda: services[-1].ended() == 0 and backlog.measure(admin).left == 0,
                60,
                children.check,
            )
            assert children.stop(services, 15) == [0] * len(services)
            headers = truth.read_headers(bootstrap_servers, application.TOPICS, application.PARTITIONS)
        return truth.assemble(truth.read_accounts(folder), headers)
