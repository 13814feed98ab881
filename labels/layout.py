"""Where everything stands on a label, in mm, once for all writers.

Text gives way, bars never do. A text that is too long is set smaller, broken or shortened; the symbol takes the
widest module that fits with its quiet zones, on whole dots, and a symbol that can't have modules of a quarter
of a millimetre is an error before anything is printed.
"""

from dataclasses import dataclass, replace
from typing import Final

from labels import linear
from labels.glyphs import latin
from labels.lines import Area, TextBox, fill, set_in_full, set_line, set_pair, set_paragraph
from labels.stock import SIZES, Stock
from labels.tag import Tag

__all__ = ["DoesNotFit", "Layout", "Rule", "Symbol", "TextBox", "lay_out"]

NARROWEST_MM: Final = 0.25
WIDEST_MM: Final = 0.5
"""Module width: what a hand scanner still reads, and where wider stops helping."""

_MOST_DOTS = 10
"""A module in ZPL has no more dots than this."""

LOUD_WORD: Final = "QUARANTINE"


class DoesNotFit(ValueError):
    """The barcode is too wide for the label at a module that scanners read."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A black rectangle: a line, or the ground of white text."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Symbol:
    """The bars: whole dots, the quiet zones left and right of it free."""

    x_mm: float
    y_mm: float
    height_mm: float
    modules: str
    module_dots: int
    data: str

    @property
    def width_dots(self) -> int:
        """From the first bar to the last, without quiet zones."""
        return len(self.modules) * self.module_dots


@dataclass(frozen=True, slots=True)
class Layout:
    """One label, ready to be written."""

    stock: Stock
    texts: tuple[TextBox, ...]
    rules: tuple[Rule, ...]
    symbol: Symbol


def lay_out(tag: Tag, stock: Stock) -> Layout:
    """Place a tag on a label. Raises `DoesNotFit` if the bars can't be printed so that they read."""
    if stock.width_mm >= 90 and stock.height_mm >= 130:
        return _page(tag, stock)
    return _strip(tag, stock)


def _page(tag: Tag, stock: Stock) -> Layout:
    """The large label: channel across the top, grade beside what the item is, bars, who and when."""
    down = stock.height_mm / 152.4
    left, wide = 4.0, stock.width_mm - 8.0
    symbol = _symbol(tag.lpn, stock, 91 * down, 33 * down)
    texts: list[TextBox] = []
    rules: list[Rule] = []

    band = 34 * down
    if tag.loud:
        rules.append(Rule(left, 4, wide, band))
        texts += _channel(tag, Area(left + 2, 5, wide - 4, band - 2), 30.0)
    else:
        texts += _channel(tag, Area(left, 4, wide, band - 3.4), 34.0)
        rules.append(Rule(left, 4 + band - 1.2, wide, 1.2))

    top, side = 42 * down, 42 * down
    rules += _ground(left, top, side, side, 1.6, filled=tag.loud)
    texts.append(TextBox(left, top + 2.6, side, 4.2, "GRADE", True, tag.loud, "centre"))
    grade = Area(left + 3, top + 7.6, side - 6, side - 10.8)
    texts += fill(_shout(tag.grade), grade, 46.0, inverse=tag.loud)

    x, column = left + side + 5, wide - side - 5
    texts += set_paragraph(latin(tag.title), Area(x, top, column, 21 * down), (7.0, 6.2, 5.4, 4.7))
    texts += _captioned("SKU", tag.sku, x, top + 23 * down, column, 5.2)
    texts += _captioned("TOTE", tag.tote, x, top + 32.4 * down, column, 7.2, bold=True)

    rules.append(Rule(left, 87.5 * down, wide, 0.4))
    texts += set_in_full(tag.lpn, left, 125.5 * down, wide, 10.0)
    rules.append(Rule(left, 138 * down, wide, 0.4))
    foot = 140 * down
    part = wide / (3 if tag.copy > 1 else 2)
    texts += _captioned("STATION", tag.station, left, foot, part - 2, 5.2)
    texts += _captioned("DATE", tag.date, left + part, foot, part - 2, 5.2)
    if tag.copy > 1:
        rules.append(Rule(left + 2 * part, foot, part, 8.4))
        texts += fill(
            f"COPY {tag.copy}", Area(left + 2 * part + 1, foot + 1, part - 2, 6.4), 7.0, inverse=True
        )
    return Layout(stock, tuple(box for box in texts if box.text), tuple(rules), symbol)


