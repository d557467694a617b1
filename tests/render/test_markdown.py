"""What checks found as Markdown, read by a Markdown parser."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.render.sample_flows import T0
from tracer.flows.model import Guarantee, NotLookedFor, Problem, Unknown
from tracer.render.cells import cells, clean
from tracer.render.markdown import code, escaped, report_markdown

ID = "kafka://user_created/1/8#crm_sync@3"
FAILING = Problem("failing", "crm", "orders", "crm", 12, T0, T0, "broken: group crm", (ID, "b", "c", "d"), 1.0)
AS_OBSERVED = (
    *(Guarantee(f"orders|{number}", "pay", "effectively-once", 34, 0, 0, 3 / 34, None) for number in range(20)),
    Guarantee("late", "pay", "at-most-once", 34, 2, 0, None, None),
)


def inline(text: str) -> list[Token]:
    """The tokens of a line of text."""
    found = MarkdownIt("gfm-like", {"linkify": False}).parseInline(text)
    return [child for token in found for child in token.children or ()]


def test_each_problem_has_its_message_and_its_first_ids_as_code() -> None:
    told = report_markdown([FAILING])
    assert told.startswith("**1 problem**\n\n- **failing** broken: group crm (confidence 1.00)\n")
    assert told.endswith(f"  - `{ID}`, `b`, `c` and 9 more\n")
    assert "\\" not in told


def test_what_is_open_and_what_was_not_looked_for_is_told() -> None:
    doubt = Unknown("lost", "orders", "orders", "mail", 3, T0, T0, "3 not handled; unknown: sampled", (), "sampled")
    told = report_markdown([], [doubt], [NotLookedFor("business-duplicate", "no hash")])
    assert "**No problems**" in told
    assert "**1 undecided**\n\n- **lost** 3 not handled; unknown: sampled\n" in told
    assert told.endswith("**Not looked for**\n\n- **business-duplicate** no hash\n")


def test_delivery_is_a_table_the_worst_first_that_is_aligned_before_anything_renders_it() -> None:
    told = report_markdown([], guarantees=AS_OBSERVED)
    rows = [line for line in told.splitlines() if line.startswith("|")]
    assert len({cells(row) for row in rows}) == 1
    assert "at most once" in rows[2]
    assert told.endswith("and 9 more; `tracer check --format json` has all\n")
    rendered = MarkdownIt("gfm-like", {"linkify": False}).render(told)
    assert rendered.count("<tr>") == 1 + 12
    assert "<td>orders|0</td>" in rendered


@pytest.mark.parametrize(
    "text",
    [
        "*a*",
        "_a_ __b__",
        "`a`",
        "[a](http://b)",
        "![a](b)",
        "<script>",
        "a & b",
        "&lt;",
        "~~a~~",
        "a|b",
        "\\*",
        "x_y_z",
    ],
)
def test_text_stays_text(text: str) -> None:
    assert "".join(token.content for token in inline(escaped(text))) == text


def test_names_that_are_common_are_not_made_harder_to_read() -> None:
    for plain in ("KeyError: 'email'", "user_created.dlq", "2026-11-24 06:16:46", "100 of 100, 15%"):
        assert escaped(plain) == plain


def test_nobody_is_called_and_no_issue_is_linked() -> None:
    assert escaped("@here #12 <!channel>") == "\\@here \\#12 &lt;!channel&gt;"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_stays_text_and_any_id_one_code_span(text: str) -> None:
    assert "".join(token.content for token in inline("x " + escaped(text) + " x")) == f"x {clean(text)} x"
    spans = [token.content for token in inline("x " + code(text) + " x") if token.type == "code_inline"]
    assert [span.strip() for span in spans] == [clean(text).strip()] or not clean(text).strip()
