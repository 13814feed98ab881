"""The symbols of a label on the printer's dots: Code 128, QR and GS1 DataMatrix.

Text gives way, symbols never do: one takes the widest module that fits with its quiet zones, in whole dots, and a
symbol that can't have modules of a quarter of a millimetre is an error before anything is printed.
"""

from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Final, Literal

from labels import linear
from labels.gs1 import GS
from labels.ink import Rectangle, rectangles
from labels.lines import Area
from labels.said import Said
from labels.stock import SIZES, Stock

NARROWEST_MM: Final = 0.25
WIDEST_MM: Final = 0.5
"""Width of a bar's module: what a hand scanner still reads, and where wider stops helping."""

MOST_DOTS: Final = 10
"""A module in ZPL has no more dots than this."""

QUIET: Final = {"qr": 4, "datamatrix": 2}
"""White modules on each side: 4 by ISO/IEC 18004; ISO/IEC 16022 asks for 1, and printers wander."""


class DoesNotFit(ValueError):
    """A symbol is too wide for its place at a module that scanners read."""


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
class Matrix:
    """A square symbol: whole dots, its quiet zone free on all sides."""

    kind: Literal["qr", "datamatrix"]
    x_mm: float
    y_mm: float
    """The corner of the first module, inside of the quiet zone."""
    rows: tuple[str, ...]
    """Modules as 1 (black) and 0."""
    module_dots: int
    data: str
    """What a reader says; a GS1 DataMatrix begins with an FNC1 beside that."""
    level: str = ""
    """Error correction of a QR code."""
    mode: str = ""
    """How a QR code holds its data: numeric, alphanumeric or byte."""

    @property
    def side_dots(self) -> int:
        """From the first module to the last, without the quiet zone."""
        return len(self.rows) * self.module_dots

    @property
    def quiet_dots(self) -> int:
        """White on each side."""
        return QUIET[self.kind] * self.module_dots

    def rectangles(self) -> tuple[Rectangle, ...]:
        """Black rectangles that make up the symbol: x, y, width and height in modules."""
        return rectangles(self.rows)


def place_bars(data: str, room: Area, stock: Stock) -> Symbol:
    """Code 128 in the middle of its room, in the form that allows the widest module. Raises `DoesNotFit`."""
    left = stock.dots(room.x)
    wide = min(stock.dots(room.x + room.width), stock.width_dots) - left
    one_set, shortest = linear.encode_in_one_set(data), linear.encode(data)
    modules = max((one_set, shortest), key=lambda form: _module_dots(form, wide, stock))
    dots = _module_dots(modules, wide, stock)
    if not dots:
        raise _too_wide(data, shortest, wide, stock)
    x = left + (wide - len(modules) * dots) // 2
    return Symbol(stock.mm(x), room.y, room.height, modules, dots, data)


def _module_dots(modules: str, wide: int, stock: Stock) -> int:
    """The widest module in dots at which these bars fit with their quiet zones; 0 if none does."""
    fitting = wide // (len(modules) + 2 * linear.QUIET_MODULES)
    return min(fitting, stock.dots(WIDEST_MM), MOST_DOTS) if fitting >= stock.dots(NARROWEST_MM) else 0


