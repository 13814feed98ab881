"""A page: lines that cover the bench for a moment. It takes no scan; a scan closes it and goes to the bench."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.literal import content
from terminal.ui.picture import Picture
from terminal.ui.themes import KEY, MUTED, STRONG
from terminal.ui.times import clock
from terminal.ui.widgets.panel import RULE, rule, spread
from terminal.ui.widgets.status import devices

FRAME = 5
"""Rows of a page that are not its lines: heading, rule, rule, devices, the way back."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page has to say; `drawn` puts it into the frame that all pages share."""

    title: str
    beside: str
    """Who and where, behind the title."""
    lines: tuple[Content, ...]
    note: str = ""
    """Advice in the last row; empty: that a scan is never lost."""
    note_style: str = MUTED


def scrolled(page: Page, top: int, height: int) -> int:
    """The nearest line to `top` that may be the first one on a screen of `height` rows."""
    return max(0, min(top, len(page.lines) - (height - FRAME)))


def drawn(page: Page, picture: Picture, top: int, width: int, height: int) -> list[Content]:
    """The whole screen: heading, the lines from `top` on, devices, how to get back and the note."""
    room = max(1, height - FRAME)
    top = scrolled(page, top, height)
    shown = page.lines[top : top + room]
    heading = spread(
        Content.assemble((f" {page.title}", STRONG), "  ", content(page.beside, MUTED)),
        Content.styled(f"{clock(picture.now, picture.zone)}  ", STRONG),
        width,
    )
    more = f"   {_(words.MORE)}" if len(page.lines) > room else ""
    return [
        heading,
        rule(width),
        *(line.truncate(width, ellipsis=True) for line in shown),
        *[Content("")] * (room - len(shown)),
        rule(width),
        devices(picture, width),
        Content.assemble(
            (f" {_(words.BACK)}{more}   ", KEY), content(page.note or _(words.SAFE_SCAN), page.note_style)
        ).truncate(width, ellipsis=True),
    ]


def group(title: str, width: int) -> Content:
    """The heading of a group of lines."""
    named = content(f" {title} ", STRONG)
    return named + Content.styled(RULE * max(0, width - named.cell_length - 1), "$bench-rule")


def who(picture: Picture) -> str:
    """Operator and bench, as they stand in the heading of a page."""
    view = picture.view
    return _(words.WHO).format(operator=view.operator or "-", station=view.station or "-")


def spaced(groups: Sequence[Sequence[Content]]) -> tuple[Content, ...]:
    """Groups of lines with an empty line between two."""
    return tuple(line for lines in groups if lines for line in (Content(""), *lines))[1:]
