"""The right-hand panel of a wide screen: the value of each way out, and below it the last items."""

from __future__ import annotations

from textual.content import Content

from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.picture import Picture
from terminal.ui.themes import MUTED, STRONG
from terminal.ui.widgets import tables
from terminal.ui.widgets.panel import BAR

WIDE_FROM = 110
"""Columns from which there is a right-hand panel."""
LEFT = 72
NARROWEST, WIDEST = 38, 64


def side_width(width: int) -> int:
    """Cells of the right-hand panel on a screen of `width` cells, its dividing line included; 0: there is none."""
    return 0 if width < WIDE_FROM else max(NARROWEST, min(WIDEST, width - LEFT))


def side(picture: Picture, width: int, height: int) -> list[Content]:
    """Exactly `height` lines with the dividing line in front."""
    view = picture.view
    inner = width - 1
    lines: list[Content] = []
    if view.channels:
        lines += tables.channels(view.channels, inner, note_lines=2 if height > 2 * len(view.channels) else 1)
        lines.append(Content(""))
    room = height - len(lines) - 1
    if view.recent and room > 0:
        lines += tables.items(picture, view.recent[:room], inner)
    elif not lines:
        lines = [
            Content.styled(f" {_(words.LAST_ITEMS)}", STRONG),
            Content.styled(f" {_(words.NO_ITEMS)}", MUTED),
        ]
    lines += [Content("")] * (height - len(lines))
    return [Content.styled(BAR, "$bench-rule") + line for line in lines[:height]]
