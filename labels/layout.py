"""Where everything stands on a label, once for all writers: a design, filled in with what is printed.

Text gives way, symbols never do. A text that is too long is set smaller, broken or shortened, each field as its
`fit` says; a symbol that can't be printed so that it reads is an error before anything is printed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labels import gs1, template
from labels.fields import AnyField, Bars, DataMatrix, Design, Filled, Frame, Pair, Qr, Text
from labels.lines import (
    PITCH,
    SMALLEST_MM,
    SMALLEST_PART,
    Area,
    TextBox,
    fill,
    set_in_full,
    set_line,
    set_pair,
    set_paragraph,
)
from labels.said import Said
from labels.stock import Stock, measure
from labels.symbols import DoesNotFit, Matrix, Symbol, place_bars, place_datamatrix, place_qr
from labels.tag import Printable, Words
from labels.writing import face_for

__all__ = ["DoesNotFit", "Layout", "Matrix", "Rule", "Symbol", "TextBox", "lay_out", "place"]

_STEP: Final = 0.88
"""From one type size of a paragraph to the next that is tried."""
_CAPTION_PITCH: Final = 3.1 / 2.9
"""From the top of a caption to the top of its text, as a part of the caption's size."""
_NO_LIMIT: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A black rectangle: a line, or the ground of white text."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Layout:
    """One label, ready to be written."""

    stock: Stock
    code: str
    """What the label is scanned for."""
    texts: tuple[TextBox, ...]
    rules: tuple[Rule, ...]
    bars: tuple[Symbol, ...]
    matrices: tuple[Matrix, ...]
    left_out: tuple[str, ...] = ()
    """Symbols that the label's fields can't fill, and why."""


Part = TextBox | Rule | Symbol | Matrix


def lay_out(what: Printable, stock: Stock, design: Design, *, accents: bool = False) -> Layout:
    """Place a tag or a card on a label.

    `accents`: every printer's font has Windows-1252, so that only other letters are drawn dot by dot. Raises
    `DoesNotFit` if a symbol can't be printed so that it reads, or the design is for another stock.
    """
    sides, dpi = measure(design.size), design.dpi or stock.dpi
    if sides != (stock.width_mm, stock.height_mm) or dpi != stock.dpi:
        raise DoesNotFit(
            Said(
                "the design {design} is for {size} at {wanted} dpi, in the printer is {label} at {dpi} dpi",
                design=design.name,
                size=design.size,
                wanted=dpi,
                label=stock.name,
                dpi=stock.dpi,
            )
        )
    words = what.words()
    parts: list[Part] = []
    left_out: list[str] = []
    for field in design.fields:
        try:
            parts += place(field, words, stock, accents=accents)
        except gs1.NotGs1 as refused:
            left_out.append(f"the DataMatrix is left out: {refused}")
    return Layout(
        stock,
        what.code,
        tuple(part for part in parts if isinstance(part, TextBox)),
        tuple(part for part in parts if isinstance(part, Rule)),
        tuple(part for part in parts if isinstance(part, Symbol)),
        tuple(part for part in parts if isinstance(part, Matrix)),
        tuple(left_out),
    )


def place(field: AnyField, words: Words, stock: Stock, *, accents: bool = False) -> list[Part]:
    """What one field draws. Raises `DoesNotFit`, and `gs1.NotGs1` where GS1 elements can't say the fields."""
    if field.when and not template.said(words, field.when).strip():
        return []
    if field.unless and template.said(words, field.unless).strip():
        return []
    match field:
        case Text():
            return [box for box in _text(field, words, stock, accents) if box.text]
        case Pair():
            left, right = template.fill(field.text, words), template.fill(field.right, words)
            faces = (face_for(left, stock.dpi, accents=accents), face_for(right, stock.dpi, accents=accents))
            pair = set_pair(left, right, field.x, field.y, field.width, field.size, faces=faces)
            return [box for box in pair if box.text]
        case Bars():
            x, width = field.x or 0.0, field.width or stock.width_mm
            data = template.exact(field.text, words)
            return [place_bars(data, Area(x, field.y, width, field.height), stock)]
        case Qr():
            data = template.exact(field.text, words)
            return [place_qr(data, field.x, field.y, field.size, field.level, stock)] if data.strip() else []
        case DataMatrix():
            if not template.complete(field.text, words):
                return []
            said = gs1.element_string(gs1.elements(field.text, words))
            return [place_datamatrix(said, field.x, field.y, field.size, stock)]
        case Filled():
            return [Rule(field.x, field.y, field.width, field.height)]
        case Frame():
            return [*_frame(field)]


