"""What is wrong and why: lost, redelivered, failing and so on, each a definition, a query and its guard.

For commands and screens, which read `flows.model.Problem`; may import flows and store. `check_store` is the way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.checks.model import Report

if TYPE_CHECKING:
    from tracer.checks.running import check_store

__all__ = ["Report", "check_store"]


def __getattr__(name: str) -> object:
    import importlib

    if name != "check_store":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("tracer.checks.running"), name)
