"""Lines of text on a sheet: as characters where Helvetica has them, else drawn dot by dot.

The base fonts of a PDF know Windows-1252 only. A line with any other letter is drawn whole, at the size at which
its capitals are as high as those of the lines around it; nothing that can be read becomes a question mark.
"""

from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from labels import dotfont
from labels.glyphs import MARK, latin, visible, windows_1252
from labels.ink import drawn_rectangles
from labels.metrics import HAIR_MM, shorten, width_em

POINTS_PER_MM = 72 / 25.4

_LONGEST = 400
_DOT = 0.0718
"""Of the type size: ten dots, the height of the drawn capitals, are as high as the capitals of Helvetica."""
_BASELINE = 14
"""Dots from the upper edge of a drawn line to its baseline."""
_FINE = 2
"""A drawn line is made of so many squares to a dot, so that bold can be half a dot thicker."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is set: lengths in mm."""

    size: float
    bold: bool = False
    centred: bool = False
    white: bool = False
    """White letters, for a line on black."""
    dots: bool = False
    """Drawn although Helvetica has its letters: a part of a text that must be drawn."""


def clean(text: str) -> str:
    """The text as one line of what may be printed."""
    return visible(" ".join(text[:_LONGEST].split()))


def drawn(text: str) -> bool:
    """Whether the line must be drawn; a character that can't be printed at all stays a question mark."""
    return not windows_1252(text.replace(MARK, ""))


def width_mm(text: str, size: float, *, dots: bool = False) -> float:
    """How wide a clean line comes out at most; `dots` draws it whatever its letters are."""
    return dotfont.width(text) * _DOT * size if dots or drawn(text) else width_em(latin(text)) * size


def cut(text: str, width: float, size: float, *, dots: bool = False) -> str:
    """The clean line if it fits into the width, else its beginning and `...`."""
    if dots or drawn(text):
        return dotfont.shortened(text, int((width + HAIR_MM) / (_DOT * size)))
    return shorten(latin(text), width, size)


def fold(text: str, width: float, size: float) -> tuple[str, ...]:
    """The clean line as one or two lines, broken at a space; the second may still be too long."""
    dots = drawn(text)
    words = text.split(" ")
    taken = len(words)
    while taken > 1 and width_mm(" ".join(words[:taken]), size, dots=dots) > width + HAIR_MM:
        taken -= 1
    rest = " ".join(words[taken:])
    return (" ".join(words[:taken]), rest) if rest else (text,)


def put(canvas: Canvas, text: str, x: float, baseline: float, width: float, style: Style) -> None:
    """Paint one line, cut to its width; `baseline` is measured from the foot of the page."""
    whole = clean(text)
    dots = style.dots or drawn(whole)
    line = cut(whole, width, style.size, dots=dots)
    canvas.setFillGray(1 if style.white else 0)
    if dots:
        _put_dots(canvas, line, x, baseline, width, style)
        return
    canvas.setFont("Helvetica-Bold" if style.bold else "Helvetica", style.size * POINTS_PER_MM)
    if style.centred:
        canvas.drawCentredString((x + width / 2) * POINTS_PER_MM, baseline * POINTS_PER_MM, line)
    else:
        canvas.drawString(x * POINTS_PER_MM, baseline * POINTS_PER_MM, line)


def _put_dots(canvas: Canvas, line: str, x: float, baseline: float, width: float, style: Style) -> None:
    """One path for the line, so that no viewer shows seams between its rectangles."""
    dot = _DOT * style.size / _FINE * POINTS_PER_MM
    left = x * POINTS_PER_MM
    if style.centred:
        left += (width * POINTS_PER_MM - dotfont.width(line) * _FINE * dot) / 2
    top = baseline * POINTS_PER_MM + _BASELINE * _FINE * dot
    path = canvas.beginPath()
    for a, b, wide, high in drawn_rectangles(line, _FINE, style.bold):
        path.rect(left + a * dot, top - (b + high) * dot, wide * dot, high * dot)
    canvas.drawPath(path, stroke=0, fill=1)
