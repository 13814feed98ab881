"""The poster of command barcodes at the bench, as PDF for an office printer.

Every cell keeps its quiet zones and its distance: a scanner that sees two codes at once picks either. A code that
can't be printed at half a millimetre a module is an error that names its cell, never a smaller barcode.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from reportlab.pdfgen.canvas import Canvas

from labels import linear
from labels.glyphs import latin, visible
from labels.metrics import shorten
from labels.pdf import POINTS_PER_MM, draw_bars

PAGES: Final = {"A4": (210.0, 297.0), "Letter": (215.9, 279.4)}
"""Width and height in mm."""

MODULE_MM: Final = 6 * 25.4 / 300
"""0.508 mm: whole dots on printers of 300, 600 and 1,200 dpi."""

_REDUCTION_MM = 0.3 * 25.4 / 600
_MARGIN = 9.0
_GAP = 3.0
_HEAD = 15.0
_FOOT = 7.0
_HEADING = 11.0
_CELL = 35.0
_BARS = 15.0
_PADDING = 2.0
_LONGEST_CODE = 40


class BadSheet(ValueError):
    """A sheet that can't be printed; the message names the cell or the setting."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code on the sheet."""

    code: str
    """What the scanner will send: printable ASCII."""
    title: str
    """What it does, above the bars."""
    hint: str = ""
    """A few words more, below the code."""


@dataclass(frozen=True, slots=True)
class Section:
    """Codes that belong together, under a heading."""

    title: str
    cells: Sequence[Cell]


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


def write(title: str, sections: Sequence[Section], page: str = "A4") -> bytes:
    """The sheet as PDF, two or three columns to a section, as many pages as it takes. Raises `BadSheet`."""
    if page not in PAGES:
        near = difflib.get_close_matches(str(page).title(), PAGES, n=1, cutoff=0.3)
        guess = f" Did you mean {near[0]}?" if near else ""
        raise BadSheet(f"no page size {page!a}.{guess} There are {' and '.join(PAGES)}")
    width, height = PAGES[page]
    placed = list(_place(sections, width, height))
    if not placed:
        raise BadSheet(f"the sheet {title[:60]!a} has no codes: there is nothing to print")
    pages = placed[-1].page
    out = BytesIO()
    canvas = Canvas(out, (width * POINTS_PER_MM, height * POINTS_PER_MM), invariant=1)
    canvas.setTitle(_line(title))
    canvas.setAuthor("")
    for number in range(1, pages + 1):
        _paint_frame(canvas, title, number, pages, width, height)
        for item in placed:
            if item.page == number:
                _paint(canvas, item, height)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _place(sections: Sequence[Section], width: float, height: float) -> Iterator[_Placed]:
    """Headings and cells in reading order. A heading stays with its first row."""
    inner = width - 2 * _MARGIN
    top, bottom = _MARGIN + _HEAD, height - _MARGIN - _FOOT
    page, y = 1, top
    for section in sections:
        built = [(cell, _modules(section, cell, (inner - _GAP) / 2)) for cell in section.cells]
        if not built:
            continue
        columns = 3 if all(_needed(modules) <= (inner - 2 * _GAP) / 3 for _, modules in built) else 2
        column = (inner - (columns - 1) * _GAP) / columns
        heading = section.title
        for first in range(0, len(built), columns):
            needed = _CELL + (_HEADING if heading else 0)
            if y + needed > bottom:
                page, y = page + 1, top
                heading = heading or (f"{section.title} (continued)" if section.title else "")
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
        modules = linear.encode_in_one_set(cell.code)
    except linear.NotEncodable as refused:
        raise BadSheet(f"the code of {where} can't be printed: {refused}") from refused
    if _needed(modules) > widest:
        raise BadSheet(
            f"the code {cell.code!a} of {where} needs {_needed(modules):.1f} mm with its quiet zones, a column has "
            f"{widest:.1f} mm: use a shorter code"
        )
    return modules


def _needed(modules: str) -> float:
    return (len(modules) + 2 * linear.QUIET_MODULES) * MODULE_MM


def _paint_frame(canvas: Canvas, title: str, number: int, pages: int, width: float, height: float) -> None:
    """Title and page number."""
    inner = width - 2 * _MARGIN
    _text(canvas, title, _MARGIN, height - _MARGIN - 6, inner, 6.5, bold=True)
    canvas.setFillGray(0)
    canvas.rect(
        _MARGIN * POINTS_PER_MM,
        (height - _MARGIN - 9.5) * POINTS_PER_MM,
        inner * POINTS_PER_MM,
        0.5 * POINTS_PER_MM,
        stroke=0,
        fill=1,
    )
    canvas.setFont("Helvetica", 9)
    canvas.drawRightString((width - _MARGIN) * POINTS_PER_MM, _MARGIN * POINTS_PER_MM, f"{number} / {pages}")


def _paint(canvas: Canvas, item: _Placed, height: float) -> None:
    top = height - item.y
    if item.cell is None:
        _text(canvas, item.heading, item.x, top - 7, item.width, 5.0, bold=True)
        return
    canvas.setStrokeGray(0.7)
    canvas.setLineWidth(0.4)
    canvas.roundRect(
        item.x * POINTS_PER_MM,
        (top - _CELL) * POINTS_PER_MM,
        item.width * POINTS_PER_MM,
        _CELL * POINTS_PER_MM,
        4,
        stroke=1,
        fill=0,
    )
    x, width = item.x + _PADDING, item.width - 2 * _PADDING
    _text(canvas, item.cell.title, x, top - 6.2, width, 4.6, bold=True, centred=True)
    bars = len(item.modules) * MODULE_MM
    draw_bars(
        canvas,
        item.modules,
        (item.x + (item.width - bars) / 2) * POINTS_PER_MM,
        (top - 9 - _BARS) * POINTS_PER_MM,
        _BARS * POINTS_PER_MM,
        MODULE_MM * POINTS_PER_MM,
        _REDUCTION_MM * POINTS_PER_MM,
    )
    _text(canvas, item.cell.code, x, top - 28.2, width, 4.0, centred=True)
    _text(canvas, item.cell.hint, x, top - 32.8, width, 3.3, centred=True)


def _text(
    canvas: Canvas,
    text: str,
    x: float,
    baseline: float,
    width: float,
    size: float,
    *,
    bold: bool = False,
    centred: bool = False,
) -> None:
    """One line, shortened to its width; all lengths in mm."""
    line = shorten(_line(text), width, size)
    canvas.setFillGray(0)
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size * POINTS_PER_MM)
    if centred:
        canvas.drawCentredString((x + width / 2) * POINTS_PER_MM, baseline * POINTS_PER_MM, line)
    else:
        canvas.drawString(x * POINTS_PER_MM, baseline * POINTS_PER_MM, line)


def _line(text: str) -> str:
    return latin(visible(" ".join(text[:400].split())))
