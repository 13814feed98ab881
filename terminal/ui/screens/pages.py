"""Which page is open, how far it is moved, and what a key means on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from terminal.bench.actions import Action, by_code
from terminal.bench.given import Scan
from terminal.bench.view import Fact
from terminal.domain.lettercode import OwnKind, parse
from terminal.domain.speech import _
from terminal.ui import words
from terminal.ui.keys import QUIT, by_letter
from terminal.ui.picture import Picture
from terminal.ui.screens import drawing, history, palette, shift
from terminal.ui.screens import help as help_page
from terminal.ui.screens.page import FRAME, Page, drawn, scrolled

NAMES = ("help", "history", "shift", "label", "value", "palette")
"""Ids of the actions that open a page."""
DRAWN = ("label", "value")
"""Those whose lines the station draws."""

_MOVES = {"up": (-1, 0), "down": (1, 0), "pageup": (0, -1), "pagedown": (0, 1)}
"""Key -> lines and whole pages to move."""


_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")


def page_of(scan: Scan) -> Action | None:
    """The page that a scan asks for: the command codes of pages are the only scans that the workflow never sees."""
    if scan.problem is not None:
        return None
    own = parse(_AIM.sub("", scan.text, count=1) if _AIM.match(scan.text) else scan.text)
    action = by_code(own.payload) if own is not None and own.kind is OwnKind.COMMAND else None
    return action if action is not None and action.id in NAMES else None


@dataclass(slots=True)
class Pages:
    """The page over the bench. At most one is open; opening another takes its place."""

    open: str = ""
    """Id of the open page; empty: the bench is to be seen."""
    report: Sequence[Fact] | None = None
    """The shift report, once the station has counted it."""
    drawing: Sequence[str] | None = None
    """The lines of a page that the station draws, once it has."""
    _top: int = 0
    _note: str = ""
    _quit_asked: bool = False

    def turn_to(self, name: str) -> None:
        """Open a page, or close it where it is open already."""
        wanted = "" if name == self.open else name
        self.close()
        self.open = wanted

    def close(self) -> None:
        """Back to the bench."""
        self.open, self.report, self.drawing = "", None, None
        self._top, self._note, self._quit_asked = 0, "", False

    def lets_quit(self, picture: Picture) -> bool:
        """Whether the program may be left now. With an item open it is asked for once more, in the palette."""
        if "hold" not in picture.view.actions or self._quit_asked:  # what can be put on hold is an open item
            return True
        self.close()
        self.open, self._quit_asked = "palette", True
        self._note = _(words.QUIT_AGAIN).format(letter=QUIT.letter.upper())
        return False

    def take(self, key: str, character: str | None, picture: Picture, size: tuple[int, int]) -> Action | None:
        """What a key means on the open page: a move, the way back, or in the palette an action, which is given."""
        if key in ("escape", "enter"):
            self.close()
        elif key in _MOVES:
            lines, whole = _MOVES[key]
            wanted = self._top + lines + whole * (size[1] - FRAME)
            self._top = scrolled(self._page(picture, size[0]), wanted, size[1])
        elif self.open == "palette" and character is not None and character.isprintable():
            return self._chosen(character, picture)
        return None

    def lines(self, picture: Picture, size: tuple[int, int]) -> list[Content]:
        """The open page as a whole screen of `size` (columns, rows)."""
        return drawn(self._page(picture, size[0]), picture, self._top, *size)

    def _page(self, picture: Picture, width: int) -> Page:
        match self.open:
            case "help":
                return help_page.page(picture, width)
            case "history":
                return history.page(picture, width)
            case "shift":
                return shift.page(picture, self.report, width)
            case "label" | "value":
                return drawing.page(picture, self.open, self.drawing)
            case _:
                return palette.page(picture, self._note)

    def _chosen(self, letter: str, picture: Picture) -> Action | None:
        action = by_letter(letter)
        if action is None:
            self._note = _(words.PALETTE_UNKNOWN).format(letter=letter)
            self._quit_asked = False
        return action
