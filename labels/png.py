"""A label as a picture, dot for dot what a printer prints, for the eye and for bitmap printers.

Symbols, rules and lines that are drawn from dots are exact. Other text is set in the one scalable font that Pillow
carries, which has no bold, so letters look a little different on paper.
"""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from labels import linear
from labels.fields import Design
from labels.ink import drawn_rectangles
from labels.layout import TextBox, lay_out
from labels.stock import MM_PER_INCH, Stock
from labels.tag import Printable

LARGEST_SCALE = 8


def write(what: Printable, stock: Stock, design: Design, scale: int = 1) -> bytes:
    """The label as a grey PNG, `scale` pixels to a dot. Raises `DoesNotFit`."""
    if type(scale) is not int or not 1 <= scale <= LARGEST_SCALE:
        raise ValueError(f"a picture's scale is {scale!a}; expected a whole number from 1 to {LARGEST_SCALE}")
    layout = lay_out(what, stock, design)
    image = Image.new("L", (stock.width_dots * scale, stock.height_dots * scale), 255)
    draw = ImageDraw.Draw(image)

    def fill(left: int, top: int, right: int, bottom: int, ink: int = 0) -> None:
        right, bottom = max(right, left + 1), max(bottom, top + 1)
        draw.rectangle((left * scale, top * scale, right * scale - 1, bottom * scale - 1), fill=ink)

    for rule in layout.rules:
        right, bottom = rule.x_mm + rule.width_mm, rule.y_mm + rule.height_mm
        fill(stock.dots(rule.x_mm), stock.dots(rule.y_mm), stock.dots(right), stock.dots(bottom))
    for symbol in layout.bars:
        x, y, module = stock.dots(symbol.x_mm), stock.dots(symbol.y_mm), symbol.module_dots
        for begin, width in linear.bars(symbol.modules):
            left = x + begin * module
            fill(left, y, left + width * module, y + stock.dots(symbol.height_mm))
    for matrix in layout.matrices:
        x, y, module = stock.dots(matrix.x_mm), stock.dots(matrix.y_mm), matrix.module_dots
        for a, b, wide, high in matrix.rectangles():
            fill(x + a * module, y + b * module, x + (a + wide) * module, y + (b + high) * module)
    for box in layout.texts:
        if not box.scale:
            _text(draw, box, stock.dpi * scale / MM_PER_INCH)
            continue
        x, y, ink = stock.dots(box.left_mm), stock.dots(box.y_mm), 255 if box.inverse else 0
        for a, b, wide, high in drawn_rectangles(box.text, box.scale, box.bold):
            fill(x + a, y + b, x + a + wide, y + b + high, ink)

    out = BytesIO()
    image.save(out, "PNG", dpi=(stock.dpi * scale, stock.dpi * scale))
    return out.getvalue()


def _text(draw: ImageDraw.ImageDraw, box: TextBox, per_mm: float) -> None:
    text = box.text
    size = box.height_mm * per_mm
    stroke = int((size + 10) / 36) if box.bold else 0
    font = ImageFont.load_default(size)
    room = box.width_mm * per_mm - 2 * stroke
    needed = draw.textlength(text, font)
    if needed > room:
        font = ImageFont.load_default(size * room / needed)
    x = {"left": 0.0, "centre": 0.5, "right": 1.0}[box.align] * box.width_mm + box.x_mm
    anchor = {"left": "ls", "centre": "ms", "right": "rs"}[box.align]
    inset = {"left": stroke, "centre": 0, "right": -stroke}[box.align]
    ink = 255 if box.inverse else 0
    place = (round(x * per_mm) + inset, round(box.baseline_mm * per_mm))
    draw.text(place, text, ink, font, anchor=anchor, stroke_width=stroke, stroke_fill=ink)
