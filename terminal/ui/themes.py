"""The bench's colours: one theme for 16 colours and one for 256, with the same places.

On 16 colours only the eight base colours are used as background, because the Linux console can't show bright ones.
Names of styles (`$bench-key` and so on) are what every panel uses; they say what a text is, not how it looks.
"""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

from terminal.bench.view import Level

PLAIN = "bench-16"
RICH = "bench-256"

KEY = "bold $bench-key"
"""Keys, numbers, what can be pressed."""
STRONG = "bold $bench-strong"
"""Headings and what stands out."""
MUTED = "$bench-muted"
"""Labels beside values."""
OFF = "$bench-off"
"""What would do nothing now."""
GOOD = "$bench-good"
WARN = "bold $bench-warn"
STOP = "bold $bench-stop"

LEVEL_STYLES = {Level.ASK: "", Level.OK: GOOD, Level.WARN: WARN, Level.STOP: STOP}
"""How a line about something of that level looks outside of the band."""

_PLAIN = {
    "bench-background": "ansi_black",
    "bench-text": "ansi_white",
    "bench-strong": "ansi_bright_white",
    "bench-key": "ansi_bright_cyan",
    "bench-muted": "ansi_cyan",
    "bench-off": "ansi_bright_black",
    "bench-good": "ansi_bright_green",
    "bench-warn": "ansi_bright_yellow",
    "bench-stop": "ansi_bright_red",
    "bench-rule": "ansi_blue",
    "band-ask": "ansi_blue",
    "band-ask-text": "ansi_bright_white",
    "band-ok": "ansi_green",
    "band-ok-text": "ansi_black",
    "band-warn": "ansi_yellow",
    "band-warn-text": "ansi_black",
    "band-stop": "ansi_red",
    "band-stop-text": "ansi_bright_white",
}

_RICH = {
    "bench-background": "#121212",
    "bench-text": "#dadada",
    "bench-strong": "#ffffff",
    "bench-key": "#87d7ff",
    "bench-muted": "#b2b2b2",
    "bench-off": "#626262",
    "bench-good": "#87d787",
    "bench-warn": "#ffd75f",
    "bench-stop": "#ff8787",
    "bench-rule": "#444444",
    "band-ask": "#005f87",
    "band-ask-text": "#ffffff",
    "band-ok": "#5fd787",
    "band-ok-text": "#000000",
    "band-warn": "#ffd700",
    "band-warn-text": "#000000",
    "band-stop": "#af0000",
    "band-stop-text": "#ffffff",
}
"""All from the fixed part of the 256-colour palette, so that no terminal has to round them."""

THEMES = (
    Theme(
        name=PLAIN,
        ansi=True,
        primary="ansi_blue",
        secondary="ansi_cyan",
        warning="ansi_yellow",
        error="ansi_red",
        success="ansi_green",
        accent="ansi_cyan",
        foreground="ansi_white",
        background="ansi_black",
        surface="ansi_black",
        panel="ansi_black",
        boost="ansi_black",
        # Without the variables of the built-in theme a native ANSI theme can't be parsed.
        variables={**BUILTIN_THEMES["ansi-dark"].variables, **_PLAIN},
    ),
    Theme(
        name=RICH,
        primary=_RICH["band-ask"],
        warning=_RICH["band-warn"],
        error=_RICH["band-stop"],
        success=_RICH["band-ok"],
        foreground=_RICH["bench-text"],
        background=_RICH["bench-background"],
        surface=_RICH["bench-background"],
        panel=_RICH["bench-background"],
        variables=_RICH,
    ),
)
NAMES = ("auto", PLAIN, RICH)
"""What a site may choose; auto takes the one that the terminal has the colours for."""


def choose(wanted: str, color_system: str | None) -> str:
    """The theme to use: `wanted`, or for `auto` and unknown names what fits Rich's `color_system`."""
    if wanted in (PLAIN, RICH):
        return wanted
    return RICH if color_system in ("256", "truecolor") else PLAIN
