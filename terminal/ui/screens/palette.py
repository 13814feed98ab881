"""Palette: everything that can be asked for, by letter. Only here do single letters act."""

from __future__ import annotations

from textual.content import Content

from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.keys import REGISTRY
from terminal.ui.picture import Picture
from terminal.ui.screens.page import Page, who
from terminal.ui.themes import KEY, MUTED, OFF, STRONG, WARN
from terminal.ui.widgets.panel import fit, widest

NAME_WIDTH = 14
"""Cells of the names; more where a language has a longer one."""
KEY_WIDTH = 7


def page(picture: Picture, note: str = "") -> Page:
    """The palette. `note` stands in the place of the advice, such as the answer to a wrong letter."""
    names = max(NAME_WIDTH, widest([_(action.name) for action in REGISTRY]) + 1)
    rows = tuple(
        _row(picture, action.id, names)
        for action in REGISTRY
        if action.letter and (not action.optional or action.id in picture.view.actions)
    )
    style = WARN if note else MUTED
    return Page(_(words.PALETTE), who(picture), rows, note or _(words.PALETTE_LINE), style)


def _row(picture: Picture, name: str, names: int) -> Content:
    action = next(one for one in REGISTRY if one.id == name)
    on = action.screen or name in picture.view.actions
    return Content.assemble(
        (f"  {action.letter.upper()}  ", KEY if on else OFF),
        (fit(_(action.name), names), STRONG if on else OFF),
        (fit(picture.keymap.key_name(name), KEY_WIDTH), MUTED if on else OFF),
        (_(action.help), "" if on else OFF),
    )
