"""The processes below one process, as the system lists them."""

from __future__ import annotations

import subprocess


def descendants(pid: int) -> dict[int, str]:
    """Process id and command of everything that `pid` started, directly or not."""
    rows = [line.split(None, 2) for line in _list("pid=,ppid=,args=")]
    below, found = {pid}, dict[int, str]()
    while True:
        new = {int(row[0]): row[2] for row in rows if int(row[1]) in below and int(row[0]) not in found}
        if not new:
            return found
        found |= new
        below |= set(new)


def running(pids: set[int]) -> set[int]:
    """Those of `pids` that still run. A zombie does not."""
    rows = [line.split() for line in _list("pid=,stat=")]
    return {int(row[0]) for row in rows if int(row[0]) in pids and not row[1].startswith("Z")}


def _list(columns: str) -> list[str]:
    listed = subprocess.run(["ps", "-A", "-ww", "-o", columns], check=True, capture_output=True, text=True)
    return listed.stdout.splitlines()
