"""How a text gets onto a label: in the writers' own font, or dot by dot.

A writer's font is sure of ASCII and, where the site says so, of Windows-1252. A text with any other letter is
drawn from dots that are the same in every writer, so what is printed never depends on which fonts a printer has.
A drawn letter has 16 dots or a whole multiple of them: its sizes go in steps.
"""

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol

from labels.glyphs import windows_1252
from labels.metrics import HAIR_MM, shorten, width_em
from labels.stock import MM_PER_INCH

DOT_ROWS: Final = 16
"""Dots from the top to the bottom of a drawn line at scale 1."""
DOT_BASELINE: Final = 14 / 16
"""Where Latin letters of a drawn line stand, as a part of its height."""
_SPARE: Final = 0.125
"""A drawn line may be so many times 16 dots higher than the type size that was asked for."""


class Face(Protocol):
    """One way of writing, at one resolution. Lengths are in mm; a size is the height of the line."""

    drawn: bool

    def __hash__(self) -> int:
        """Faces are values: what was worked out with one holds for its equals."""

    def fitted(self, size: float, least: float, text: str, width: float) -> float:
        """The largest size from `size` down to about `least` at which the text is no wider, else the least."""

    def width(self, text: str, size: float) -> float:
        """How wide the text is; never less than a writer will need."""

    def shorten(self, text: str, width: float, size: float) -> str:
        """The text if it fits, else its beginning and `...`, else nothing."""

    def scale(self, size: float) -> int:
        """Dots of the printer to a dot of a drawn letter; 0 for a font."""


@dataclass(frozen=True, slots=True)
class Font:
    """The writers' own font: any size."""

    drawn = False

    def fitted(self, size: float, least: float, text: str, width: float) -> float:
        """See `Face`."""
        return max(min(size, least), min(size, width / width_em(text))) if text else size

    def width(self, text: str, size: float) -> float:
        """See `Face`."""
        return width_em(text) * size

    def shorten(self, text: str, width: float, size: float) -> str:
        """See `Face`."""
        return shorten(text, width, size)

    def scale(self, size: float) -> int:
        """See `Face`."""
        return 0


@dataclass(frozen=True, slots=True)
class Dots:
    """Letters drawn dot by dot, at whole multiples of 16 dots."""

    dpi: int
    drawn = True

    def fitted(self, size: float, least: float, text: str, width: float) -> float:
        """See `Face`."""
        step = self.mm(DOT_ROWS)
        scale = max(1, math.floor(size / step + _SPARE))
        while scale > 1 and (scale - 1) * step >= least and self.width(text, scale * step) > width + HAIR_MM:
            scale -= 1
        return scale * step

    def width(self, text: str, size: float) -> float:
        """See `Face`."""
        return self.mm(drawn_width(text) * self.scale(size))

    def shorten(self, text: str, width: float, size: float) -> str:
        """See `Face`."""
        from labels.dotfont import shortened

        dots = (width + HAIR_MM) * self.dpi / MM_PER_INCH / self.scale(size)
        return shortened(text, math.floor(dots))

    def scale(self, size: float) -> int:
        """See `Face`."""
        return max(1, round(size / self.mm(DOT_ROWS)))

    def mm(self, dots: float) -> float:
        """A length in dots, in mm."""
        return dots * MM_PER_INCH / self.dpi


def face_for(text: str, dpi: int, *, accents: bool) -> Face:
    """The way to write a text: the font if every writer's font has all of its letters.

    `accents`: the printer's font has Windows-1252, as the fonts of a PDF have.
    """
    if (text.isascii() and text.isprintable()) or (accents and windows_1252(text)):
        return Font()
    return Dots(dpi)


@lru_cache(maxsize=4096)
def drawn_width(text: str) -> int:
    """How many dots a drawn line has across at scale 1."""
    from labels.dotfont import width

    return width(text)


def from_right(text: str) -> bool:
    """Whether a text runs from right to left: its first letter that has a direction does."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
