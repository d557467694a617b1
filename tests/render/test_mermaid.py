"""A picture as a Mermaid flowchart."""

from __future__ import annotations

import re

import pytest

from tests.render.sample_flows import registration, registration_map
from tracer.render.drawings import flow_drawing, map_drawing
from tracer.render.mermaid import mermaid
from tracer.render.picture import Arrow, Box, Picture

HOSTILE = [
    *(
        '"];click n0 href "javascript:alert(1)"',
        "<script>alert(1)</script>",
        "`**bold**`",
        "1. list",
        "# head",
        "#quot;",
    ),
    *("a|b", "%%{init: {}}%%", "end", "[x](javascript:y)", "fa:fa-user", "\\n", "$$x$$", "a\u2028b", ":::x", "a & b"),
    *("a direction TB", "direction RL"),
]
LINE = re.compile(
    r"flowchart LR|  n\d+(\(\[\"|\[\"|>\")[^\"<>\[\](){}|`&\\$*]*(<br/>[^\"<>\[\](){}|`&\\$*]*)*(\"\]\)|\"\])(:::\w+)?"
    r"|  n\d+ -\.?->(\|\"[^\"<>|`]*\"\|)? n\d+|  classDef \w+ [\w:#,\- ]+|  class [n\d,]+ asked"
    r"|  linkStyle \d+ stroke:#cf222e,stroke-width:2px"
    r"|  n\d+ -->(\|\"[^\"<>|`]*\"\|)? n\d+"
)


def test_a_flow_has_a_box_for_each_event_and_group_and_an_arrow_for_each_step() -> None:
    drawn = flow_drawing(registration(), "mermaid")
    assert drawn.startswith("flowchart LR\n")
    assert 'n0(["user-created/2/17<br/>' in drawn
    assert "† dead-lettered, 3 attempts<br/>in queue 12ms, took 29ms" in drawn
    assert '-->|"dead letter"|' in drawn
    assert len(re.findall(r"^  n\d+[(\[]", drawn, re.MULTILINE)) == 4 + 6
    assert len(re.findall(r" --> | -->\|", drawn)) == 6 + 3


def test_a_map_has_the_groups_on_the_arrows() -> None:
    drawn = map_drawing(registration_map(), "mermaid")
    assert '-->|"crm-sync, 100 failed, 100 dead-lettered, p95 12ms"|' in drawn
    assert 'n0["signup"]' in drawn
    arrows = re.findall(r"^  n\d+ -.*", drawn, re.MULTILINE)
    failing = [place for place, arrow in enumerate(arrows) if "failed" in arrow]
    assert re.findall(r"linkStyle (\d+) ", drawn) == [str(place) for place in failing]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_from_outside_can_be_read_as_anything_but_text(name: str) -> None:
    boxes = (Box("a", "event", (name, name)), Box("b", "more", (name,), "error"))
    drawn = mermaid(Picture(name, boxes, (Arrow("a", "b", name, "error"),), (name,)))
    assert [line for line in drawn.splitlines() if not LINE.fullmatch(line)] == []
    assert not re.search(r"direction\s+(TB|BT|LR|RL|TD)", "\n".join(drawn.splitlines()[1:-1]))


def test_what_is_not_drawn_stands_in_a_box_without_a_border() -> None:
    drawn = mermaid(
        Picture("", (Box("a", "event", ("a",)),), (), ("879 more not drawn", "⚠ lost: not in this picture"))
    )
    assert '  n1["879 more not drawn<br/>⚠ lost#58; not in this picture"]:::note\n' in drawn
    assert "classDef note fill:none,stroke:none" in drawn


def test_a_weak_step_is_dashed() -> None:
    boxes = (Box("a", "event", ("a",)), Box("b", "group", ("b",)))
    drawn = mermaid(Picture("", boxes, (Arrow("a", "b", "guess 0.30", dashed=True),)))
    assert '  n0 -.->|"guess 0.30"| n1' in drawn
