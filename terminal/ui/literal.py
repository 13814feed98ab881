"""Foreign text made harmless: product titles and scans are shown as they are, and can never act on the terminal.

Two nets. `literal` is for every piece of foreign text before it is drawn, so that it takes the cells that it will
have; `ControlFilter` looks at every finished line of the screen, whoever drew it. Markup is no subject here because
nothing is ever drawn from a string that a markup parser has seen.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

SIGN = "\u2426"
"""Stands for a character that has no picture (SYMBOL FOR SUBSTITUTE FORM TWO)."""
PLAIN_SIGN = "?"
"""The same on consoles whose fonts don't have it."""

_ACTING = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # no width of their own, or direction marks
    "\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"  # zero width, bidi, separators
    "\ud800-\udfff"  # halves of pairs: what could not be decoded
    "\U000e0000-\U000e0fff"  # tags
    "]"
)


def literal(text: str) -> str:
    """`text` on one line, each character that could act on the terminal or hide shown as one sign."""
    return _ACTING.sub(SIGN, text)


def content(text: str, style: str = "") -> Content:
    """`text` ready to be drawn, in one style, without any markup being read."""
    return Content.styled(literal(text), style) if style else Content(literal(text))


class ControlFilter(LineFilter):
    """Last line of defence: no control character reaches the terminal from the text of any widget."""

    def __init__(self, plain: bool = False) -> None:
        """`plain`: the terminal's font is that of a text console."""
        super().__init__()
        self.show_plain(plain)

    def show_plain(self, plain: bool) -> None:
        """Show signs that the font of a text console has, or better ones."""
        self.sign = PLAIN_SIGN if plain else SIGN

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with a sign for each acting character; Textual's own control segments pass."""
        return [self._clean(segment) for segment in segments]

    def _clean(self, segment: Segment) -> Segment:
        text, style, control = segment
        if control:
            return segment
        clean = _ACTING.sub(self.sign, text)
        if self.sign is not SIGN:
            clean = clean.replace(SIGN, self.sign)
        return segment if clean == text else Segment(clean, style)
