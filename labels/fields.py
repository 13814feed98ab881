"""A design as values: which fields stand where on a label. `labels.reading` makes them from tables.

Positions and lengths are mm from the label's upper left corner, type sizes too: capitals are three quarters of one.
Templates are those of `labels.template`.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from labels.lines import Align
from labels.stock import RESOLUTIONS, Stock, find

Fit = Literal["fill", "line", "paragraph", "list", "whole"]
FITS: Final = ("fill", "line", "paragraph", "list", "whole")
Level = Literal["L", "M", "Q", "H"]
Place = tuple[str | int, ...]
"""Where something stands in a design's table: `("fields", 3, "width")`."""

EVERY: Final = "*"
"""In `channels`: every channel that has no design of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What every field has."""

    id: str = ""
    """Its name, by which a design that is `like` this one changes or drops it."""
    when: str = ""
    """Drawn only if this field of the label is not empty; `copy` is empty on an item's first label."""
    unless: str = ""
    """Drawn only if this field of the label is empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    """Words in a rectangle."""

    text: str
    """Template. Where it names fields and all of them are empty, nothing is drawn."""
    x: float
    y: float
    width: float
    height: float = 0.0
    """Of `fill`, `paragraph` and `list`; the others are as high as their size."""
    fit: Fit = "line"
    """What a text does that has too little room.

    fill: capitals as large as the rectangle allows, in up to `lines` lines, in its middle.
    line: one line, smaller down to `least`, then shortened.
    paragraph: lines from the top, smaller down to `least`, then shortened.
    list: each text of a field such as {faults} on a line of its own; what has no room is counted on the last line.
    whole: one line that is never shortened, as small as it takes.
    """
    size: float = 0.0
    """Type size; of `fill` the largest, 0 for no limit."""
    least: float = 0.0
    """The smallest type size before text is shortened; 0: 0.6 of `size`, but 1.6 mm."""
    bold: bool = True
    inverse: bool = False
    """White: it must stand on a rule."""
    align: Align | None = None
    """Left, centre or right; unsaid: in the middle for `fill` and `whole`, else where the text's script begins."""
    caption: str = ""
    """A small word above it, for what it is; drawn only if the text is."""
    caption_size: float = 2.9
    lines: int = 0
    """At most so many lines; 0: three in `fill`, in a paragraph as many as there is room for."""
    upper: bool = False
    """In capitals, underscores as spaces: `off_price` becomes OFF PRICE."""
    empty: str = ""
    """What stands there where the template gives nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Field):
    """Two texts on one line, one from either edge; the longer takes what the other leaves."""

    text: str
    right: str
    x: float
    y: float
    width: float
    size: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Field):
    """Code 128 of the label's code, at the widest module that fits with its quiet zones."""

    text: str = "{code}"
    y: float
    height: float
    x: float | None = None
    """With `width`: the room for bars and quiet zones; unsaid, the whole width of the label."""
    width: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qr(Field):
    """A QR code in the middle of a square, at the widest module that fits with its quiet zone of 4 modules."""

    text: str
    """Template; the symbol holds it in UTF-8."""
    x: float
    y: float
    size: float
    """Side of the square, quiet zones included."""
    level: Level = "M"
    """Error correction: L 7 %, M 15 %, Q 25 %, H 30 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMatrix(Field):
    """A GS1 DataMatrix in the middle of a square, with a quiet zone of 2 modules.

    It is drawn only if no field that it names is empty and all of them can be said in GS1 elements.
    """

    text: str
    """GS1 elements as a template: `(01){gtin}(21){serial}`."""
    x: float
    y: float
    size: float
    """Side of the square, quiet zones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled(Field):
    """A black rectangle: a line, or the ground of white text."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame(Field):
    """A rectangle of lines."""

    x: float
    y: float
    width: float
    height: float
    line: float = 0.5
    """How wide its lines are; they lie inside of the rectangle."""


AnyField = Text | Pair | Bars | Qr | DataMatrix | Filled | Frame
KINDS: Final[dict[str, type[AnyField]]] = {
    "text": Text,
    "pair": Pair,
    "bars": Bars,
    "qr": Qr,
    "datamatrix": DataMatrix,
    "rule": Filled,
    "box": Frame,
}
"""What `kind` may be."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a label of one size looks like."""

    name: str
    size: str
    """A stock's name: `4x6in`, `80x40mm`."""
    fields: tuple[AnyField, ...]
    """In the order in which they are drawn."""
    channels: tuple[str, ...] = ()
    """The channels it is for; `*` for every one that has no design of its own."""
    card: str = ""
    """`tote` or `badge`: the kind of card it is for."""
    dpi: int | None = None
    """The only resolution it is for; None for all."""
    places: tuple[Place, ...] = field(default=(), compare=False, repr=False)
    """Where each field was written, for messages."""
    tables: tuple[dict[str, Any], ...] = field(default=(), compare=False, repr=False)
    """The fields as they were written, for designs that are like this one."""

    def stocks(self) -> tuple[Stock, ...]:
        """The label stock it can be printed on, one for each resolution."""
        return tuple(find(self.size, dpi) for dpi in ((self.dpi,) if self.dpi else RESOLUTIONS))
