"""The poster of command barcodes at the bench, as PDF for an office printer.

Every cell keeps its quiet zones and its distance: a scanner that sees two codes at once picks either. A code that
can't be printed at half a millimetre a module is an error that names its cell, never a smaller barcode. Titles are
as large as their cell lets them be, to be found from a step away.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from labels import gs1_128, linear
from labels.pdf import draw_bars
from labels.sheet_text import POINTS_PER_MM, Style, clean, drawn, fold, put, width_mm

PAGES: Final = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height in mm."""

MODULE_MM: Final = 6 * 25.4 / 300
"""0.508 mm: whole dots on printers of 300, 600 and 1,200 dpi."""

_REDUCTION_MM = 0.3 * 25.4 / 600
_MARGIN = 9.0
_GAP = 3.0
_HEAD = 13.0
_FOOT = 7.0
_BAND = 8.0
"""The black band of a heading."""
_HEADING = _BAND + 3.0
_CELL = 38.0
_BARS = 14.0
_BARS_TOP = 12.0
"""From the upper edge of the cell."""
_PADDING = 2.5
_KEPT = 4
"""A section of so many rows or fewer is not torn between two pages."""
_LONGEST_CODE = 40


class BadSheet(ValueError):
    """A sheet that can't be printed; the message names the cell or the setting."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code on the sheet."""

    code: str
    """What the scanner will send: printable ASCII, but for the separators of `elements`."""
    title: str
    """What it does, above the bars."""
    hint: str = ""
    """A few words more, below the code."""
    elements: tuple[tuple[str, str], ...] = ()
    """GS1 application identifiers and values: the code is a GS1-128 of them, on a line of its own."""


@dataclass(frozen=True, slots=True)
class Section:
    """Codes that belong together, under a heading."""

    title: str
    cells: Sequence[Cell]
    apart: bool = False
    """Begins a new page, which can then hang somewhere else."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A heading or a cell on its page; `y` is the upper edge, from the top of the page, in mm."""

    page: int
    x: float
    y: float
    width: float
    heading: str = ""
    cell: Cell | None = None
    modules: str = ""


