"""What the telemetry of each service lacks, which answers suffer for it and by how much, and the line that mends it.

Advice, never a problem: for `tracer doctor`. May import flows and store. `examine` is the way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.doctor.model import Diagnosis, Effect, Finding, Instrumentation, Service

if TYPE_CHECKING:
    from tracer.doctor.examining import examine

__all__ = ["Diagnosis", "Effect", "Finding", "Instrumentation", "Service", "examine"]


def __getattr__(name: str) -> object:
    import importlib

    if name != "examine":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("tracer.doctor.examining"), name)
