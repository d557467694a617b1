"""A flow and a map in the formats that are handed on: each a module of its own, chosen here by name. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.flows.model import Flow, FlowProblems, Guarantee, ServiceMap
from tracer.render.dot import dot
from tracer.render.flow_page import flow_page
from tracer.render.flow_picture import flow_picture
from tracer.render.map_page import map_page
from tracer.render.map_picture import map_picture
from tracer.render.mermaid import mermaid
from tracer.render.picture import ARROWS, BOXES
from tracer.render.svg import svg
from tracer.render.tree import flow_tree

_DRAW = {"mermaid": mermaid, "dot": dot, "svg": svg}


UNFOLDED = 2_000
"""Boxes of a drawing in which nothing is to be folded, and half of its arrows: more than that nothing can lay out."""


def flow_drawing(flow: Flow, form: str, *, unfold: bool = False, found: FlowProblems | None = None) -> str:
    """A flow as `mermaid`, `dot`, `svg` or `html`. `unfold`: DOT and SVG without folds; Mermaid refuses great diagrams,
    and the page's tree has everything anyway. `found`: its problems, None where nobody looked for them; a page tells
    what of them is undecided, and in which time they were looked for.
    """
    if form == "html":
        return flow_page(flow, found)
    whole = unfold and form != "mermaid"
    boxes, arrows = (UNFOLDED, 2 * UNFOLDED) if whole else (BOXES, ARROWS)
    return _DRAW[form](flow_picture(flow_tree(flow), boxes, arrows))


def map_drawing(service_map: ServiceMap, form: str, guarantees: Sequence[Guarantee] = ()) -> str:
    """The map in one of the same formats; a page has the `guarantees` of its groups too."""
    if form == "html":
        return map_page(service_map, guarantees)
    return _DRAW[form](map_picture(service_map))
