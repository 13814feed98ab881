"""A label as PDF, for printers behind a driver and for the eye.

A thermal printer's driver turns the page into dots, one bit each. So every bar is a rectangle of its own, on
the printer's dot grid, and 0.3 dot narrower than it should be: a renderer blackens every dot that a bar
touches. Text is drawn as characters and never parsed as markup. The same tag gives the same bytes.
"""

from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from labels import linear
from labels.layout import Layout, lay_out
from labels.stock import Stock
from labels.tag import Tag

POINTS_PER_INCH = 72
POINTS_PER_MM = 72 / 25.4

_REDUCTION_DOTS = 0.3
_HAIR = 0.002


def write(tag: Tag, stock: Stock) -> bytes:
    """The label as a PDF of one page, whole dots wide and high. Raises `DoesNotFit`."""
    layout = lay_out(tag, stock)
    dot = POINTS_PER_INCH / stock.dpi
    out = BytesIO()
    # Renderers round the page up to whole dots: a hair too large would be a column of dots too many.
    page = (stock.width_dots * dot - _HAIR, stock.height_dots * dot - _HAIR)
    canvas = Canvas(out, page, invariant=1)
    canvas.setTitle(f"Label {tag.lpn}")
    canvas.setAuthor("")
    _paint(canvas, layout, dot)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _paint(canvas: Canvas, layout: Layout, dot: float) -> None:
    stock = layout.stock
    top = stock.height_dots * dot
    spare = _REDUCTION_DOTS * dot / 2
    for rule in layout.rules:
        x, y = stock.dots(rule.x_mm), stock.dots(rule.y_mm)
        right, bottom = stock.dots(rule.x_mm + rule.width_mm), stock.dots(rule.y_mm + rule.height_mm)
        width, height = (right - x) * dot - 2 * spare, (bottom - y) * dot - 2 * spare
        canvas.rect(x * dot + spare, top - bottom * dot + spare, width, height, stroke=0, fill=1)
    symbol = layout.symbol
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
    for box in layout.texts:
        canvas.setFillGray(1 if box.inverse else 0)
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
