"""The embedded broker as a fixture: one for each test process, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from demo.broker import embedded_broker as run_broker


@pytest.fixture(scope="session")
def embedded_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The `host:port` of an embedded broker. Use topics and groups of your own: other tests share it."""
    with run_broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker.bootstrap_servers
