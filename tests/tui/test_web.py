"""The explorer in a browser: local, with a page that loads nothing from elsewhere."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.tui.real_store import write_orders

ROOT = Path(__file__).parents[2]


def ui(*arguments: str) -> list[str]:
    """The command line of `tracer ui`."""
    return [sys.executable, "-m", "tracer.cli", "ui", *arguments]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A served explorer on a store with five events; ends with status 0."""
    write_orders(tmp_path / "store", range(5))
    command = ui("--store", str(tmp_path / "store"), "--web", "--port", "0")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stderr is not None
            line = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found is not None, line
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0


async def test_the_page_names_no_other_machine(address: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        page = await answer.text()
        assert answer.status == 200
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert set(re.findall(r"(?:https?|wss?)://[^/\"]+", page)) == {address.replace("http", "ws")}
    async with aiohttp.ClientSession() as session:
        for path in re.findall(r'"(/static/[^"]+)"', page):
            async with session.get(address + path) as asset:
                assert asset.status == 200


async def test_the_events_of_the_store_reach_the_browser(address: str) -> None:
    received = b""
    url = f"{address}/ws?width=100&height=30"
    async with aiohttp.ClientSession() as session, session.ws_connect(url, headers={"Origin": address}) as socket_:
        while b"order-4" not in received:
            message = await socket_.receive(timeout=20)
            assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}, received
            if message.type == aiohttp.WSMsgType.BINARY:
                received += message.data


async def test_pages_of_others_get_nothing(address: str) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in ({"Origin": "http://elsewhere.example"}, {"Host": "elsewhere.example"}):
            for path in ("/", "/ws"):
                async with session.get(address + path, headers=headers) as answer:
                    assert answer.status == 403


def test_a_port_that_is_taken_is_one_line_and_status_3(tmp_path: Path) -> None:
    write_orders(tmp_path / "store", range(1))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = ui("--store", str(tmp_path / "store"), "--web", "--port", port)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith(f"tracer: cannot serve on 127.0.0.1:{port}, address already in use")
    assert done.stderr.count("\n") == 1
