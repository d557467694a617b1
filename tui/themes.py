"""The explorer's own dark and light, and the colours that a flow needs beside Textual's."""

from __future__ import annotations

from textual.theme import Theme

DARK_NAME = "tracer-dark"
LIGHT_NAME = "tracer-light"

FALLBACK = {"queue": "#7f8fb8", "event": "#e0af68", "dim": "#7d869c", "row-hover": "#80808022"}
"""For the themes that come with Textual, which do not name these."""


def dark() -> Theme:
    """Ink with a blue tint; one warm and one cold accent."""
    return Theme(
        name=DARK_NAME,
        primary="#6cb6ff",
        secondary="#a48cf2",
        accent="#f0b35e",
        success="#6fd08c",
        warning="#f0b35e",
        error="#ff6f7d",
        foreground="#d7deea",
        background="#0e131c",
        surface="#141b27",
        panel="#1c2635",
        dark=True,
        variables={
            "queue": "#8095c9",
            "event": "#f0b35e",
            "dim": "#76829a",
            "row-hover": "#182130",
            "block-cursor-background": "#25405f",
            "block-cursor-foreground": "#f2f6fc",
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": "#1c2a3d",
            "footer-key-foreground": "#6cb6ff",
            "footer-background": "#141b27",
            "input-cursor-background": "#6cb6ff",
            "scrollbar": "#2a3649",
            "scrollbar-background": "#0e131c",
            "scrollbar-corner-color": "#0e131c",
            "scrollbar-hover": "#3a4a63",
            "scrollbar-active": "#6cb6ff",
        },
    )


def light() -> Theme:
    """Paper, with the same hues dark enough to read."""
    return Theme(
        name=LIGHT_NAME,
        primary="#1462a8",
        secondary="#6a45c2",
        accent="#9a5b00",
        success="#1b7f43",
        warning="#9a5b00",
        error="#c0203a",
        foreground="#1f2733",
        background="#fbfaf7",
        surface="#f1efe9",
        panel="#e6e3da",
        dark=False,
        variables={
            "queue": "#5f6fa3",
            "event": "#9a5b00",
            "dim": "#667085",
            "row-hover": "#f1efe9",
            "block-cursor-background": "#cfe2f5",
            "block-cursor-foreground": "#10243a",
            "block-cursor-text-style": "none",
            "block-cursor-blurred-background": "#e3e9ef",
            "footer-key-foreground": "#1462a8",
            "footer-background": "#f1efe9",
            "input-cursor-background": "#1462a8",
            "scrollbar": "#d3cfc4",
            "scrollbar-background": "#fbfaf7",
            "scrollbar-corner-color": "#fbfaf7",
            "scrollbar-hover": "#bdb8aa",
            "scrollbar-active": "#1462a8",
        },
    )
