"""Pages and pictures are read for whatever could make a reader's machine fetch something."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.render.sample_flows import registration, registration_map
from tests.render.test_flow_page import Page
from tests.render.test_flow_picture import fan_out, problem, with_problems
from tracer.render.drawings import flow_drawing, map_drawing

LEADS = {
    *("src", "srcset", "href", "xlink:href", "action", "formaction", "data", "poster", "ping", "background"),
    *("cite", "longdesc", "profile", "manifest", "archive", "codebase", "usemap", "style"),
}
"""Attributes that can hold an address, and `style`, which can hold one in `url()`."""

FETCHES = re.compile(
    r"\b(fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts|import|Worker|Image|window\.open)\s*\("
    r"|\blocation(\.href)?\s*=[^=]|\blocation\.(assign|replace)\("
)
STYLE_FETCHES = re.compile(r"url\(|@import|@font-face|image-set\(|src:")
ADDRESS = re.compile(r"(https?|wss?|ftp|file)://|(?<![:\w])//\w")
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


def flows() -> dict[str, str]:
    marked = with_problems(registration(), problem("poison", "crm-sync", registration().asked))
    return {
        "flow": flow_drawing(marked, "html"),
        "fan-out": flow_drawing(fan_out(300), "html"),
        "map": map_drawing(registration_map(), "html"),
    }


@pytest.mark.parametrize("name", ["flow", "fan-out", "map"])
def test_no_attribute_of_a_page_leads_out_of_it(name: str) -> None:
    whole = Page(flows()[name])
    for found in (whole, *(packed.page for packed in whole.packed)):
        for tag, values in found.tags:
            for attribute in LEADS & values.keys():
                value = values[attribute] or ""
                assert value.startswith("#") or (tag, value) == ("link", "data:,"), (tag, attribute, value)
            assert values.get("http-equiv", "") in {"", "Content-Security-Policy"}


@pytest.mark.parametrize("name", ["flow", "fan-out", "map"])
def test_no_style_and_no_script_of_a_page_fetches(name: str) -> None:
    page = Page(flows()[name])
    assert not STYLE_FETCHES.search(page.styles[0])
    assert not FETCHES.search(page.scripts[-1])
    assert not ADDRESS.search(re.sub(r"^\s*//.*", "", page.scripts[-1], flags=re.MULTILINE))


@pytest.mark.parametrize("name", ["flow", "fan-out", "map"])
def test_a_page_names_no_address_but_those_of_events(name: str) -> None:
    html = re.sub(r"<script.*?</script>", "", flows()[name].replace("kafka://", ""), flags=re.DOTALL)
    assert not ADDRESS.search(html)


def test_the_words_that_are_looked_for_are_found() -> None:
    assert FETCHES.search("await fetch('x')")
    assert FETCHES.search("new WebSocket(x)")
    assert FETCHES.search("location.href = x")
    assert STYLE_FETCHES.search("a { background: url(x) }")
    assert ADDRESS.search("see //cdn.example/x.js")


@pytest.mark.parametrize("drawing", [flow_drawing(registration(), "svg"), map_drawing(registration_map(), "svg")])
def test_a_picture_holds_shapes_text_and_style_alone(drawing: str) -> None:
    assert drawing.count("http") == drawing.count(NAMESPACE) == 1
    root = ElementTree.fromstring(drawing)
    names = {element.tag.rsplit("}", 1)[1] for element in root.iter()}
    assert names <= {"svg", "title", "style", "rect", "text", "g", "path"}
    attributes = {name for element in root.iter() for name in element.attrib}
    assert not any(name in LEADS or name.startswith("on") for name in attributes)
    assert not STYLE_FETCHES.search(next(root.iter("{http://www.w3.org/2000/svg}style")).text or "")
