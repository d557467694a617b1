"""A flow as one HTML page, without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings

from tests.render.random_flows import flows
from tests.render.sample_flows import T0, caused, event, flow, handled, registration
from tests.render.test_flow_picture import fan_out, problem, with_problems
from tracer.flows.model import Beside, Event, Flow, FlowProblems, Graph, Problem, Unknown
from tracer.render.drawings import flow_drawing

HOSTILE = "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\"' onclick='x' javascript:x"
OF_A_PAGE = "html head meta link title style body main header footer section article script"
OF_TEXT = "h1 h2 h3 p a span div dl dt dd ul li details summary button svg g path rect text noscript"
ALLOWED = {*re.findall(r"\w+", OF_A_PAGE), *re.findall(r"\w+", OF_TEXT)}
VOID = {"meta", "link"}


class Page(HTMLParser):
    """Every tag with its attributes, the text outside of scripts and styles; fails where tags do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside in {"script", "style"}:
            (self.scripts if inside == "script" else self.styles).append(data)
        else:
            self.text += data

    @property
    def facts(self) -> dict[int, Any]:
        """What is told of each row when it is asked about, by its number."""
        return dict(json.loads(self.scripts[-2]))

    @property
    def packed(self) -> list[Packed]:
        """The lists that are unpacked when somebody opens them."""
        rows = [(values["data-from"], values["data-to"]) for _, values in self.tags if values.get("class") == "packed"]
        found = []
        for content, (first, end) in zip(self.scripts, rows, strict=False):
            told = json.loads(zlib.decompress(base64.b64decode(content)))
            found.append(Packed(Page(told["html"]), dict(told["facts"]), range(int(first or ""), int(end or ""))))
        return found


@dataclass
class Packed:
    page: Page
    facts: dict[int, Any]
    rows: range


def page(of: Flow) -> Page:
    return Page(flow_drawing(of, "html"))


def test_it_tells_what_became_of_the_event_and_every_line_of_its_path() -> None:
    shown = page(registration()).text
    assert "5 groups: 1 dead-lettered, 4 ok" in shown
    assert "KeyError: 'address'" in shown
    assert "dead-lettered after 3 attempts" in shown
    assert "attempt 2" in shown
    assert "email-sent/0/9" in shown


