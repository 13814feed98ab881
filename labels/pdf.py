"""A label as PDF, for printers behind a driver and for the eye.

A thermal printer's driver turns the page into dots, one bit each. So every bar is a rectangle of its own, on
the printer's dot grid, and 0.3 dot narrower than it should be: a renderer blackens every dot that a bar
touches. Text is drawn as characters and never parsed as markup. The same label gives the same
bytes.
"""

from collections.abc import Iterable
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from labels import linear
from labels.fields import Design
from labels.ink import drawn_rectangles
from labels.layout import Layout, TextBox, lay_out
from labels.stock import Stock
from labels.tag import Printable

POINTS_PER_INCH = 72
POINTS_PER_MM = 72 / 25.4

_REDUCTION_DOTS = 0.3
_HAIR = 0.002


def write(what: Printable, stock: Stock, design: Design, *, accents: bool = False) -> bytes:
    """The label as a PDF of one page, whole dots wide and high. Raises `DoesNotFit`.

    A text with letters beyond ASCII, with `accents` beyond Windows-1252, is the dots that a printer gets, too.
    """
    layout = lay_out(what, stock, design, accents=accents)
    dot = POINTS_PER_INCH / stock.dpi
    out = BytesIO()
    # Renderers round the page up to whole dots: a hair too large would be a column of dots too many.
    page = (stock.width_dots * dot - _HAIR, stock.height_dots * dot - _HAIR)
    canvas = Canvas(out, page, invariant=1)
    canvas.setTitle(f"Label {layout.code}")
    canvas.setAuthor("")
    _paint(canvas, layout, dot)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _paint(canvas: Canvas, layout: Layout, dot: float) -> None:
    stock = layout.stock
    top = stock.height_dots * dot
    for rule in layout.rules:
        x, y = stock.dots(rule.x_mm), stock.dots(rule.y_mm)
        right, bottom = stock.dots(rule.x_mm + rule.width_mm), stock.dots(rule.y_mm + rule.height_mm)
        _dots(canvas, [(x, y, max(1, right - x), max(1, bottom - y))], dot, top)
    for symbol in layout.bars:
        height = stock.dots(symbol.height_mm) * dot
        draw_bars(
            canvas,
            symbol.modules,
            stock.dots(symbol.x_mm) * dot,
            top - stock.dots(symbol.y_mm) * dot - height,
            height,
            symbol.module_dots * dot,
            _REDUCTION_DOTS * dot,
        )
    for matrix in layout.matrices:
        x, y, side = stock.dots(matrix.x_mm), stock.dots(matrix.y_mm), matrix.module_dots
        _dots(canvas, [(x + a * side, y + b * side, c * side, d * side) for a, b, c, d in matrix.rectangles()],
              dot, top)  # fmt: skip
    for box in layout.texts:
        canvas.setFillGray(1 if box.inverse else 0)
        if box.scale:
            x, y = stock.dots(box.left_mm), stock.dots(box.y_mm)
            found = drawn_rectangles(box.text, box.scale, box.bold)
            _dots(canvas, [(x + a, y + b, c, d) for a, b, c, d in found], dot, top)
        else:
            _text(canvas, box, top)


def _dots(canvas: Canvas, found: Iterable[tuple[int, int, int, int]], dot: float, top: float) -> None:
    """Rectangles of whole dots, x, y, width and height, each a little smaller than it prints."""
    spare = _REDUCTION_DOTS * dot / 2
    for x, y, width, height in found:
        canvas.rect(
            x * dot + spare,
            top - (y + height) * dot + spare,
            width * dot - 2 * spare,
            height * dot - 2 * spare,
            stroke=0,
            fill=1,
        )


def _text(canvas: Canvas, box: TextBox, top: float) -> None:
    canvas.setFont("Helvetica-Bold" if box.bold else "Helvetica", box.height_mm * POINTS_PER_MM)
    begin, baseline = box.x_mm * POINTS_PER_MM, top - box.baseline_mm * POINTS_PER_MM
    width = box.width_mm * POINTS_PER_MM
    if box.align == "left":
        canvas.drawString(begin, baseline, box.text)
    elif box.align == "centre":
        canvas.drawCentredString(begin + width / 2, baseline, box.text)
    else:
        canvas.drawRightString(begin + width, baseline, box.text)


def draw_bars(
    canvas: Canvas, modules: str, x: float, y: float, height: float, module: float, reduction: float
) -> None:
    """Paint the bars of a symbol from the left, `y` being their lower end; all lengths in points."""
    canvas.setFillGray(0)
    for begin, width in linear.bars(modules):
        canvas.rect(
            x + begin * module + reduction / 2, y, width * module - reduction, height, stroke=0, fill=1
        )
