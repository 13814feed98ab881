"""History: the last items, as many as the view has, newest first."""

from __future__ import annotations

from textual.content import Content

from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.picture import Picture
from terminal.ui.screens.page import Page, who
from terminal.ui.themes import MUTED
from terminal.ui.widgets.tables import items


def page(picture: Picture, width: int) -> Page:
    """The history page."""
    rows = picture.view.recent
    lines = items(picture, rows, width) if rows else [Content.styled(f" {_(words.HISTORY_EMPTY)}", MUTED)]
    return Page(_(words.HISTORY), who(picture), tuple(lines))
