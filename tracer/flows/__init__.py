"""Events, processings, edges and flows: what happened to each message, out of spans.

For commands and screens, which read the classes of `model`; may import the store. `open_flows` is the way in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracer.flows.filter import EventFilter

if TYPE_CHECKING:
    from tracer.flows.reader import Flows, open_flows
    from tracer.flows.views import register_views

__all__ = ["EventFilter", "Flows", "open_flows", "register_views"]


def __getattr__(name: str) -> object:
    import importlib

    module = {"Flows": "reader", "open_flows": "reader", "register_views": "views"}.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)
