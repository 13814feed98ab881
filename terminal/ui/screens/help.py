"""Help: what the bench waits for now, in full, and every key."""

from __future__ import annotations

from textual.content import Content

from terminal.bench.view import SYMBOLS
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.picture import Picture
from terminal.ui.screens.page import Page, group, spaced, who
from terminal.ui.themes import KEY, LEVEL_STYLES, MUTED
from terminal.ui.widgets.body import facts
from terminal.ui.widgets.panel import fit, widest, wrap

KEY_WIDTH = 7
NAME_WIDTH = 12
LINE_LINES = 6


def page(picture: Picture, width: int) -> Page:
    """The help page for the view of now."""
    return Page(
        _(words.HELP), who(picture), spaced((_now(picture, width), _always(width), _keys(picture, width)))
    )


def _now(picture: Picture, width: int) -> list[Content]:
    view = picture.view
    style = LEVEL_STYLES[view.level]
    said = wrap(f"{SYMBOLS[view.level]} {view.line}", width - 2, LINE_LINES)
    hints = [line for hint in view.hints for line in wrap(hint, width - 2, LINE_LINES)]
    return [
        group(f"{_(words.HELP_NOW)}: {fit(view.word, width // 2).rstrip()}", width),
        *(Content(" ") + line.stylize(style) for line in said),
        *facts(view.facts, width),
        *(Content(" ") + line.stylize(MUTED) for line in hints),
    ]


def _always(width: int) -> list[Content]:
    rows = [_row(_(key), "", _(text)) for key, text in words.HELP_LINES]
    return [group(_(words.HELP_ALWAYS), width), *rows]


def _keys(picture: Picture, width: int) -> list[Content]:
    known = picture.keymap.help_lines()
    names = max(NAME_WIDTH, widest([name for _key, name, _text in known]) + 1)
    rows = [_row(key, name, text, names) for key, name, text in known]
    return [group(_(words.HELP_KEYS), width), *rows]


def _row(key: str, name: str, text: str, names: int = NAME_WIDTH) -> Content:
    named = fit(name, names) if name else ""
    return Content.assemble((f" {fit(key, KEY_WIDTH)}", KEY), named, (text, MUTED))
