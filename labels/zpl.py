"""A label in ZPL, the language of label printers.

Whatever comes from outside reaches the printer as the data of one field and as nothing else: `escape` turns every
byte with a meaning into hexadecimal. A job is a wrapper, which sets the printer up for this label only, and the
body, which draws. Nothing is saved in the printer, and darkness, speed and media stay as the site set them.
"""

import re
from typing import Final

from labels import linear
from labels.fields import Design
from labels.glyphs import plain
from labels.gs1 import GS
from labels.ink import drawn_line
from labels.layout import Layout, Matrix, Rule, Symbol, TextBox, lay_out
from labels.metrics import resident_dots
from labels.stock import Stock
from labels.tag import Printable

_MEANING = frozenset(b"^~_\\,")
"""Command prefixes, our own escape, what field blocks act upon, and the separator of parameters."""

_LONE: Final = re.compile(r">[0:].\Z")
"""One character at the end, alone behind an instruction."""

_SMALLEST_DOTS = 10
"""Printers refuse their scalable font below this height."""


def write(what: Printable, stock: Stock, design: Design, *, accents: bool = False) -> bytes:
    """One print job for exactly one label. Raises `DoesNotFit`.

    `accents` says that the printer's font 0 has the letters of Windows-1252; without it, a text with any letter
    beyond ASCII is sent as dots, because a printer that lacks a letter prints a gap.
    """
    layout = lay_out(what, stock, design, accents=accents)
    setup = f"^PW{stock.width_dots}^LL{stock.height_dots}^LH0,0^PON^PMN^LRN^FWN"
    return f"^XA{setup}^CI28\n{fields(layout)}^PQ1,0,0,N^XZ\n".encode("ascii")


def body(what: Printable, stock: Stock, design: Design, *, accents: bool = False) -> bytes:
    """The same label as a format of its own, without what only a printer understands: for renderers."""
    return f"^XA^CI28\n{fields(lay_out(what, stock, design, accents=accents))}^XZ\n".encode("ascii")


def fields(layout: Layout) -> str:
    """The commands that draw a label, one field a line."""
    stock = layout.stock
    drawn = [_rule(rule, stock) for rule in layout.rules]
    drawn += [_symbol(symbol, stock) for symbol in layout.bars]
    drawn += [
        _qr(matrix, stock) if matrix.kind == "qr" else _datamatrix(matrix, stock)
        for matrix in layout.matrices
    ]
    drawn += [_dots(box, stock) if box.scale else _text(box, stock) for box in layout.texts]
    return "".join(f"{field}^FS\n" for field in drawn)


def escape(text: str) -> str:
    r"""Text as field data behind `^FH_`: UTF-8, with every byte that could mean something as `_XX`.

    >>> escape("A^XZ~JA_5E")
    'A_5EXZ_7EJA_5F5E'
    """
    return "".join(
        f"_{byte:02X}" if byte in _MEANING or not 0x20 <= byte <= 0x7E else chr(byte)
        for byte in text.encode()
    )


def symbol_data(modules: str) -> str | None:
    """A Code 128 symbol as field data for `^BC` in mode N, or None for one that is better drawn.

    The start is written out, so that the printer draws these very modules, and a `>` in the data is sent as
    `>0`: in this mode it begins an instruction. Interpreters of ZPL disagree on a change of set inside a symbol
    and on one character alone behind an instruction, so a symbol with either is not left to them.
    """
    start, *body_values = linear.values(modules)
    in_c = start == linear.START_C
    if (linear.TO_B if in_c else linear.TO_C) in body_values:
        return None
    if in_c:
        return ">;" + "".join(f"{value:02d}" for value in body_values)
    sent = ">:" + "".join(chr(value + 32).replace(">", ">0") for value in body_values)
    return None if _LONE.search(sent) else sent


def _rule(rule: Rule, stock: Stock) -> str:
    x, y = stock.dots(rule.x_mm), stock.dots(rule.y_mm)
    width = max(1, stock.dots(rule.x_mm + rule.width_mm) - x)
    height = max(1, stock.dots(rule.y_mm + rule.height_mm) - y)
    return f"^FO{x},{y}^GB{width},{height},{min(width, height)}"


def _symbol(symbol: Symbol, stock: Stock) -> str:
    x, y, height = stock.dots(symbol.x_mm), stock.dots(symbol.y_mm), stock.dots(symbol.height_mm)
    data = symbol_data(symbol.modules)
    if data is None:
        dots = symbol.module_dots
        boxes = [(x + at * dots, wide * dots) for at, wide in linear.bars(symbol.modules)]
        return "^FS\n".join(f"^FO{left},{y}^GB{wide},{height},{wide}" for left, wide in boxes)
    escaped = escape(data)
    marked = "^FH_" if escaped != data else ""
    return f"^FO{x},{y}^BY{symbol.module_dots},3,{height}^BCN,{height},N,N,N,N{marked}^FD{escaped}"


def _qr(matrix: Matrix, stock: Stock) -> str:
    """The printer draws the symbol, told how to hold the data: then it has as many modules as ours.

    Some printers draw it lower by the bar height that was set last, so that is set to little.
    """
    mode = {"numeric": "N", "alphanumeric": "A"}.get(matrix.mode) or f"B{len(matrix.data.encode()):04d}"
    x, y = stock.dots(matrix.x_mm), stock.dots(matrix.y_mm)
    data = f"{matrix.level}M,{mode}{escape(matrix.data)}"
    return f"^FO{x},{y}^BY1,3,10^BQN,2,{matrix.module_dots}^FH_^FD{data}"


def _datamatrix(matrix: Matrix, stock: Stock) -> str:
    """`@1` is FNC1; neither `@` nor a command's prefix is a character of GS1 data, so nothing else is escaped."""
    x, y, side = stock.dots(matrix.x_mm), stock.dots(matrix.y_mm), len(matrix.rows)
    data = matrix.data.replace(GS, "@1")
    return f"^FO{x},{y}^BXN,{matrix.module_dots},200,{side},{side},,@^FD@1{data}"


def _dots(box: TextBox, stock: Stock) -> str:
    """A line that is drawn, as a picture; its white is not printed, so reversed it is white on black."""
    x, y = stock.dots(box.left_mm), stock.dots(box.y_mm)
    return f"^FO{x},{y}{'^FR' if box.inverse else ''}{drawn_line(box.text, box.scale, box.bold).zpl()}"


def _text(box: TextBox, stock: Stock) -> str:
    size = max(_SMALLEST_DOTS, stock.dots(box.height_mm))
    spare = stock.dots(box.width_mm) - resident_dots(plain(box.text), size)
    indent = {"left": 0, "centre": spare // 2, "right": spare}[box.align]
    x, y = stock.dots(box.x_mm) + max(0, indent), stock.dots(box.baseline_mm)
    reverse = "^FR" if box.inverse else ""
    return f"^FT{x},{y}^A0N,{size},{size}{reverse}^FH_^FD{escape(box.text)}"
