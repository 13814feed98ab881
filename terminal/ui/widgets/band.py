"""The band of rows 3 to 9: rule, word in block letters, symbol and line, all in the level's colour."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content

from terminal.bench.view import SYMBOLS, Level
from terminal.domain.speech import _
from terminal.ui import banner, words
from terminal.ui.literal import content, literal
from terminal.ui.picture import Picture
from terminal.ui.widgets.panel import RULE, Panel, fit

HEIGHT = banner.HEIGHT + 2
MARGIN = 2


class LevelPanel(Panel):
    """A panel with the background of a level."""

    def level(self, level: Level) -> None:
        """Take the colours of `level`."""
        for one in Level:
            self.set_class(one is level, f"-{one.value}")


def said(picture: Picture) -> tuple[Level, str, str]:
    """Level, word and line of the band. A window without the keyboard comes first: scans go elsewhere."""
    if picture.blurred:
        return Level.WARN, _(words.BLURRED), _(words.BLURRED_LINE)
    return picture.view.level, picture.view.word, picture.view.line


def band(picture: Picture, width: int) -> list[Content]:
    """The seven rows of the band."""
    return [Content(RULE * width), *big(picture, width), line(picture, width)]


def big(picture: Picture, width: int) -> list[Content]:
    """The word in block letters."""
    rows = banner.render(literal(said(picture)[1]), width - 2 * MARGIN)
    return [Content(f"{' ' * MARGIN}{row}") for row in rows]


def line(picture: Picture, width: int) -> Content:
    """The row under the word. What doesn't fit goes on at the top of the body."""
    level, _word, text = said(picture)
    first = _broken(text, _room(width))[0]
    return Content.assemble((f" {SYMBOLS[level]} ", "bold"), content(fit(first, _room(width)), "bold"))


def overflow(picture: Picture, width: int) -> str:
    """What of the line is left over when its row is full."""
    return _broken(said(picture)[2], _room(width))[1]


def _room(width: int) -> int:
    return max(1, width - 4)


def _broken(text: str, width: int) -> tuple[str, str]:
    """`text` in two, at the last space that lets the first part fit."""
    safe = literal(text)
    if cell_len(safe) <= width:
        return safe, ""
    cut = len(fit(safe, width)) - 1
    space = safe.rfind(" ", cut // 2, cut + 1)
    at = space if space > 0 else cut
    return safe[:at], safe[at:].strip()
