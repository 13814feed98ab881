"""Where everything stands on a label, in mm, once for all writers.

Text gives way, bars never do. A text that is too long is set smaller, broken or shortened; the symbol takes the
widest module that fits with its quiet zones, on whole dots, and a symbol that can't have modules of a quarter
of a millimetre is an error before anything is printed.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from typing import Final, Literal

from labels import linear
from labels.glyphs import latin
from labels.metrics import shorten, width_em, wrap
from labels.stock import RESOLUTIONS, SIZES, Stock
from labels.tag import Tag

NARROWEST_MM: Final = 0.25
WIDEST_MM: Final = 0.5
"""Module width: what a hand scanner still reads, and where wider stops helping."""

_MOST_DOTS = 10
"""A module in ZPL has no more dots than this."""

ASCENT: Final = 0.78
"""The baseline lies this far below the top of a text box, as a part of its height."""
CAPITAL: Final = 0.75
DESCENT: Final = 0.23
"""Parts of the type size: capitals above the baseline, and what hangs below it."""
_LEADING: Final = 0.94
"""From one baseline to the next where lines are capitals."""
_STANDING = frozenset("ABCDEFGHIKLMNOPRSTUVWXYZ0123456789 .-:+*'\"")
"""Characters that do not hang below the baseline."""

LOUD_WORD: Final = "QUARANTINE"

Align = Literal["left", "centre", "right"]


class DoesNotFit(ValueError):  # noqa: N818
    """The barcode is too wide for the label at a module that scanners read."""


@dataclass(frozen=True, slots=True)
class TextBox:
    """One line of text in a box, its corner at the top left."""

    x_mm: float
    y_mm: float
    width_mm: float
    """The line is not wider than this in any writer's font."""
    height_mm: float
    """The type size; capitals are three quarters of it."""
    text: str
    """In Windows-1252 characters."""
    bold: bool = False
    inverse: bool = False
    """White; it stands on a `Rule`."""
    align: Align = "left"

    @property
    def baseline_mm(self) -> float:
        """Where the letters stand."""
        return self.y_mm + ASCENT * self.height_mm

    @property
    def bottom_mm(self) -> float:
        """Where the ink ends."""
        return self.baseline_mm + _hanging(self.text) * self.height_mm


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
    left, right = 4.0, stock.width_mm - 4.0
    wide = right - left
    symbol = _symbol(tag.lpn, stock, 91 * down, 33 * down)
    texts: list[TextBox] = []
    rules: list[Rule] = []

    band = 34 * down
    if tag.loud:
        rules.append(Rule(left, 4, wide, band))
        texts += _channel(tag, left + 2, 5, wide - 4, band - 2, 30.0)
    else:
        texts += _channel(tag, left, 4, wide, band - 2, 34.0)
        rules.append(Rule(left, 4 + band - 1.2, wide, 1.2))

    top, side = 42 * down, 42 * down
    rules += _frame(left, top, side, side, 1.6, filled=tag.loud)
    texts.append(TextBox(left, top + 2.6, side, 4.2, "GRADE", True, tag.loud, "centre"))
    texts += _fitted(
        _words(tag.grade) or "-", left + 3, top + 7.6, side - 6, side - 10.8, 46.0, tag.loud, "centre"
    )

    x = left + side + 5
    column = right - x
    texts += _title(tag.title, x, top, column, 21 * down)
    texts += _captioned("SKU", tag.sku, x, top + 23 * down, column, 5.2)
    texts += _captioned("TOTE", tag.tote, x, top + 32.4 * down, column, 7.2, bold=True)

    rules.append(Rule(left, 87.5 * down, wide, 0.4))
    texts += _number(tag.lpn, left, 125.5 * down, wide, 10.0)
    rules.append(Rule(left, 138 * down, wide, 0.4))
    foot = 140 * down
    third = wide / 3
    texts += _captioned("STATION", tag.station, left, foot, third - 2, 5.2)
    texts += _captioned("DATE", tag.date, left + third, foot, third - 2, 5.2)
    if tag.copy > 1:
        rules.append(Rule(left + 2 * third, foot, third, 8.4))
        texts += _fitted(
            f"COPY {tag.copy}", left + 2 * third + 1, foot + 1, third - 2, 6.4, 7.0, True, "centre"
        )
    return Layout(stock, tuple(texts), tuple(rules), symbol)


