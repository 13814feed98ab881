"""Text of any language as dots, for what a printer's own fonts and the base fonts of a PDF lack.

Glyphs are GNU Unifont's: 16 dots high, 8 or 16 wide. A line is shaped before it is drawn: Arabic letters take the
forms that join, what reads from right to left is put into the order of the paper, and combining marks lie over
their letter. Not done are joined forms of other scripts and the moving of vowel signs that Indic scripts ask for.
A character without a glyph is drawn as a mark, so that nothing can vanish in print.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, Final

from labels.bitmap import Bitmap
from labels.glyphs import ELLIPSIS, MARK

HEIGHT: Final = 16

_UNSEEN = frozenset(map(chr, (0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x180E), 0x180F, *range(0xFE00, 0xFE10))))
"""Marks of which nothing is to be seen: joiners of graphemes, and selectors of a letter's variant."""

_DOUBLE = (233, 234)
"""Combining classes of the marks that span two letters."""

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})

_LEFT_UNTAGGED = frozenset({"WS", "CS", "ES", "S", "B", "BN"})
"""Classes whose part in the bidirectional algorithm would change if something followed them."""

_TAGS: Final = 0xE0100
_TAG_DIGITS: Final = 240
"""The variation selectors of plane 14, of class NSM: they go wherever their letter goes."""

