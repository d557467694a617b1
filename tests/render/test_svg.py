"""A picture as SVG."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, settings

from tests.render.random_flows import flows
from tests.render.sample_flows import event, flow, handled, registration, registration_map
from tracer.flows.model import Flow
from tracer.render.drawings import flow_drawing, map_drawing
from tracer.render.picture import Box, Picture
from tracer.render.svg import svg

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script>\"' onload='x' \x00\x0b\ufffe ]]> &lt;"


def texts(drawing: str) -> list[str]:
    return ["".join(found.itertext()) for found in ElementTree.fromstring(drawing).iter(f"{SVG}text")]


def test_a_flow_is_drawn_with_its_events_groups_and_failures() -> None:
    shown = texts(flow_drawing(registration(), "svg"))
    assert {"user-created/2/17", "crm-sync", "† dead-lettered, 3 attempts", "in queue 12ms, took 29ms"} <= set(shown)


def test_each_step_tells_how_it_is_known_when_it_is_pointed_at() -> None:
    drawing = ElementTree.fromstring(flow_drawing(registration(), "svg"))
    told = [found.findtext(f"{SVG}title") for found in drawing.iter(f"{SVG}g") if "arrow" in found.get("class", "")]
    assert len(told) == 9
    assert "dead-lettered\nby parent, 1.00" in told


def test_the_map_is_drawn_with_its_groups() -> None:
    assert "crm-sync, 100 failed, 100 dead-lettered, p95 12ms" in texts(map_drawing(registration_map(), "svg"))


def test_it_has_both_themes_and_loads_nothing() -> None:
    drawing = flow_drawing(registration(), "svg")
    assert "prefers-color-scheme: dark" in drawing
    assert drawing.count("http") == drawing.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert not any(word in drawing for word in ("href", "url(", "@import", "<script", "@font-face"))


def test_what_comes_from_telemetry_stays_text() -> None:
    of = event(HOSTILE, key=HOSTILE, service=HOSTILE, id=f"kafka://{HOSTILE}/0/0")
    by = handled(of, HOSTILE, 5, 3, "error", error=HOSTILE)
    drawing = flow_drawing(flow(of.id, [of], [by], []), "svg")
    root = ElementTree.fromstring(drawing)
    assert {found.tag.removeprefix(SVG) for found in root.iter()} == {
        "svg",
        "title",
        "style",
        "rect",
        "text",
        "g",
        "path",
    }
    assert not any(name.startswith("on") for found in root.iter() for name in found.attrib)


def test_notes_stand_below() -> None:
    assert texts(svg(Picture("t", (Box("a", "more", ("+3",)),), (), ("9 more not drawn",))))[-1] == "9 more not drawn"


@settings(max_examples=100, deadline=None)
@given(flows())
def test_any_flow_makes_well_formed_xml(of: Flow) -> None:
    ElementTree.fromstring(flow_drawing(of, "svg"))