def _strip(tag: Tag, stock: Stock) -> Layout:
    """The small label: grade and channel, bars with their number, three lines of small print."""
    down = stock.height_mm / 25.4
    size = min(down, stock.width_mm / 50.8)
    left, right = 1.5, stock.width_mm - 1.5
    wide = right - left
    symbol = _symbol(tag.lpn, stock, 8.3 * down, 7.0 * down)
    texts: list[TextBox] = []
    rules: list[Rule] = []

    top, side = 1.0 * down, 6.6 * down
    if tag.loud:
        rules.append(Rule(left, top, wide, side))
    else:
        rules += _frame(left, top, side, side, 0.5, filled=False)
    texts += _fitted(
        _words(tag.grade) or "-", left + 0.8, top + 0.8, side - 1.6, side - 1.6, 8 * size, tag.loud, "centre"
    )
    end = right
    if tag.copy > 1:
        width = 8.6 * size
        end = right - width - 0.8
        if not tag.loud:
            rules.append(Rule(right - width, top, width, side))
        copy = f"COPY {tag.copy}"
        texts += _fitted(
            copy, right - width + 0.5, top + 0.6, width - 1, side - 1.2, 2.8 * size, True, "centre"
        )
    if tag.loud:
        texts += _channel(tag, left + side + 0.6, top + 0.4, end - left - side - 1.2, side - 0.8, 7 * size)
    else:
        texts += _channel(tag, left + side + 1.2, top, end - left - side - 1.2, side, 7 * size)

    texts += _number(tag.lpn, left, 15.55 * down, wide, 3.1 * size)
    texts.append(_line(latin(tag.title), left, 18.85 * down, wide, 2.15 * size, 1.9 * size, bold=True))
    texts += _pair(_named("SKU", tag.sku), _named("TOTE", tag.tote), left, 21.05 * down, wide, 1.95 * size)
    texts += _pair(latin(tag.date), latin(tag.station), left, 23.0 * down, wide, 1.85 * size)
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
    larger = [
        name
        for name, (width_mm, height_mm) in SIZES.items()
        if stock.dpi in RESOLUTIONS and _module_dots(modules, Stock(name, width_mm, height_mm, stock.dpi))
    ]
    advice = f"use {' or '.join(larger)}, or" if larger else "no label size is wide enough; use"
    return DoesNotFit(
        f"the barcode {lpn!a} needs {stock.mm(needed):.1f} mm with its quiet zones, the label {stock.name} has "
        f"{stock.mm(stock.width_dots):.1f} mm: {advice} a number of at most {most} characters ({2 * most} digits)"
    )


def _words(text: str) -> str:
    """A code as people read it: capitals, spaces for underscores."""
    return " ".join(latin(text).replace("_", " ").upper().split())


def _hanging(text: str) -> float:
    """How far a line's ink reaches below its baseline, as a part of the type size."""
    hanging = set(text) - _STANDING
    if not hanging:
        return 0.02
    return 0.08 if hanging <= {"Q", "J"} else DESCENT


def _ink_height(lines: tuple[str, ...]) -> float:
    """From the top of the first line's capitals to the lowest ink, as a multiple of the type size."""
    return CAPITAL + _LEADING * (len(lines) - 1) + _hanging(lines[-1])


def _named(caption: str, text: str) -> str:
    return f"{caption} {latin(text)}" if text.strip() else ""


def _frame(x: float, y: float, width: float, height: float, line: float, *, filled: bool) -> list[Rule]:
    if filled:
        return [Rule(x, y, width, height)]
    return [
        Rule(x, y, width, line),
        Rule(x, y + height - line, width, line),
        Rule(x, y, line, height),
        Rule(x + width - line, y, line, height),
    ]


def _channel(tag: Tag, x: float, y: float, width: float, height: float, largest: float) -> list[TextBox]:
    """The way out, as large as it goes; a loud label says QUARANTINE, and the way out below it if it differs."""
    words = _words(tag.channel)
    if not tag.loud:
        return _fitted(words or "-", x, y, width, height, largest, False, "left")
    if words in ("", LOUD_WORD):
        return _fitted(LOUD_WORD, x, y, width, height, largest, True, "centre")
    upper, lower = 0.56 * height, 0.36 * height
    return [
        *_fitted(LOUD_WORD, x, y, width, upper, largest, True, "centre"),
        *_fitted(words, x, y + height - lower, width, lower, largest, True, "centre", most_lines=1),
    ]