_LAM_ALEF = {
    "\ufedf\ufe82": "\ufef5", "\ufee0\ufe82": "\ufef6", "\ufedf\ufe84": "\ufef7", "\ufee0\ufe84": "\ufef8",
    "\ufedf\ufe88": "\ufef9", "\ufee0\ufe88": "\ufefa", "\ufedf\ufe8e": "\ufefb", "\ufee0\ufe8e": "\ufefc",
}  # fmt: skip
"""The one ligature without which Arabic is wrong: lam at a beginning or within, then a final alef."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """One cell of a line: a letter and the marks over it."""

    char: str
    """Empty where marks have no letter to lie over."""
    marks: str = ""
    turned: bool = False
    """Read from right to left, so that a bracket opens to the other side."""


def covers(char: str) -> bool:
    """Whether the character can be drawn: the font has its glyph, or it is a mark that is never seen."""
    return len(char) == 1 and (char in _UNSEEN or _glyph(char) is not None)


def width(text: str) -> int:
    """The dots from the left to the right of a line, as `line` draws it."""
    return sum(_cell_width(letter) for letter in _shaped(text))


def line(text: str) -> Bitmap:
    """One line of text, `HEIGHT` dots high, without any space around it."""
    letters = _shaped(text)
    total = sum(_cell_width(letter) for letter in letters)
    rows = [0] * HEIGHT
    left = 0
    for letter in letters:
        cell = _cell_width(letter)
        for glyph, x in _placed(letter, left, cell):
            shift = total - x - glyph.width
            for y, row in enumerate(glyph.rows):
                rows[y] |= row << shift if shift >= 0 else row >> -shift
        left += cell
    all_black = (1 << total) - 1
    return Bitmap(total, HEIGHT, tuple(row & all_black for row in rows))


def shortened(text: str, dots: int) -> str:
    """The text if its line is no wider than that, else its beginning and `...`, else nothing.

    A letter keeps its marks. What is cut is the end of the text as it is read, wherever that stands.
    """
    if width(text) <= dots:
        return text
    if width(ELLIPSIS) > dots:
        return ""
    ends = [0, *_ends(text)]
    fitting, too_many = 0, len(ends)
    while too_many - fitting > 1:
        middle = (fitting + too_many) // 2
        if width(text[: ends[middle]].rstrip() + ELLIPSIS) <= dots:
            fitting = middle
        else:
            too_many = middle
    return text[: ends[fitting]].rstrip() + ELLIPSIS


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M") and covers(char)


def _ends(text: str) -> Iterator[int]:
    """Where each letter with its marks ends, by its place in the text."""
    for place, (_, char) in enumerate(pairwise(text), 1):
        if not _is_mark(char):
            yield place
    if text:
        yield len(text)


@lru_cache(maxsize=256)
def _shaped(text: str) -> tuple[_Letter, ...]:
    """The cells of a line from left to right on paper."""
    start = 0
    letters: list[_Letter] = []
    for end in _ends(text):
        first, marks = text[start], text[start + 1 : end]
        if _is_mark(first):
            first, marks = "", first + marks
        elif not covers(first):
            first = MARK
        seen = "".join(dict.fromkeys(mark for mark in marks if mark not in _UNSEEN))
        if first or seen:
            letters.append(_Letter(first, seen))
        start = end
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in text):
        letters = _as_read(_joined(letters))
    return tuple(letters)


def _joined(letters: list[_Letter]) -> list[_Letter]:
    """The letters with Arabic ones in the forms that join them, lam and alef as one."""
    forms = str(_reshaper().reshape("".join(letter.char or " " for letter in letters)))
    if len(forms) != len(letters):
        return letters
    joined: list[_Letter] = []
    for letter, form in zip(letters, forms, strict=True):
        char = form if letter.char and covers(form) else letter.char
        before = joined[-1] if joined else _Letter("")
        if (ligature := _LAM_ALEF.get(before.char + char)) is not None:
            joined[-1] = _Letter(ligature, before.marks + letter.marks)
        else:
            joined.append(_Letter(char, letter.marks))
    return joined


@cache
def _reshaper() -> Any:
    """Lam and alef excepted, its ligatures are ornament; without them a letter stays one character."""
    from arabic_reshaper import ArabicReshaper

    return ArabicReshaper({"support_ligatures": False, "support_zwj": False})


def _as_read(letters: list[_Letter]) -> list[_Letter]:
    """The letters in the order of the paper, by Unicode's bidirectional algorithm.

    The library returns text and not where each character went to. So each letter is followed by two tags with
    its number: on paper they stand behind a letter that reads from left to right, and before any other.
    """
    from bidi import get_display

    spelt = []
    for number, letter in enumerate(letters):
        char = letter.char or MARK
        spelt.append(char)
        if letter.marks or unicodedata.bidirectional(char) not in _LEFT_UNTAGGED:
            high, low = divmod(min(number, _TAG_DIGITS**2 - 1), _TAG_DIGITS)
            spelt += chr(_TAGS + high), chr(_TAGS + low)
    shown = str(get_display("".join(spelt)))
    ordered: list[_Letter] = []
    place = 0
    while place < len(shown):
        if ord(shown[place]) >= _TAGS:
            letter = letters[_number(shown[place + 1], shown[place])]
            ordered.append(_Letter(letter.char, letter.marks, turned=True))
            place += 3
            continue
        tags = shown[place + 1 : place + 3]
        number = _number(tags[0], tags[1]) if len(tags) == 2 and ord(min(tags)) >= _TAGS else len(letters)
        if number < len(letters) and (letters[number].char or MARK) == shown[place]:
            ordered.append(letters[number])
            place += 3
        else:
            ordered.append(_Letter(shown[place]))
            place += 1
    return ordered


def _number(high: str, low: str) -> int:
    return (ord(high) - _TAGS) * _TAG_DIGITS + ord(low) - _TAGS


def _cell_width(letter: _Letter) -> int:
    """The dots that a letter takes: a mark around it or beside it may need more than the letter itself."""
    own = _drawn(letter.char).width if letter.char else 0
    wide = (mark for mark in letter.marks if not letter.char or unicodedata.category(mark) != "Mn")
    return max([own, *(_drawn(mark).width for mark in wide)])


def _placed(letter: _Letter, left: int, cell: int) -> Iterable[tuple[Bitmap, int]]:
    """The glyphs of a letter and where each begins: in the middle of the cell, or as far as two letters go."""
    if letter.char:
        glyph = _drawn(letter.char)
        if letter.turned and unicodedata.mirrored(letter.char):
            glyph = _mirrored(glyph)
        yield glyph, left + (cell - glyph.width) // 2
    for mark in letter.marks:
        glyph = _drawn(mark)
        double = unicodedata.combining(mark) in _DOUBLE
        yield glyph, left if double and not letter.turned else left + (cell - glyph.width) // 2


def _mirrored(glyph: Bitmap) -> Bitmap:
    rows = (int(f"{row:0{glyph.width}b}"[::-1], 2) for row in glyph.rows)
    return Bitmap(glyph.width, glyph.height, tuple(rows))


def _drawn(char: str) -> Bitmap:
    glyph = _glyph(char) or _glyph(MARK)
    assert glyph is not None
    return glyph


@lru_cache(maxsize=2048)
def _glyph(char: str) -> Bitmap | None:
    """The dots of one character, if the font has them."""
    from labels.dotfont_data import read

    if (found := read(ord(char))) is None:
        return None
    dots, rows = found
    size = dots // 8
    return Bitmap(
        dots, HEIGHT, tuple(int.from_bytes(rows[y : y + size], "big") for y in range(0, len(rows), size))
    )
