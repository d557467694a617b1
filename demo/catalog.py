"""The demos there are."""

from __future__ import annotations

DEMOS = {
    "registration": "one event, five services; a changed payload breaks one of them and nobody sees it",
}
"""Name and one line for each."""
