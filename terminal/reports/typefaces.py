"""The two fonts of reports: which letters they have, and how wide a line comes out in them.

They are embedded: a report looks alike wherever it is opened, and text that is copied out of it keeps its accents.
"""

from __future__ import annotations

import importlib.resources
from io import BytesIO
from typing import Final

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

PLAIN: Final = "DejaVuSansCondensed"
BOLD: Final = "DejaVuSansCondensed-Bold"


def _letters(name: str) -> frozenset[str]:
    """Make a font known to reportlab; gives the letters that it has."""
    file = importlib.resources.files("terminal.data") / "fonts" / f"{name}.ttf"
    font = TTFont(name, BytesIO(file.read_bytes()))
    registerFont(font)
    return frozenset(map(chr, font.face.charToGlyph))


_LETTERS = _letters(PLAIN) & _letters(BOLD)


def has(text: str) -> bool:
    """Whether the fonts have every letter of a text."""
    return _LETTERS.issuperset(text)


def points(text: str, font: str, size: float) -> float:
    """How wide a line is, in points."""
    return float(stringWidth(text, font, size))
