"""Pages whose lines the station draws: the item's label in characters, and what each channel would bring."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.literal import content
from terminal.ui.picture import Picture
from terminal.ui.screens.page import Page, who


def page(picture: Picture, name: str, drawn: Sequence[str] | None) -> Page:
    """The page `label` or `value`; `drawn` is None until the station has drawn it."""
    lines = (_(words.DRAWING),) if drawn is None else drawn
    return Page(_(words.DRAWN[name]), who(picture), tuple(content(f"  {line}") for line in lines))