def _title(title: str, x: float, y: float, width: float, height: float) -> list[TextBox]:
    """The title in the largest type in which all of it fits, else the smallest, shortened."""
    text = latin(title)
    for size in (7.0, 6.2, 5.4, 4.7):
        pitch = 1.12 * size
        lines, complete = wrap(text, width, size, int((height - size) / pitch) + 1)
        if complete:
            break
    return [TextBox(x, y + number * pitch, width, size, line, True) for number, line in enumerate(lines)]


def _captioned(
    caption: str, text: str, x: float, y: float, width: float, size: float, *, bold: bool = False
) -> list[TextBox]:
    """A small word for what it is, the value below it; nothing where there is no value."""
    value = _line(latin(text), x, y + 3.1, width, size, 0.6 * size, bold=bold)
    return [TextBox(x, y, width, 2.9, caption), value] if value.text else []


def _pair(left: str, right: str, x: float, y: float, width: float, size: float) -> list[TextBox]:
    """Two texts on one line, one from either edge; the right one may take half of it, the left one the rest."""
    gap = size
    share = min(width_em(right) * size, (width - gap) / 2)
    unused = max(0.0, (width - gap) / 2 - width_em(left) * size)
    share = max(share, min(width_em(right) * size, (width - gap) / 2 + unused))
    first = _line(left, x, y, width - share - gap if right else width, size, 0.9 * size)
    return [first, _line(right, x + width - share, y, share, size, 0.9 * size, align="right")]


def _line(
    text: str,
    x: float,
    y: float,
    width: float,
    size: float,
    smallest: float,
    *,
    bold: bool = False,
    align: Align = "left",
) -> TextBox:
    """One line on a given baseline: set smaller if that makes it fit, else shortened."""
    text = " ".join(text.split())
    fitting = width / width_em(text) if text else size
    smaller = max(smallest, min(size, fitting))
    return TextBox(
        x, y + ASCENT * (size - smaller), width, smaller, shorten(text, width, smaller), bold, False, align
    )


def _number(lpn: str, x: float, y: float, width: float, size: float) -> list[TextBox]:
    """The number below its bars, all of it: set smaller where it is long, never shortened."""
    size = min(size, width / width_em(lpn))
    return [TextBox(x, y, width, size, lpn, True, False, "centre")] if lpn.strip() else []


def _fitted(
    text: str,
    x: float,
    y: float,
    width: float,
    height: float,
    largest: float,
    inverse: bool,
    align: Align,
    most_lines: int = 3,
) -> list[TextBox]:
    """Words in a box, broken into the lines that allow the largest type."""
    size, lines = _broken(text, width, height, most_lines)
    size = min(size, largest)
    smallest = min(1.6, height)
    if size < smallest:
        size, lines = smallest, (shorten(text, width, smallest),)
    return _lines(lines, size, x, y, width, height, inverse, align)


def _lines(
    lines: tuple[str, ...],
    size: float,
    x: float,
    y: float,
    width: float,
    height: float,
    inverse: bool,
    align: Align,
) -> list[TextBox]:
    """Lines of capitals in the middle of a box's height."""
    ink = _ink_height(lines) * size
    top = y + (height - ink) / 2 - (ASCENT - CAPITAL) * size
    return [
        TextBox(x, top + number * _LEADING * size, width, size, line, True, inverse, align)
        for number, line in enumerate(lines)
        if line
    ]


@lru_cache(maxsize=512)
def _broken(text: str, width: float, height: float, most_lines: int) -> tuple[float, tuple[str, ...]]:
    """The largest type size at which the words fill no more than the box, and the lines that allow it."""
    words = text.split() or [text]
    words[9:] = [" ".join(words[9:])] if len(words) > 9 else []
    best: tuple[float, tuple[str, ...]] = (0.0, (text,))
    for count in range(1, min(most_lines, len(words)) + 1):
        for breaks in combinations(range(1, len(words)), count - 1):
            edges = (0, *breaks, len(words))
            lines = tuple(" ".join(words[a:b]) for a, b in pairwise(edges))
            size = min(height / _ink_height(lines), width / max(width_em(line) for line in lines))
            if size > best[0]:
                best = (size, lines)
    return best
