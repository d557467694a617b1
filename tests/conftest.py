"""What every test may use: brokers (see tests/brokers)."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # a busy machine must not fail a test
settings.load_profile("untimed")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # a shell lets what it starts in the background ignore Ctrl-C, and the programs that tests start would inherit that
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest_plugins = ["tests.brokers.embedded", "tests.brokers.apache_kafka"]


def pytest_configure(config: pytest.Config) -> None:
    """Warnings are errors, but kafka-python's own are not ours to mend: its import on newer Pythons, and the sockets
    that it leaves unclosed, which the garbage collector tells in whatever test runs by then.
    """
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_(text|binary) is deprecated:DeprecationWarning")
    leaked = r"ignore:Exception ignored in. <socket\.socket:pytest.PytestUnraisableExceptionWarning"
    config.addinivalue_line("filterwarnings", leaked)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests on Apache Kafka in one worker, so that one Kafka is started, not one for each worker."""
    for item in items:
        if item.get_closest_marker("real_kafka"):
            item.add_marker(pytest.mark.xdist_group("real_kafka"))
