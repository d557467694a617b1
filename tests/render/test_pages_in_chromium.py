"""The pages and pictures in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.render.chromium import FOUND, Chromium
from tests.render.sample_flows import DELIVERED, caused, event, flow, handled, registration, registration_map
from tests.render.test_flow_page import HOSTILE
from tests.render.test_flow_picture import fan_out, problem, with_problems
from tracer.flows.model import MapEdge, MapNode, ServiceMap
from tracer.render.drawings import flow_drawing, map_drawing

pytestmark = [
    pytest.mark.skipif(FOUND is None, reason="no Chromium here"),
    pytest.mark.xdist_group("chromium"),
]

SOON = "async (holds) => { while (!holds()) await new Promise(requestAnimationFrame); return true; }"
"""Waits in the page until something holds."""
VISIBLE = "[...document.querySelectorAll('.tree summary, .tree .leaf')].filter(one => one.checkVisibility()).length"
SHOWN = "document.getElementById('why').matches(':popover-open') ? document.getElementById('why').innerText : ''"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    browser = Chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a page of each kind."""
    folder = tmp_path_factory.mktemp("pages")
    of = event(HOSTILE, key=HOSTILE, service=HOSTILE, id=f"kafka://{HOSTILE}/0/0")
    by = handled(of, HOSTILE, 5, 3, "error", error=HOSTILE)
    then = [event(HOSTILE, number, at=9, id=f"kafka://{HOSTILE}/1/{number}") for number in range(300)]
    hostile = flow(of.id, [of, *then], [by], [caused(by, one) for one in then])
    chain = [event("steps", number, at=number) for number in range(40)]
    each = [handled(one, "next-of-the-long-chain", number + 5_000, 1_000) for number, one in enumerate(chain)]
    deep = flow(chain[0].id, chain, each, [caused(one, then) for one, then in zip(each, chain[1:], strict=False)])
    found = problem("poison", "crm-sync", registration().asked)
    odd = f"\u202e{HOSTILE}\r\n\t\u2028" + "x" * 10_000
    of = event(odd, key=odd, service=odd, id=f"kafka://{odd}/0/0")
    by = [handled(of, odd, 5, 3, "error", error=odd), handled(of, odd, 50, 3, "error", attempt=2, error="\n" * 10_000)]
    long = with_problems(
        flow(of.id, [of], by, []), replace(found, message=odd, subject=odd, evidence=(of.id, by[0].id))
    )
    edges = (
        MapEdge(odd, odd, "consumes", odd, 1, 1, 1, None, 5),
        MapEdge(odd, odd, "produces", None, 1, 0, 0, None, None),
    )
    made = {
        "chain.html": flow_drawing(deep, "html"),
        "flow.html": flow_drawing(registration(), "html"),
        "flow.svg": flow_drawing(registration(), "svg"),
        "map.html": map_drawing(registration_map(), "html", DELIVERED),
        "map.svg": map_drawing(registration_map(), "svg"),
        "fan-out.html": flow_drawing(fan_out(5_000), "html"),
        "problems.html": flow_drawing(with_problems(registration(), found), "html"),
        "hostile.html": flow_drawing(hostile, "html"),
        "odd.html": flow_drawing(long, "html"),
        "odd.svg": flow_drawing(long, "svg"),
        "odd-map.html": map_drawing(ServiceMap((MapNode(odd, "service"), MapNode(odd, "topic", 1)), edges), "html"),
        "hostile.svg": flow_drawing(hostile, "svg"),
    }
    for name, content in made.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("width", [390, 768, 1300])
@pytest.mark.parametrize("name", ["flow", "map", "chain", "fan-out", "hostile", "odd", "odd-map", "problems"])
def test_a_page_fetches_nothing_complains_of_nothing_and_is_not_wider_than_the_screen(
    chromium: Chromium, pages: Path, name: str, width: int
) -> None:
    page = pages / f"{name}.html"
    chromium.open(page, width=width)
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    assert chromium.ask("document.documentElement.scrollHeight") < 40 * 900
    assert "\u202e" not in chromium.ask("document.body.innerText")
    assert chromium.ask("document.documentElement.className") == "js"  # the policy lets our script run
    assert chromium.requests == [page.as_uri()]
    assert (chromium.complaints, chromium.dialogs) == ([], [])


@pytest.mark.parametrize("name", ["flow", "map", "hostile", "odd"])
def test_a_picture_by_itself_fetches_nothing_and_shows_its_text(chromium: Chromium, pages: Path, name: str) -> None:
    page = pages / f"{name}.svg"
    chromium.open(page)
    assert chromium.ask("document.querySelectorAll('.box .name').length") > 1
    assert (chromium.requests, chromium.complaints, chromium.dialogs) == ([page.as_uri()], [], [])


