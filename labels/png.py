"""A label as a picture, dot for dot what a printer prints, for the eye and for bitmap printers.

Bars and rules are exact. Text is set in the one scalable font that Pillow carries, which has ASCII only and no
bold, so letters look a little different on paper.
"""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from labels import linear
from labels.glyphs import plain
from labels.layout import TextBox, lay_out
from labels.stock import MM_PER_INCH, Stock
from labels.tag import Tag

LARGEST_SCALE = 8


def write(tag: Tag, stock: Stock, scale: int = 1) -> bytes:
    """The label as a grey PNG, `scale` pixels to a dot. Raises `DoesNotFit`."""
    if type(scale) is not int or not 1 <= scale <= LARGEST_SCALE:
        raise ValueError(f"a picture's scale is {scale!a}; expected a whole number from 1 to {LARGEST_SCALE}")
    layout = lay_out(tag, stock)
    image = Image.new("L", (stock.width_dots * scale, stock.height_dots * scale), 255)
    draw = ImageDraw.Draw(image)

    def fill(left: int, top: int, right: int, bottom: int) -> None:
        if right > left and bottom > top:
            draw.rectangle((left * scale, top * scale, right * scale - 1, bottom * scale - 1), fill=0)

    for rule in layout.rules:
        right, bottom = rule.x_mm + rule.width_mm, rule.y_mm + rule.height_mm
        fill(stock.dots(rule.x_mm), stock.dots(rule.y_mm), stock.dots(right), stock.dots(bottom))
    symbol = layout.symbol
    x, y, module = stock.dots(symbol.x_mm), stock.dots(symbol.y_mm), symbol.module_dots
    for begin, width in linear.bars(symbol.modules):
        left = x + begin * module
        fill(left, y, left + width * module, y + stock.dots(symbol.height_mm))
    for box in layout.texts:
        _text(draw, box, stock.dpi * scale / MM_PER_INCH)

    out = BytesIO()
    image.save(out, "PNG", dpi=(stock.dpi * scale, stock.dpi * scale))
    return out.getvalue()


def _text(draw: ImageDraw.ImageDraw, box: TextBox, per_mm: float) -> None:
    text = plain(box.text)
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
