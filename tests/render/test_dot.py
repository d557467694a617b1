"""A picture in Graphviz's language."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.render.sample_flows import registration, registration_map
from tracer.render.dot import dot
from tracer.render.drawings import flow_drawing, map_drawing
from tracer.render.picture import Arrow, Box, Picture

needs_graphviz = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (`dot`) is not here")


def test_a_flow_is_a_digraph_with_a_box_for_each_event_and_group() -> None:
    drawn = flow_drawing(registration(), "dot")
    assert drawn.startswith('digraph "user-created/2/17" {')
    assert drawn.count("shape=box") == 1
    assert drawn.count(" -> ") == 6 + 3
    assert 'label="dead letter"' in drawn


@needs_graphviz
def test_graphviz_draws_a_flow_and_a_map() -> None:
    for text in (flow_drawing(registration(), "dot"), map_drawing(registration_map(), "dot")):
        done = subprocess.run(["dot", "-Tsvg"], input=text, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert "crm" in done.stdout


@needs_graphviz
def test_graphviz_reads_hostile_names_as_they_are() -> None:
    names = ['"]; x [label="', "<b>x</b>", "a\\", "&lt;", "\\N \\l", "{a|b}", "日本語 😀", "/* */ //", "#include"]
    boxes = tuple(Box(name, "event", (name,)) for name in names)
    arrows = tuple(Arrow(names[0], name, name) for name in names[1:])
    done = subprocess.run(
        ["dot", "-Tdot_json"], input=dot(Picture("\\", boxes, arrows)), capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    labels = [json_label(found["label"]) for found in json.loads(done.stdout)["objects"]]
    assert labels == names


def json_label(label: str) -> str:
    """As it is drawn: Graphviz keeps the escapes of the source in this format."""
    return label.replace("&amp;", "&").replace("\\\\", "\\")


@settings(max_examples=100)
@given(st.text(min_size=1, max_size=20))
def test_quotes_stay_closed_whatever_a_name_is(name: str) -> None:
    line = dot(Picture("", (Box("a", "event", (name,)),), ())).split("\n  n0 ")[1].rsplit("\n}", 1)[0]
    outside, quoted, place = "", False, 0
    while place < len(line):
        if quoted and line[place] == "\\":
            place += 1
        elif line[place] == '"':
            quoted = not quoted
        elif not quoted:
            outside += line[place]
        place += 1
    assert outside == "[label=, tooltip=, style=, color=]"