def test_no_text_of_a_picture_is_wider_than_its_box(chromium: Chromium, pages: Path) -> None:
    wide = """[...document.querySelectorAll('.box')].filter(box => {
      const edge = box.querySelector('.shape').getBoundingClientRect().right;
      return [...box.querySelectorAll('text')].some(text => text.getBoundingClientRect().right > edge);
    }).length"""
    for name in ("flow.svg", "map.svg"):
        chromium.open(pages / name)
        assert chromium.ask(wide) == 0


CONTRAST = """(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const painted = colours => {  // one over the other, on white
    canvas.fillStyle = 'white'; canvas.fillRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => rgb.map(c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
  const poor = [];
  for (const one of document.querySelectorAll('body *')) {
    const own = [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join('');
    if (!own || !one.checkVisibility() || one.closest('title, style, script, noscript')) continue;
    const under = [], isDrawn = one instanceof SVGElement;
    for (let at = one; at; at = at.parentElement) under.unshift(getComputedStyle(at).backgroundColor);
    const shape = isDrawn && one.closest('.box')?.querySelector('.shape');
    if (shape && getComputedStyle(shape).fill !== 'none') under.push(getComputedStyle(shape).fill);
    const look = getComputedStyle(one);
    const text = isDrawn ? look.fill : look.color;
    const [a, b] = [light(painted([...under, text])), light(painted(under))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push([own.slice(0, 30), one.className.baseVal ?? one.className, text, +ratio.toFixed(2)]);
  }
  return poor;
})()"""


def test_a_picture_by_itself_is_dark_all_over_where_the_system_is(chromium: Chromium, pages: Path) -> None:
    chromium.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    chromium.open(pages / "flow.svg", width=1920)
    assert chromium.ask("getComputedStyle(document.documentElement).backgroundColor") == "rgb(13, 17, 23)"


@pytest.mark.parametrize("name", ["flow.html", "flow.svg"])
def test_paper_is_white_where_the_system_is_dark_too(chromium: Chromium, pages: Path, name: str) -> None:
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    colour = "getComputedStyle(document.querySelector('.box .name')).fill"
    try:
        chromium.call("Emulation.setEmulatedMedia", media="screen", features=dark)
        chromium.open(pages / name)
        assert chromium.ask(colour) == "rgb(230, 237, 243)"
        chromium.call("Emulation.setEmulatedMedia", media="print", features=dark)
        assert chromium.ask(colour) == "rgb(31, 35, 40)"
    finally:
        chromium.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["flow.html", "map.html", "problems.html", "flow.svg", "map.svg"])
def test_every_text_stands_out_from_what_is_behind_it(chromium: Chromium, pages: Path, name: str, scheme: str) -> None:
    """4.5 to 1, the level AA of the Web Content Accessibility Guidelines 2.2 (1.4.3)."""
    chromium.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    chromium.open(pages / name)
    script = CONTRAST.replace("body *", "svg *") if name.endswith("svg") else CONTRAST
    if name.endswith("svg"):
        script = script.replace("document.createElement('canvas')", "new OffscreenCanvas(1, 1)")
        script = script.replace("canvas.fillStyle = 'white'", "canvas.fillStyle = getComputedStyle("
                                "document.querySelector('.paper')).fill")  # fmt: skip
    assert chromium.ask(script) == []


def test_what_a_box_is_joined_to_stands_out_while_it_is_pointed_at(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "map.html")
    near = "[...document.querySelectorAll('.tracing .box.near .name')].map(name => name.textContent).sort()"
    chromium.click(".box.topic.untraced", move_only=True)
    assert chromium.ask(near) == ["email", "email-sent"]
    chromium.click("h1", move_only=True)
    assert chromium.ask(near) == []


def test_a_picture_that_is_larger_than_its_frame_can_be_seen_whole(chromium: Chromium, pages: Path) -> None:
    fits = "(frame => frame.scrollWidth <= frame.clientWidth)(document.querySelector('.scroll'))"
    chromium.open(pages / "flow.html", width=390)
    assert not chromium.ask(fits)
    chromium.click("[data-do=whole]")
    assert chromium.ask(fits)
    chromium.open(pages / "flow.html", width=1440)
    assert chromium.ask(f"({SOON})(() => !document.querySelector('[data-do=whole]').checkVisibility())")
    chromium.resize(390)
    assert chromium.ask(f"({SOON})(() => document.querySelector('[data-do=whole]').checkVisibility())")