def _strip(tag: Tag, stock: Stock) -> Layout:
    """The small label: grade and channel, bars with their number, three lines of small print."""
    down = stock.height_mm / 25.4
    size = min(down, stock.width_mm / 50.8)
    left, wide = 1.5, stock.width_mm - 3.0
    symbol = _symbol(tag.lpn, stock, 8.3 * down, 7.0 * down)
    texts: list[TextBox] = []
    rules: list[Rule] = []

    top, side = 1.0 * down, 6.6 * down
    if tag.loud:
        rules.append(Rule(left, top, wide, side))
    else:
        rules += _ground(left, top, side, side, 0.5, filled=False)
    grade = Area(left + 0.8, top + 0.8, side - 1.6, side - 1.6)
    texts += fill(_shout(tag.grade), grade, 8 * size, inverse=tag.loud)
    room = wide - side - 1.2
    if tag.copy > 1:
        corner = 8.6 * size
        x = left + wide - corner
        if not tag.loud:
            rules.append(Rule(x, top, corner, side))
        copy = Area(x + 0.5, top + 0.6, corner - 1, side - 1.2)
        texts += fill(f"COPY {tag.copy}", copy, 2.8 * size, inverse=True)
        room -= corner + 0.8
    if tag.loud:
        texts += _channel(tag, Area(left + side + 0.6, top + 0.4, room, side - 0.8), 7 * size)
    else:
        texts += _channel(tag, Area(left + side + 1.2, top, room, side), 7 * size)

    texts += set_in_full(tag.lpn, left, 15.55 * down, wide, 3.1 * size)
    texts += set_paragraph(
        latin(tag.title), Area(left, 18.85 * down, wide, 2.15 * size), (2.15 * size, 1.9 * size)
    )
    texts += set_pair(_named("SKU", tag.sku), _named("TOTE", tag.tote), left, 21.05 * down, wide, 1.95 * size)
    texts += set_pair(latin(tag.date), latin(tag.station), left, 23.0 * down, wide, 1.85 * size)
    return Layout(stock, tuple(box for box in texts if box.text), tuple(rules), symbol)


def _symbol(lpn: str, stock: Stock, y_mm: float, height_mm: float) -> Symbol:
    """The bars in the middle of the label, in the form that allows the widest module."""
    one_set, shortest = linear.encode_in_one_set(lpn), linear.encode(lpn)
    modules = max((one_set, shortest), key=lambda form: _module_dots(form, stock))
    dots = _module_dots(modules, stock)
    if not dots:
        raise _too_wide(lpn, shortest, stock)
    x = (stock.width_dots - len(modules) * dots) // 2
    return Symbol(stock.mm(x), y_mm, height_mm, modules, dots, lpn)


def _module_dots(modules: str, stock: Stock) -> int:
    """The widest module in dots at which these bars fit with their quiet zones; 0 if none does."""
    fitting = stock.width_dots // (len(modules) + 2 * linear.QUIET_MODULES)
    return min(fitting, stock.dots(WIDEST_MM), _MOST_DOTS) if fitting >= stock.dots(NARROWEST_MM) else 0


def _too_wide(lpn: str, modules: str, stock: Stock) -> DoesNotFit:
    narrowest = stock.dots(NARROWEST_MM)
    needed = (len(modules) + 2 * linear.QUIET_MODULES) * narrowest
    # Start, check and stop take 35 modules, a character or a pair of digits 11.
    most = (stock.width_dots // narrowest - 2 * linear.QUIET_MODULES - 35) // 11
    wide_enough = [
        name
        for name, (width_mm, height_mm) in SIZES.items()
        if _module_dots(modules, Stock(name, width_mm, height_mm, stock.dpi))
    ]
    advice = [f"label {' or '.join(wide_enough)}"] if wide_enough else []
    if most > 0:
        advice.append(f"a number of at most {most} characters ({2 * most} digits)")
    return DoesNotFit(
        f"the barcode {lpn!a} needs {stock.mm(needed):.1f} mm with its quiet zones, label {stock.name} has "
        f"{stock.mm(stock.width_dots):.1f} mm: use {', or '.join(advice) or 'a wider label'}"
    )


def _shout(text: str) -> str:
    """A code as people read it: capitals, spaces for underscores, a dash for nothing."""
    return " ".join(latin(text).replace("_", " ").upper().split()) or "-"


def _named(caption: str, text: str) -> str:
    return f"{caption} {latin(text)}" if text.strip() else ""


def _ground(x: float, y: float, width: float, height: float, line: float, *, filled: bool) -> list[Rule]:
    """What the grade stands on: a frame, or black."""
    if filled:
        return [Rule(x, y, width, height)]
    return [
        Rule(x, y, width, line),
        Rule(x, y + height - line, width, line),
        Rule(x, y, line, height),
        Rule(x + width - line, y, line, height),
    ]


def _channel(tag: Tag, area: Area, largest: float) -> list[TextBox]:
    """The way out, as large as it goes; a loud label says QUARANTINE, and the way out below it if it differs."""
    channel = _shout(tag.channel)
    if not tag.loud:
        return fill(channel, area, largest, inverse=False, align="left")
    if channel in ("-", LOUD_WORD):
        return fill(LOUD_WORD, area, largest, inverse=True)
    upper, lower = 0.56 * area.height, 0.36 * area.height
    below = Area(area.x, area.y + area.height - lower, area.width, lower)
    return [
        *fill(LOUD_WORD, replace(area, height=upper), largest, inverse=True),
        *fill(channel, below, largest, inverse=True, most_lines=1),
    ]


def _captioned(
    caption: str, text: str, x: float, y: float, width: float, size: float, *, bold: bool = False
) -> list[TextBox]:
    """A small word for what it is, the value below it; nothing where there is no value."""
    value = set_line(latin(text), x, y + 3.1, width, size, bold=bold)
    return [TextBox(x, y, width, 2.9, caption), value] if value.text else []
