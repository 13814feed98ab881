"""How wide a text is, without asking a font: shortening and wrapping for the layout.

One width serves every writer: for each character the widest of Helvetica, Helvetica-Bold and the printer's
scalable font 0, so that what fits here fits on paper too. Font 0 is a condensed face and comes out narrower,
but for its hyphen and a few signs, which are far wider than anyone would guess.
"""

import math

from labels.glyphs import ELLIPSIS, plain

_HELVETICA_BOLD = {
    278: " ',./I\\ijl", 280: "|", 333: "!()-:;[]`ft", 389: "*r{}", 474: '"', 500: "z",
    556: "#$0123456789J_aceksvxy", 584: "+<=>^~", 611: "?FLTZbdghnopqu", 667: "EPSVXY",
    722: "&ABCDHKNRU", 778: "GOQw", 833: "M", 889: "%m", 944: "W", 1015: "@",
}  # fmt: skip
"""Thousandths of the type size, from Adobe's metrics; where Helvetica is wider than its bold, Helvetica."""

_FONT_0 = {
    280: " !'(),./:;I[\\]`ftijl", 344: "r", 376: "z", 438: "?Jcksvxy", 468: '"#$*0123456789Laeo',
    500: "EFTZ^_bdghnpqu{|}", 530: "CSV", 562: "ABKOPQXY", 594: "DGR", 626: "&HNU", 656: "w", 750: "Mm",
    812: "W", 906: "%+-=@", 1000: "<>~",
}  # fmt: skip
"""Thousandths of the height in `^A0N,h,h`, measured on captured strikes of a printer's resident font."""

_RESIDENT = {char: width / 1000 for width, chars in _FONT_0.items() for char in chars}

_SMALL_PRINT = 0.033
"""A printer sets each character on whole dots: so much more of the height a character may take at 15 dots."""

_WIDEST = {
    char: max(width / 1000, _RESIDENT[char] + _SMALL_PRINT)
    for width, chars in _HELVETICA_BOLD.items()
    for char in chars
}

HAIR_MM = 1e-6
"""Less than this is the arithmetic, not the text: a size may have been chosen so that the text just fits."""

_WIDE_SIGNS = {
    sign: width / 1000
    for width, signs in {333: "‹›´¸", 500: "„“”", 556: "ƒ«»", 584: "×÷", 1000: "…—"}.items()
    for sign in signs
}
"""Signs that are wider in Helvetica than their spelling in ASCII."""


def width_em(text: str) -> float:
    """The width of a text as a multiple of its type size; never less than what a writer will need."""
    return sum(_WIDEST[char] if char in _WIDEST else _other(char) for char in text)


def resident_dots(text: str, size: int) -> int:
    """The dots that an ASCII text takes in the printer's font 0, each character rounded up, for placing it."""
    return sum(math.ceil(_RESIDENT[char] * size) for char in text)


def shorten(text: str, width_mm: float, size_mm: float) -> str:
    """The text if it fits into the width at this type size, else its beginning and `...`, else nothing."""
    if width_em(text) * size_mm <= width_mm + HAIR_MM:
        return text
    room = width_mm / size_mm - width_em(ELLIPSIS)
    if room < 0:
        return ""
    kept = 0
    for char in text:
        room -= width_em(char)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def _other(char: str) -> float:
    spelt = sum(_WIDEST[part] for part in plain(char))
    return max(spelt, _WIDE_SIGNS.get(char, 0.0))