IN_FRAME = """(selector => {
  const frame = document.querySelector('.scroll').getBoundingClientRect();
  return [...document.querySelectorAll('.scroll ' + selector)].some(box => {
    const at = box.getBoundingClientRect();
    return at.left >= frame.left && at.right <= frame.right && at.top >= frame.top && at.bottom <= frame.bottom;
  });
})"""


@pytest.mark.parametrize("width", [390, 768, 1300, 1440, 1920])
def test_a_picture_opens_where_a_failure_is_seen_and_at_its_beginning_where_that_is_enough(
    chromium: Chromium, pages: Path, width: int
) -> None:
    chromium.open(pages / "map.html", width=width)
    assert chromium.ask(f"{IN_FRAME}('.box.error')")
    if width >= 1300:
        assert chromium.ask("document.querySelector('.scroll').scrollLeft") == 0
    chromium.open(pages / "flow.html", width=width)
    assert chromium.ask(f"{IN_FRAME}('.box.asked')")


@pytest.mark.parametrize("width", [390, 761, 900, 901, 1300, 1920])
def test_every_line_of_the_tree_has_room_and_no_heading_covers_another(
    chromium: Chromium, pages: Path, width: int
) -> None:
    chromium.open(pages / "problems.html", width=width)
    rooms = chromium.ask("[...document.querySelectorAll('.tree .what')].map(one => one.getBoundingClientRect().width)")
    assert len(rooms) > 10
    assert min(rooms) > 120
    right, left = chromium.ask("""(() => {
      const heading = document.createRange();
      heading.selectNodeContents(document.querySelector('.bar-head h2'));
      const tool = document.querySelector('[data-do=unfold]');
      return [heading.getBoundingClientRect().right, tool.getBoundingClientRect().left];
    })()""")
    assert right < left


def test_a_failure_in_the_head_leads_to_its_attempt_and_back_comes_back(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "flow.html")
    chromium.click("[data-do=fold]")
    chromium.click(".trouble a")
    assert chromium.ask(f"({SOON})(() => document.activeElement.innerText.includes('attempt 3'))")
    chromium.ask("history.back()")
    assert chromium.ask(f"({SOON})(() => location.hash === '' && scrollY < 200)")
    chromium.open(pages / "map.html")
    chromium.click(".trouble a")
    assert chromium.ask(f"({SOON})(() => document.querySelector('tr.flash')?.innerText.startsWith('crm-sync'))")


def test_the_tab_key_stops_once_in_a_picture_and_arrow_keys_walk_its_boxes(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "flow.html")
    here = "document.activeElement.closest('.box')?.querySelector('.name')?.textContent"
    chromium.ask("document.querySelector('.scroll').focus()")
    chromium.press("Tab")
    assert chromium.ask(here) == "user-created/2/17"
    assert chromium.ask("getComputedStyle(document.activeElement.querySelector('.shape')).strokeWidth") == "2.5px"
    chromium.press("ArrowRight")
    assert chromium.ask(here) == "email-senders"
    chromium.press("ArrowLeft")
    assert chromium.ask(here) == "user-created/2/17"
    chromium.press("Tab")
    assert chromium.ask("document.activeElement.dataset.do") == "unfold"


def test_a_mark_leads_to_its_problem_and_back_to_the_attempt(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "problems.html")
    chromium.click(".mark")
    assert chromium.ask(f"({SOON})(() => document.querySelector('.flash')?.id === 'p0')")
    chromium.click(".places a")
    assert chromium.ask(f"({SOON})(() => document.querySelector('.flash')?.innerText.includes('attempt 3'))")


def test_what_is_thousands_long_is_shown_in_part_and_copied_whole(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "odd.html", width=390)
    key = "document.querySelectorAll('.facts .copy')[1]"
    assert chromium.ask(f"{key}.innerText.length") == 300
    assert chromium.ask(f"{key}.dataset.copy.length") > 10_000
    chromium.click("#r1 .why")
    assert "\u202e" not in chromium.ask(SHOWN)


def test_subtrees_fold_by_mouse_and_by_keys(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "flow.html")
    every = chromium.ask(VISIBLE)
    chromium.click(".tree .group > details > summary > .what")
    assert chromium.ask("document.querySelector('.tree .group > details').open") is False
    assert chromium.ask(VISIBLE) < every
    chromium.ask("document.querySelector('.tree .group > details > summary').focus()")
    chromium.press("ArrowRight")
    assert chromium.ask(VISIBLE) == every
    chromium.press("ArrowLeft")
    assert chromium.ask(VISIBLE) < every
    chromium.click("[data-do=fold]")
    assert chromium.ask(VISIBLE) == 1
    chromium.click("[data-do=unfold]")
    assert chromium.ask(VISIBLE) == every


