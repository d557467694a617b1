"""The HTML page around a flow or a map: one file that needs no other, for a mail or a ticket. Pure.

Nothing is fetched, and the Content-Security-Policy forbids it: style and script are those of this page, by their hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tracer.render import svg
from tracer.render.cells import clean, cut
from tracer.render.svg import text
from tracer.render.words import rfc3339
from tracer.version import __version__

_HERE = Path(__file__).parent


LONGEST = 300
"""Cells of a name or a key that a line shows: they can be thousands long."""

Facts = Mapping[int, Any]
"""What the script shows of a row when it is asked about, by the number of the row."""


def page(title: str, body: str, facts: Facts = MappingProxyType({})) -> str:
    """A whole page. `facts` are those of the rows that are not packed."""
    style = svg.css() + (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    data = _json(list(facts.items())).replace("<", "\\u003c")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f'<link rel="icon" href="data:,">\n<title>{text(title)}</title>\n<style>{style}</style>\n</head>\n'
        f'<body class="picture">\n<main>\n{body}</main>\n<footer>event-tracer {text(__version__)}</footer>\n'
        '<div id="why" popover role="dialog" aria-label="How it is known"></div>\n'
        f'<script type="application/json" id="facts">{data}</script>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def copyable(value: str, shown: str | None = None) -> str:
    """A value that a click copies whole, as it is; `shown` shorter, and without what would turn the text round."""
    seen = text(shown or cut(clean(value), LONGEST))
    return f'<button type="button" class="copy" data-copy="{text(value)}">{seen}</button>'


def copyable_time(nanoseconds: int) -> str:
    """A time for people, copied with all its digits."""
    whole = rfc3339(nanoseconds)
    return copyable(whole, whole[:23].replace("T", " ") + " UTC")


def packed(html: str, facts: Facts, rows: range) -> str:
    """Rows of a list with their facts, compressed; the script unpacks them when the list is opened or a link leads to
    one of these `rows`. So a page with thousands of rows is small and opens as fast as another.
    """
    small = base64.b64encode(zlib.compress(_json({"facts": list(facts.items()), "html": html}).encode(), 9)).decode()
    told = f'data-from="{rows.start}" data-to="{rows.stop}"'
    return f'<script type="text/plain" class="packed" {told}>{small}</script>'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _hash(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
