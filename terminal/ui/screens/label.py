"""Label: how the label of the item on the bench is printed, in characters."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.ui import words
from terminal.ui.literal import content
from terminal.ui.picture import Picture
from terminal.ui.screens.page import Page, who


def page(picture: Picture, label: Sequence[str] | None) -> Page:
    """The label page; `label` is None until the station has drawn it."""
    lines = (words.LABEL_DRAWING,) if label is None else label
    return Page(words.LABEL, who(picture), tuple(content(f"  {line}") for line in lines))