def test_the_evidence_of_a_step_shows_when_it_is_pointed_at_and_stays_when_it_is_clicked(
    chromium: Chromium, pages: Path
) -> None:
    chromium.open(pages / "flow.html")
    chromium.click("h1", move_only=True)
    assert chromium.ask(SHOWN) == ""
    chromium.click("#r1 .why", move_only=True)
    assert "by parent, confidence 1.00" in chromium.ask(SHOWN)
    chromium.click("#r1 .why")
    chromium.click("h2", move_only=True)
    shown = chromium.ask(SHOWN)
    assert "delivered: how it is known" in shown
    assert "2026-11-24T06:11:01." in shown
    chromium.press("Escape")
    assert chromium.ask(SHOWN) == ""


def test_a_finger_shows_evidence_and_follows_boxes_as_a_mouse_does(chromium: Chromium, pages: Path) -> None:
    chromium.call("Emulation.setTouchEmulationEnabled", enabled=True)
    try:
        chromium.open(pages / "flow.html", width=390)
        chromium.tap("#r1 .why")
        assert chromium.ask(f"({SOON})(() => ({SHOWN}).includes('by parent, confidence 1.00'))")
        chromium.tap("#why .close")
        assert chromium.ask(f"({SOON})(() => ({SHOWN}) === '')")
        chromium.tap(".box.dead-lettered")
        assert chromium.ask(f"({SOON})(() => document.querySelector('.flash')?.innerText.includes('crm-sync'))")
        assert chromium.ask("document.querySelector('.tracing')") is None
    finally:
        chromium.call("Emulation.setTouchEmulationEnabled", enabled=False)


def test_a_box_of_the_picture_leads_to_its_line(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "flow.html")
    chromium.click("[data-do=fold]")
    chromium.ask("""[...document.querySelectorAll('.box')].find(box => box.textContent.includes('email-sent/0/9'))
      .classList.add('wanted')""")
    chromium.click(".box.wanted")
    assert chromium.ask(f"({SOON})(() => document.querySelector('.flash')?.innerText.includes('email-sent/0/9'))")
    assert chromium.ask("document.querySelector('.flash').checkVisibility()")


def test_an_arrow_of_the_map_leads_to_its_row(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "map.html")
    chromium.click(".caption.dead-lettered .label")
    assert chromium.ask(f"({SOON})(() => document.querySelector('tr.flash')?.innerText.startsWith('crm-sync'))")


def test_what_is_folded_of_a_fan_out_of_thousands_opens(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "fan-out.html")
    before = chromium.ask("document.querySelectorAll('.tree li').length")
    assert before < 100
    chromium.click(".more > details > summary")
    after = f"() => document.querySelectorAll('.tree li').length === {before + 2 * 1_000}"
    assert chromium.ask(f"({SOON})({after})")
    assert chromium.complaints == []


def test_a_link_into_what_is_packed_unpacks_it(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "fan-out.html")
    chromium.ask("document.querySelector('.tree').insertAdjacentHTML('beforeend', '<a id=there href=#r9000>there</a>')")
    chromium.click("#there")
    assert chromium.ask(f"({SOON})(() => document.querySelector('.flash')?.id === 'r9000')")
    assert chromium.ask("document.querySelector('.flash').checkVisibility()")
    chromium.click("#r9000 .why")
    assert "by parent, confidence 1.00" in chromium.ask(SHOWN)


def test_a_click_copies_an_id(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "flow.html")
    chromium.click(".facts .copy")
    assert chromium.ask(f"({SOON})(() => document.querySelector('.copy.done') !== null)")
    assert chromium.complaints == []


def test_without_scripts_all_can_be_read_and_folded(chromium: Chromium, pages: Path) -> None:
    chromium.open(pages / "flow.html", scripts=False)
    try:
        assert chromium.ask(VISIBLE) > 10
        chromium.click(".tree .group > details > summary > .what")
        assert chromium.ask("document.querySelector('.tree .group > details').open") is False
        assert chromium.ask("getComputedStyle(document.querySelector('.tools')).display") == "none"
        chromium.open(pages / "fan-out.html", scripts=False)
        chromium.click(".more > details > summary")
        shown = chromium.ask("document.querySelector('.more > details').innerText")
        assert "parts/0: 19–1018" in shown
        assert "packer: 1,000 ok" in shown
    finally:
        chromium.call("Emulation.setScriptExecutionDisabled", value=False)