def test_a_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    html = flow_drawing(registration(), "html")
    found = Page(html)
    policy = next(tag[1]["content"] for tag in found.tags if tag[1].get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    for kind, content in (("style", found.styles[0]), ("script", found.scripts[-1])):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//[a-z]|url\(|@import|@font-face", html.replace("kafka://", ""))


def test_each_step_has_its_evidence_and_ids_to_copy() -> None:
    facts = page(registration()).facts
    dead = next(known for known in facts.values() if ["id", "kafka://user-created.crm.dlq/0/3"] in known[2])
    assert dead[0] == "dead-lettered"
    assert dead[1] == [["parent", "1.00", None, None, ""]]
    assert ["produced", "2026-11-24T06:11:02.413456789Z"] in dead[2]


def test_what_comes_from_telemetry_stays_text() -> None:
    of = event(HOSTILE, key=HOSTILE, service=HOSTILE, id=f"kafka://{HOSTILE}/0/0")
    by = handled(of, HOSTILE, 5, 3, "error", error=HOSTILE)
    many = [event(HOSTILE, number, at=9, id=f"kafka://{HOSTILE}/1/{number}") for number in range(300)]
    plain = flow(of.id, [of, *many], [by], [caused(by, one) for one in many])
    problem = Problem(HOSTILE, HOSTILE, HOSTILE, HOSTILE, 1, T0, T0, HOSTILE, (HOSTILE,), 1.0)
    graph = Graph(plain.graph.events, plain.graph.processings, plain.graph.edges, (problem,))
    html = flow_drawing(Flow(of.id, graph), "html")
    assert html.count("<script") == 3 == html.count("</script>")  # what is folded away, the facts, ours
    whole = Page(html)
    (folded,) = whole.packed
    for found in (whole, folded.page):
        assert {tag for tag, _ in found.tags} <= ALLOWED
        assert not any(name.startswith("on") or name in {"style", "src"} for _, values in found.tags for name in values)
        links = [values["href"] or "" for tag, values in found.tags if tag in {"a", "link"}]
        assert all(link.startswith("#") or link == "data:," for link in links)
    assert HOSTILE in Page(html).text


def test_problems_of_the_flow_are_told_with_their_evidence() -> None:
    plain = registration()
    asked = plain.asked
    problem = Problem(
        "poison", f"{asked}#crm-sync", "user-created", "crm-sync", 3, T0, T0, "3 of 3 failed", (asked,), 0.9
    )
    graph = Graph(plain.graph.events, plain.graph.processings, plain.graph.edges, (problem,))
    found = page(Flow(asked, graph))
    assert "1 problem" in found.text
    assert "3 of 3 failed" in found.text
    assert "confidence 0.90" in found.text
    crm = next(n for n, known in found.facts.items() if ["id", f"{asked}#crm-sync@3"] in known[2] and known[1])
    assert ("a", {"href": f"#r{crm + 3}"}) in found.tags  # the third attempt, three lines below its group's
    assert [values["href"] for _, values in found.tags if values.get("class") == "mark"] == ["#p0"] * 2
    assert "poison" in found.text.split("crm-sync")[-1]


def test_it_tells_whether_problems_were_looked_for_and_in_which_time() -> None:
    assert "Problems were not looked for" in page(registration()).text
    doubt = Unknown("lost", "billing", "orders", "billing", 1, T0, T0, "passed <one>; unknown: why", (), "why")
    found = Page(flow_drawing(registration(), "html", found=FlowProblems((), 0, 10**9, (doubt,))))
    assert "The checks found no problem" in found.text
    assert "? lost: passed <one>; unknown: why" in found.text
    assert "problems were looked for from 1970-01-01 00:00:00 to 1970-01-01 00:00:01 UTC" in found.text


def test_of_a_fan_out_a_few_lines_stand_open_and_the_others_are_packed() -> None:
    html = flow_drawing(fan_out(5_000), "html")
    found = Page(html)
    assert len(html) < 400_000
    assert sum(tag == "li" for tag, _ in found.tags) < 80
    assert "+1,000 more events: 1,000 in parts, parts/0/19 to parts/0/1018" in found.text
    assert "parts/0/4999" in found.text  # the broken one is not folded away
    every = set(found.facts)
    for packed in found.packed:
        ids = {values["id"] for _, values in packed.page.tags if "id" in values}
        assert ids == {f"r{number}" for number in packed.rows}
        assert set(packed.facts) == set(packed.rows)
        every |= set(packed.facts)
    assert len(every) == 2 + 2 * 5_000
    assert sum("parts/0/2500" in packed.page.text for packed in found.packed) == 1


def test_a_count_of_what_is_folded_leads_to_the_problems_in_it() -> None:
    of = with_problems(fan_out(500), problem("slow-group", "packer", "kafka://parts/0/250#packer@1"))
    html = flow_drawing(of, "html")
    assert re.search(r'\+\d+ more events: \d+ in parts <a class="mark" href="#p0">⚠ slow-group</a>', html)


def test_what_stands_beside_the_way_is_counted() -> None:
    first, asked = event("orders"), event("payments", at=20)
    by = handled(first, "pay", 5, 10)
    plain = flow(asked.id, [first, asked], [by], [caused(by, asked)])
    beside = (Beside(first.id, "ok", 3), Beside(first.id, "error", 1), Beside(by.id, None, 7))
    shown = page(Flow(plain.asked, plain.graph, beside=beside)).text
    assert "… 4 other groups: 1 error, 3 ok" in shown
    assert "… 7 other events caused by the same" in shown


def test_a_chain_of_thousands_goes_on_below_instead_of_ever_deeper() -> None:
    chain: list[Event] = [event("steps", number, at=number) for number in range(2_000)]
    by = [handled(one, "next", number, 1) for number, one in enumerate(chain[:-1])]
    of = flow(chain[0].id, chain, by, [caused(one, then) for one, then in zip(by, chain[1:], strict=True)])
    html = flow_drawing(of, "html")
    deepest, depth = 0, 0
    for tag in re.findall(r"</?ul", html):
        depth += 1 if tag == "<ul" else -1
        deepest = max(deepest, depth)
    assert deepest < 20
    assert "steps/0/1999" in Page(html).text


@settings(max_examples=100, deadline=None)
@given(flows())
def test_any_flow_makes_a_page_whose_tags_close(of: Flow) -> None:
    assert {tag for tag, _ in page(of).tags} <= ALLOWED