def _frame(field: Frame) -> Iterator[Rule]:
    x, y, width, height, line = field.x, field.y, field.width, field.height, field.line
    yield Rule(x, y, width, line)
    yield Rule(x, y + height - line, width, line)
    yield Rule(x, y, line, height)
    yield Rule(x + width - line, y, line, height)


def _text(field: Text, words: Words, stock: Stock, accents: bool) -> list[TextBox]:
    """The boxes of a text and of its caption; some may be empty."""
    text = template.fill(field.text, words) or field.empty
    if field.fit == "whole" and text and text != field.empty:
        text = template.exact(field.text, words)  # of a number, a space may not be missing either
    text = _shout(text) or field.empty if field.upper else text
    if not text.strip():
        return []
    area = Area(field.x, field.y, field.width, field.height)
    if not field.caption:
        return _set(field, text, area, words, stock, accents)
    caption = _caption(field, stock, accents)
    down = max(_CAPTION_PITCH * field.caption_size, caption.height_mm + 0.1)
    below = Area(area.x, area.y + down, area.width, area.height - down)
    return [caption, *_set(field, text, below, words, stock, accents)]


def _caption(field: Text, stock: Stock, accents: bool) -> TextBox:
    """The line above a text that says what it is."""
    return set_line(
        field.caption,
        field.x,
        field.y,
        field.width,
        field.caption_size,
        face=face_for(field.caption, stock.dpi, accents=accents),
        inverse=field.inverse,
        align=field.align or "left",
    )


def _set(field: Text, text: str, area: Area, words: Words, stock: Stock, accents: bool) -> list[TextBox]:
    """The boxes of a text in the area that its caption leaves, as the field wants it to fit."""
    face = face_for(text, stock.dpi, accents=accents)
    match field.fit:
        case "fill":
            return fill(
                text,
                area,
                field.size or _NO_LIMIT,
                face=face,
                inverse=field.inverse,
                align=field.align or "centre",
                most_lines=field.lines or 3,
                bold=field.bold,
            )
        case "line":
            line = set_line(
                text,
                area.x,
                area.y,
                area.width,
                field.size,
                face=face,
                least=field.least or None,
                bold=field.bold,
                inverse=field.inverse,
                align=field.align,
            )
            return [line]
        case "whole":
            return set_in_full(
                text,
                area.x,
                area.y,
                area.width,
                field.size,
                face=face,
                bold=field.bold,
                inverse=field.inverse,
                align=field.align or "centre",
            )
        case "paragraph":
            return set_paragraph(
                text,
                area,
                _sizes(field),
                face=face,
                most_lines=field.lines or None,
                bold=field.bold,
                inverse=field.inverse,
                align=field.align,
            )
        case "list":
            return _list(field, template.listed(field.text, words) or (text,), area, stock, accents)


def _list(field: Text, entries: tuple[str, ...], area: Area, stock: Stock, accents: bool) -> list[TextBox]:
    """An entry to a line, as large as lets all of them stand; the last line counts those that can't."""
    size = next(
        (size for size in _sizes(field) if len(entries) <= _rows(area.height, size)), _sizes(field)[-1]
    )
    faces = [face_for(entry, stock.dpi, accents=accents) for entry in entries]
    size_of = [face.fitted(size, size, "", area.width) for face in faces]
    pitch = PITCH * max(size, *size_of)
    room = max(1, int((area.height - max(size_of)) / pitch + 1e-6) + 1)
    if len(entries) > room:
        kept = entries[: room - 1]
        entries = (*kept, f"+ {len(entries) - len(kept)} more")
    return [
        set_line(
            entry,
            area.x,
            area.y + row * pitch,
            area.width,
            size,
            face=face_for(entry, stock.dpi, accents=accents),
            bold=field.bold,
            inverse=field.inverse,
            align=field.align,
        )
        for row, entry in enumerate(entries)
    ]


def _rows(height: float, size: float) -> int:
    return int((height - size) / (PITCH * size) + 1e-6) + 1


def _sizes(field: Text) -> tuple[float, ...]:
    """The type sizes of a paragraph, largest first."""
    least = field.least or min(field.size, max(SMALLEST_PART * field.size, SMALLEST_MM))
    sizes = [field.size]
    while sizes[-1] * _STEP > least:
        sizes.append(sizes[-1] * _STEP)
    return (*sizes, least) if least < sizes[-1] else tuple(sizes)


def _shout(text: str) -> str:
    """A code as people read it: capitals, spaces for underscores."""
    return " ".join(text.replace("_", " ").upper().split())
