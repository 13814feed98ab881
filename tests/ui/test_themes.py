"""Colours: readable from a metre, and nothing that a text console can't show."""

from __future__ import annotations

import pytest
from rich.color import Color, ColorSystem

from terminal.ui.themes import NAMES, PLAIN, RICH, THEMES, choose

BY_NAME = {theme.name: theme.variables for theme in THEMES}
BASE = {f"ansi_{name}" for name in ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")}
BANDS = ("ask", "ok", "warn", "stop")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2) of the entry of the 256-colour palette to which a colour is rounded."""
    rounded = Color.parse(colour).downgrade(ColorSystem.EIGHT_BIT).get_truecolor()
    parts = [part / 255 for part in rounded]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2) of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("band", BANDS)
def test_bands_are_read_from_a_metre(band: str) -> None:
    """Words on the bands have a contrast of at least 7:1."""
    colours = BY_NAME[RICH]
    assert contrast(colours[f"band-{band}"], colours[f"band-{band}-text"]) >= 7


@pytest.mark.parametrize("name", ["text", "strong", "key", "muted", "good", "warn", "stop"])
def test_text_has_a_contrast_of_seven(name: str) -> None:
    """Everything but what would do nothing now is at least 7:1 on the background."""
    colours = BY_NAME[RICH]
    assert contrast(colours[f"bench-{name}"], colours["bench-background"]) >= 7


def test_what_would_do_nothing_is_pale_but_to_be_read() -> None:
    """Pale text is at least 2.5:1: it says where a key is, not what to do."""
    colours = BY_NAME[RICH]
    assert 2.5 <= contrast(colours["bench-off"], colours["bench-background"]) < 7


def test_both_themes_name_the_same_colours() -> None:
    """A panel can use any name under any theme."""
    assert set(BY_NAME[RICH]) <= set(BY_NAME[PLAIN])


def test_sixteen_colours_use_only_base_colours_as_background() -> None:
    """Bright backgrounds don't show on the Linux console; text and background always differ."""
    colours = BY_NAME[PLAIN]
    assert colours["bench-background"] in BASE
    for band in BANDS:
        assert colours[f"band-{band}"] in BASE
        assert colours[f"band-{band}"] != colours[f"band-{band}-text"]
    assert len({colours[f"band-{band}"] for band in BANDS}) == 4


def test_auto_takes_what_the_terminal_has() -> None:
    """A terminal of 256 colours or more gets the rich theme, any other the plain one; a site's choice wins."""
    assert choose("auto", "256") == choose("auto", "truecolor") == RICH
    assert choose("auto", "standard") == choose("auto", None) == PLAIN
    assert choose(PLAIN, "truecolor") == PLAIN
    assert choose(RICH, "standard") == RICH
    assert choose("solarized", "256") == RICH
    assert set(NAMES) == {"auto", PLAIN, RICH}
