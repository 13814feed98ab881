"""Photos in a terminal: two pixels to a character cell, one above the other, in as many colours as there are.

A cell is about twice as high as wide, so half of one is about square. Nothing in the text moves a cursor, and it
holds only blocks that every console font has. Terminals with graphics get the photo itself through textual-image
where that is installed; it asks the terminal what it can do while it is imported, so at the bench it would swallow
scans.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from rich.color import Color
from rich.style import Style
from rich.text import Text

from devices.pictures import BadPicture, shape_of

if TYPE_CHECKING:
    from PIL.Image import Image

Colours = Literal["rgb", "ansi", "plain"]
"""rgb: any (Rich takes the nearest that a terminal of 256 has); ansi: the eight that every console has, dithered;
plain: ground and ink, dithered."""

_WIDEST = 400
_INK = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_ORIENTATION = 0x0112
_TURNS = {
    2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE",
    6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90",
}  # fmt: skip
"""What puts a picture upright, by EXIF's orientation; Pillow's names."""
_LYING = frozenset({"TRANSPOSE", "ROTATE_270", "TRANSVERSE", "ROTATE_90"})
Cell = tuple[bytes, bytes]
"""Upper and lower pixel of a character cell, each with one byte for each of its bands."""


def colours_of(color_system: str | None) -> Colours:
    """The colours for what Rich calls the colour system of a terminal; None is a terminal without any."""
    if color_system is None:
        return "plain"
    return "ansi" if color_system in ("standard", "windows") else "rgb"


def draw(data: bytes, columns: int, rows: int, colours: Colours = "rgb") -> Text:
    """A photo as lines of blocks, as large as fits into `columns` x `rows` cells, the right way up.

    Raises BadPicture, and ValueError for less than one cell.
    """
    image = _fitted(data, columns, rows)
    match colours:
        case "plain":
            return Text("\n".join(_plain(image)))
        case "ansi":
            found = [
                _painted(row, lambda pixel: Color.from_ansi(pixel[0])) for row in _cells(_reduced(image))
            ]
        case "rgb":
            found = [_painted(row, lambda pixel: Color.from_rgb(*pixel)) for row in _cells(image)]
    return Text("\n").join(found)


def lines(data: bytes, columns: int, rows: int) -> tuple[str, ...]:
    """A photo as plain lines of blocks, for where only text is shown: light is ink. Raises as `draw` does."""
    return _plain(_fitted(data, columns, rows))


def graphics(data: bytes, columns: int) -> Any:
    """A Rich renderable that shows the photo itself; None without textual-image, or where it can't be used.

    Only for a command on a terminal of its own: what is typed or scanned while it asks the terminal is lost.
    """
    try:
        shape_of(data)
        return import_module("textual_image.renderable").Image(BytesIO(data), width=columns)
    except (
        Exception
    ):  # not installed, a terminal that does not answer, or no picture: blocks are drawn instead
        return None


def _fitted(data: bytes, columns: int, rows: int) -> Image:
    """The photo upright, two pixels to a cell, made small as early as its kind allows."""
    from PIL import Image  # start-up does without it

    if not 1 <= columns <= _WIDEST or not 1 <= rows <= _WIDEST:
        raise ValueError(f"a photo is drawn in 1 to {_WIDEST} columns and rows, not {columns} x {rows}")
    shape = shape_of(data, max_bytes=len(data))
    try:
        with Image.open(BytesIO(data), formats=[shape.kind.upper()]) as image:
            turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
            lying = turn in _LYING
            wide, high = image.size[::-1] if lying else image.size
            scale = min(columns / wide, 2 * rows / high)
            size = max(1, round(wide * scale)), max(1, round(high * scale / 2)) * 2
            image.draft("RGB", (2 * max(size), 2 * max(size)))
            small = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGBA")
            way = Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST
            small = small.resize(size[::-1] if lying else size, way).convert("RGBA")
    except Exception as problem:  # a decoder given hostile bytes fails in a dozen ways
        raise BadPicture("can't be decoded, so it is damaged") from problem
    ground = Image.new("RGBA", small.size, (0, 0, 0, 255))
    ground.alpha_composite(small)
    upright = ground.convert("RGB")
    return upright if turn is None else upright.transpose(Image.Transpose[turn])


def _plain(image: Image) -> tuple[str, ...]:
    """Two grounds, dithered: what is light is ink, as terminals are dark."""
    from PIL import ImageOps

    inked = ImageOps.autocontrast(image.convert("L")).convert("1").convert("L")
    return tuple(
        "".join(_INK[upper != b"\x00", lower != b"\x00"] for upper, lower in row).rstrip()
        for row in _cells(inked)
    )


def _reduced(image: Image) -> Image:
    """The pixels as numbers of the eight colours of ECMA-48: bit 0 is red, bit 1 green, bit 2 blue."""
    from PIL import Image, ImageOps

    palette = Image.new("P", (1, 1))
    corners = [255 * (number >> bit & 1) for number in range(8) for bit in range(3)]
    palette.putpalette(corners + corners[:3] * 248)
    return ImageOps.autocontrast(image).quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _cells(image: Image) -> list[list[Cell]]:
    """The rows of cells of a picture of even height."""
    raw, depth = image.tobytes(), len(image.getbands())
    stride = image.width * depth
    rows = [
        [raw[at : at + depth] for at in range(start, start + stride, depth)]
        for start in range(0, len(raw), stride)
    ]
    return [list(zip(rows[at], rows[at + 1], strict=True)) for at in range(0, len(rows), 2)]


def _painted(row: list[Cell], colour: Callable[[bytes], Color]) -> Text:
    """A row of cells; neighbours that look the same are one span."""
    text = Text()
    for (upper, lower), same in groupby(row):
        look = Style(color=colour(upper), bgcolor=colour(lower))
        text.append("▀" * sum(1 for _ in same), look)
    return text