def write(
    title: str,
    sections: Sequence[Section],
    page: str = "A4",
    *,
    continued: str = "continued",
    foot: str = "",
) -> bytes:
    """The sheet as PDF, two or three columns to a section, as many pages as it takes. Raises `BadSheet`.

    `continued` follows the heading of a section that goes on from the page before; `foot` stands on every page.
    """
    if page not in PAGES:
        near = difflib.get_close_matches(str(page).title(), PAGES, n=1, cutoff=0.3)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise BadSheet(f"no page size {page!a}.{guess} There are {' and '.join(PAGES)}")
    width, height = PAGES[page]
    placed = list(_place(sections, width, height, continued))
    if not placed:
        raise BadSheet(f"the sheet {title[:60]!a} has no codes: there is nothing to print")
    pages = placed[-1].page
    out = BytesIO()
    canvas = Canvas(out, (width * POINTS_PER_MM, height * POINTS_PER_MM), invariant=1)
    canvas.setTitle(clean(title))
    canvas.setAuthor("")
    for number in range(1, pages + 1):
        _paint_frame(canvas, title, foot, f"{number} / {pages}", width, height)
        for item in placed:
            if item.page == number:
                _paint(canvas, item, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _place(sections: Sequence[Section], width: float, height: float, continued: str) -> Iterator[_Placed]:
    """Headings and cells in reading order. A heading stays with its first row."""
    inner = width - 2 * _MARGIN
    top, bottom = _MARGIN + _HEAD, height - _MARGIN - _FOOT
    page, y = 1, top
    for section in sections:
        whole = any(cell.elements for cell in section.cells)
        widest = inner if whole else (inner - _GAP) / 2
        built = [(cell, _modules(section, cell, widest)) for cell in section.cells]
        if not built:
            continue
        three = all(_needed(modules) <= (inner - 2 * _GAP) / 3 for _, modules in built)
        columns = 1 if whole else 3 if three else 2
        column = (inner - (columns - 1) * _GAP) / columns
        heading = section.title
        rows = -(-len(built) // columns)
        torn = rows <= _KEPT and y + (_HEADING if heading else 0) + rows * (_CELL + _GAP) - _GAP > bottom
        if (section.apart or torn) and y > top:
            page, y = page + 1, top
        for first in range(0, len(built), columns):
            needed = _CELL + (_HEADING if heading else 0)
            if y + needed > bottom:
                page, y = page + 1, top
                heading = heading or (f"{section.title} ({continued})" if section.title else "")
            if heading:
                yield _Placed(page, _MARGIN, y, inner, heading=heading)
                y += _HEADING
                heading = ""
            for place, (cell, modules) in enumerate(built[first : first + columns]):
                x = _MARGIN + place * (column + _GAP)
                yield _Placed(page, x, y, column, cell=cell, modules=modules)
            y += _CELL + _GAP
        y += _GAP


def _modules(section: Section, cell: Cell, widest: float) -> str:
    where = f"{cell.title[:60]!a} under {section.title[:60]!a}"
    if len(cell.code) > _LONGEST_CODE:
        raise BadSheet(
            f"the code of {where} has {len(cell.code)} characters, expected at most {_LONGEST_CODE}"
        )
    try:
        if not cell.elements:
            modules = linear.encode_in_one_set(cell.code)
        elif cell.code != gs1_128.spoken(cell.elements):
            said = gs1_128.readable(cell.elements)
            raise linear.NotEncodable(f"{cell.code[:60]!a} is not what a scanner says of {said[:90]!a}")
        else:
            modules = gs1_128.encode(cell.elements)
    except linear.NotEncodable as refused:
        raise BadSheet(f"the code of {where} can't be printed: {refused}") from refused
    if _needed(modules) > widest:
        room = "the page" if cell.elements else "a column"
        raise BadSheet(
            f"the code {cell.code!a} of {where} needs {_needed(modules):.1f} mm with its quiet zones, {room} has "
            f"{widest:.1f} mm: use a shorter code"
        )
    return modules


def _needed(modules: str) -> float:
    return (len(modules) + 2 * linear.QUIET_MODULES) * MODULE_MM


def _paint_frame(canvas: Canvas, title: str, foot: str, number: str, width: float, height: float) -> None:
    """Title, page number and foot."""
    inner = width - 2 * _MARGIN
    put(canvas, title, _MARGIN, height - _MARGIN - 7, inner, Style(7.5, bold=True))
    put(canvas, foot, _MARGIN, _MARGIN, inner - 20, Style(3.3))
    canvas.setFillGray(0)
    canvas.setFont("Helvetica-Bold", 11)
    canvas.drawRightString((width - _MARGIN) * POINTS_PER_MM, _MARGIN * POINTS_PER_MM, number)


def _paint(canvas: Canvas, item: _Placed, height: float) -> None:
    top = height - item.y
    if item.cell is None:
        canvas.setFillGray(0)
        _box(canvas, item.x, top - _BAND, item.width, _BAND, fill=1)
        style = Style(5.4, bold=True, white=True)
        put(canvas, item.heading, item.x + 3, top - 5.9, item.width - 6, style)
        return
    canvas.setStrokeGray(0.6)
    canvas.setLineWidth(0.6)
    _box(canvas, item.x, top - _CELL, item.width, _CELL, fill=0)
    cell, x, width = item.cell, item.x + _PADDING, item.width - 2 * _PADDING
    _paint_title(canvas, clean(cell.title), x, top, width)
    bars = len(item.modules) * MODULE_MM
    draw_bars(
        canvas,
        item.modules,
        (item.x + (item.width - bars) / 2) * POINTS_PER_MM,
        (top - _BARS_TOP - _BARS) * POINTS_PER_MM,
        _BARS * POINTS_PER_MM,
        MODULE_MM * POINTS_PER_MM,
        _REDUCTION_MM * POINTS_PER_MM,
    )
    below = gs1_128.readable(cell.elements) if cell.elements else cell.code
    put(canvas, below, x, top - 29.4, width, Style(3.2, centred=True))
    _fold(canvas, clean(cell.hint), x, (top - 33.3, top - 36.6), width, Style(3.2, centred=True))


def _paint_title(canvas: Canvas, title: str, x: float, top: float, width: float) -> None:
    """One line as large as it fits, else two smaller ones."""
    for size in (6.4, 5.6, 5.0, 4.6):
        if width_mm(title, size) <= width:
            put(canvas, title, x, top - 8.4, width, Style(size, bold=True, centred=True))
            return
    _fold(canvas, title, x, (top - 5.2, top - 10.2), width, Style(4.2, bold=True, centred=True))


def _fold(
    canvas: Canvas, text: str, x: float, baselines: tuple[float, float], width: float, style: Style
) -> None:
    style = replace(style, dots=drawn(text))
    for line, baseline in zip(fold(text, width, style.size), baselines, strict=False):
        put(canvas, line, x, baseline, width, style)


def _box(canvas: Canvas, x: float, y: float, width: float, height: float, *, fill: int) -> None:
    """A box with round corners: an outline, or filled; lengths in mm from the foot of the page."""
    measures = (one * POINTS_PER_MM for one in (x, y, width, height))
    canvas.roundRect(*measures, 4, stroke=1 - fill, fill=fill)