def _too_wide(data: str, modules: str, wide: int, stock: Stock) -> DoesNotFit:
    narrowest = stock.dots(NARROWEST_MM)
    needed = (len(modules) + 2 * linear.QUIET_MODULES) * narrowest
    # Start, check and stop take 35 modules, a character or a pair of digits 11.
    most = (wide // narrowest - 2 * linear.QUIET_MODULES - 35) // 11
    sizes = [Stock(name, *sides, stock.dpi) for name, sides in SIZES.items()]
    wide_enough = [one.name for one in sizes if _module_dots(modules, one.width_dots, one)]
    advice: list[str] = []
    if wide_enough and wide == stock.width_dots:
        names = reduce(lambda one, other: Said("{one} or {other}", one=one, other=other), wide_enough)
        # TRANSLATORS: what to use instead: label 4x6in or 2x1in
        advice.append(Said("label {names}", names=names))
    if most > 0:
        # TRANSLATORS: what to use instead
        shorter = Said("a number of at most {most} characters ({digits} digits)", most=most, digits=2 * most)
        advice.append(shorter)
    if not advice:
        advice.append(Said("a wider label"))
    return DoesNotFit(
        Said(
            "the barcode {data} needs {needed} mm with its quiet zones, label {label} has {room} mm: use {advice}",
            data=f"{data!a}",
            needed=f"{stock.mm(needed):.1f}",
            label=stock.name,
            room=f"{stock.mm(wide):.1f}",
            advice=reduce(lambda one, other: Said("{one}, or {other}", one=one, other=other), advice),
        )
    )


def place_qr(data: str, x_mm: float, y_mm: float, size_mm: float, level: str, stock: Stock) -> Matrix:
    """A QR code in the middle of its square. Raises `DoesNotFit`."""
    rows, mode = _qr(data, level)
    if not rows:
        raise DoesNotFit(
            Said(
                "{count} bytes are more than a QR code of level {level} can hold",
                count=len(data.encode()),
                level=level,
            )
        )
    x, y, dots = _in_square("QR code", len(rows), QUIET["qr"], x_mm, y_mm, size_mm, stock)
    return Matrix("qr", x, y, rows, dots, data, level, mode)


def place_datamatrix(data: str, x_mm: float, y_mm: float, size_mm: float, stock: Stock) -> Matrix:
    """A GS1 DataMatrix in the middle of its square. Raises `DoesNotFit`."""
    rows = _datamatrix(data)
    x, y, dots = _in_square("DataMatrix", len(rows), QUIET["datamatrix"], x_mm, y_mm, size_mm, stock)
    return Matrix("datamatrix", x, y, rows, dots, data)


def _in_square(
    what: str, modules: int, quiet: int, x_mm: float, y_mm: float, size_mm: float, stock: Stock
) -> tuple[float, float, int]:
    """The corner of the symbol in mm, and the dots of a module."""
    x, y = stock.dots(x_mm), stock.dots(y_mm)
    side = min(stock.dots(x_mm + size_mm) - x, stock.dots(y_mm + size_mm) - y)
    dots = min(side // (modules + 2 * quiet), MOST_DOTS)
    narrowest = stock.dots(NARROWEST_MM)
    if dots < narrowest:
        needed = stock.mm((modules + 2 * quiet) * narrowest)
        raise DoesNotFit(
            # TRANSLATORS: {what} is QR code or DataMatrix
            Said(
                "the {what} has {modules} x {modules} modules and needs {needed} mm with its quiet zones, its "
                "place has {room} mm: say less in it, or give it a larger size",
                what=what,
                modules=modules,
                needed=f"{needed:.1f}",
                room=f"{size_mm:g}",
            )
        )
    spare = (side - modules * dots) // 2
    return stock.mm(x + spare), stock.mm(y + spare), dots


@lru_cache(maxsize=128)
def _qr(data: str, level: str) -> tuple[tuple[str, ...], str]:
    import segno

    try:
        # A byte mode of its own: the library would else try other alphabets, which printers do not write.
        encoding = None if data.isascii() else "utf-8"
        made = segno.make(data, micro=False, error=level, boost_error=False, encoding=encoding, eci=False)
    except segno.DataOverflowError:
        return (), ""
    rows = tuple("".join("1" if module else "0" for module in row) for row in made.matrix)
    return rows, made.mode or "byte"


@lru_cache(maxsize=128)
def _datamatrix(data: str) -> tuple[str, ...]:
    from pystrich.datamatrix import FNC1 as START
    from pystrich.datamatrix import DataMatrixData, DataMatrixEncoder

    parts = data.split(GS)
    segments = [part for pair in zip([START] * len(parts), parts, strict=True) for part in pair]
    drawn = DataMatrixEncoder(DataMatrixData(*segments, encoding="ascii"), quiet_zone=0).get_ascii()
    return tuple(
        "".join("1" if cell != " " else "0" for cell in line[::2]) for line in _even(drawn.splitlines())
    )


def _even(lines: list[str]) -> list[str]:
    """Lines of one length: the library's picture leaves out spaces at the end."""
    kept = [line for line in lines if line.strip()]
    width = max(map(len, kept))
    return [line.ljust(width) for line in kept]
