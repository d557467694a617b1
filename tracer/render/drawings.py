"""A flow and a map in the formats that are handed on: each a module of its own, chosen here by name. Pure."""

from __future__ import annotations

from tracer.flows.model import Flow, ServiceMap
from tracer.render.dot import dot
from tracer.render.flow_page import flow_page
from tracer.render.flow_picture import flow_picture
from tracer.render.map_page import map_page
from tracer.render.map_picture import map_picture
from tracer.render.mermaid import mermaid
from tracer.render.svg import svg
from tracer.render.tree import flow_tree

_DRAW = {"mermaid": mermaid, "dot": dot, "svg": svg}


def flow_drawing(flow: Flow, form: str) -> str:
    """A flow as `mermaid`, `dot`, `svg` or `html`."""
    if form == "html":
        return flow_page(flow)
    return _DRAW[form](flow_picture(flow_tree(flow)))


def map_drawing(service_map: ServiceMap, form: str) -> str:
    """The map in one of the same formats."""
    if form == "html":
        return map_page(service_map)
    return _DRAW[form](map_picture(service_map))
