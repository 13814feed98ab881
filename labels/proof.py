"""The proof that a design fits its label, before anything is printed with it.

The design is laid out with the longest and the shortest of everything, in letters of fonts and in letters of dots.
Nothing may leave the label, touch the quiet zone of a symbol, or stand over something else; white text must stand
on black and black text must not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from labels import gs1, linear
from labels.card import KINDS, Card
from labels.card import LONGEST_TEXT as LONGEST_ON_CARD
from labels.fields import Design, Place, Qr
from labels.layout import DoesNotFit, Part, Rule, TextBox, place
from labels.reading import BadDesign, Fault
from labels.stock import Stock
from labels.symbols import Matrix, Symbol
from labels.tag import LONGEST_FAULT, LONGEST_TEXT, MOST_COPIES, MOST_FAULTS, Printable, Tag

PROVEN_CODE: Final = "BBBBBBBBBB"
"""A number as stations make them: 10 letters. A longer one may still be too wide, which its label will say."""
_GTIN: Final = "09501101530003"
_HAIR: Final = 0.02
_SLACK_DOTS: Final = 10
"""Some printers draw a QR code so much lower than they are told, by the bar height that was set last."""

_WIDE = "\N{CJK UNIFIED IDEOGRAPH-570B}"
_LONGEST_IN_BYTES = "\U00020000"


@dataclass(frozen=True, slots=True)
class _Rectangle:
    """In mm from the label's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "_Rectangle") -> bool:
        return (
            self.left < other.right - _HAIR
            and other.left < self.right - _HAIR
            and self.top < other.bottom - _HAIR
            and other.top < self.bottom - _HAIR
        )

    def holds(self, other: "_Rectangle") -> bool:
        return (
            self.left <= other.left + _HAIR
            and self.right >= other.right - _HAIR
            and self.top <= other.top + _HAIR
            and self.bottom >= other.bottom - _HAIR
        )


def prove(design: Design, stock: Stock) -> None:
    """Raise `BadDesign` unless the design can be printed on the stock whatever is on the label."""
    found: dict[tuple[Place, str], Fault] = {}
    for what in samples(design):
        for fault in _faults(design, what, stock):
            about = fault.sentence.split(":")[0]
            found.setdefault((fault.path, about), fault)
    if found:
        raise BadDesign(design.name, list(found.values()))


def samples(design: Design) -> list[Printable]:
    """Tags or cards with the longest and the shortest of everything, as far as a label may be asked to hold it."""
    bytes_too = [_LONGEST_IN_BYTES] if any(isinstance(field, Qr) for field in design.fields) else []
    full = ["W", "WWWW MMMM ", "gjq QJ, ", "\N{GREEK CAPITAL LETTER OMEGA}", _WIDE, *bytes_too]
    short = ["M", "j", "", _WIDE]
    if design.card:
        return [
            *(_card(design.card, letters, 1000) for letters in full),
            *(_card(design.card, letters, len(letters)) for letters in short),
        ]
    return [
        *(_tag(letters, 1000, MOST_COPIES) for letters in full),
        *(_tag("w", most, 2) for most in (20, 30)),
        *(_tag(letters, len(letters), 1) for letters in short),
    ]


def _tag(letters: str, most: int, copy: int) -> Tag:
    texts = {
        field: (letters * longest)[: min(longest, most)] for field, longest in LONGEST_TEXT.items() if longest
    }
    texts["gtin"] = _GTIN if letters else ""
    faults = ((letters * LONGEST_FAULT)[: min(LONGEST_FAULT, most)],) * (MOST_FAULTS if most > 1 else 1)
    return Tag(**texts, lpn=PROVEN_CODE, copy=copy, faults=faults)


def _card(kind: str, letters: str, most: int) -> Card:
    assert kind in KINDS
    texts = {field: (letters * longest)[: min(longest, most)] for field, longest in LONGEST_ON_CARD.items()}
    return Card(kind, PROVEN_CODE, **texts)


def _faults(design: Design, what: Printable, stock: Stock) -> Iterator[Fault]:
    """What is wrong with one label."""
    words = what.words()
    drawn: list[tuple[int, Part]] = []
    for index, field in enumerate(design.fields):
        try:
            drawn += [(index, part) for part in place(field, words, stock)]
        except gs1.NotGs1:
            continue
        except DoesNotFit as refused:
            yield Fault(_path(design, index), f"does not fit at {stock.dpi} dpi: {refused}")
    paper = _Rectangle(0, 0, stock.width_mm, stock.height_mm)
    grounds = [_taken(part, stock) for _, part in drawn if isinstance(part, Rule)]
    for at, (index, part) in enumerate(drawn):
        if not paper.holds(taken := _taken(part, stock)):
            yield Fault(_path(design, index), f"leaves the label: {_beyond(taken, paper)}")
        if isinstance(part, TextBox) and part.inverse and not any(one.holds(taken) for one in grounds):
            yield Fault(_path(design, index), "white text must stand on a rule: some of it does not")
        for other_index, other in drawn[:at]:
            if _in_the_way(part, other, index == other_index, stock):
                sentence = f"meets {_named(design, other_index)}: {_how(part, other)}"
                yield Fault(_path(design, index), sentence)


def _in_the_way(one: Part, other: Part, same: bool, stock: Stock) -> bool:
    if isinstance(one, Rule) and isinstance(other, Rule):
        return False
    if isinstance(one, TextBox) and isinstance(other, TextBox) and same:
        # Lines of one field follow each other at a pitch of their own; only their letters must not meet.
        upper, lower = sorted((one, other), key=lambda box: box.baseline_mm)
        return upper.baseline_mm > lower.top_mm + _HAIR and _taken(one, stock).meets(_taken(other, stock))
    for text, rule in ((one, other), (other, one)):
        if isinstance(text, TextBox) and isinstance(rule, Rule) and text.inverse:
            return False
    return _taken(one, stock).meets(_taken(other, stock))


def _taken(part: Part, stock: Stock) -> _Rectangle:
    """What a part needs for itself: ink, and the quiet zone of a symbol."""
    match part:
        case TextBox():
            return _Rectangle(part.left_mm, part.top_mm, part.right_mm, part.bottom_mm)
        case Rule():
            return _Rectangle(part.x_mm, part.y_mm, part.x_mm + part.width_mm, part.y_mm + part.height_mm)
        case Symbol():
            quiet, width = stock.mm(linear.QUIET_MODULES * part.module_dots), stock.mm(part.width_dots)
            return _Rectangle(
                part.x_mm - quiet, part.y_mm, part.x_mm + width + quiet, part.y_mm + part.height_mm
            )
        case Matrix():
            quiet, side = stock.mm(part.quiet_dots), stock.mm(part.side_dots)
            below = max(quiet, stock.mm(_SLACK_DOTS)) if part.kind == "qr" else quiet
            return _Rectangle(
                part.x_mm - quiet, part.y_mm - quiet, part.x_mm + side + quiet, part.y_mm + side + below
            )


def _beyond(taken: _Rectangle, paper: _Rectangle) -> str:
    over = {
        "left": -taken.left,
        "top": -taken.top,
        "right": taken.right - paper.right,
        "bottom": taken.bottom - paper.bottom,
    }
    side = max(over, key=lambda name: over[name])
    return f"{over[side]:.1f} mm too far to the {side}"


def _how(one: Part, other: Part) -> str:
    if isinstance(one, (Symbol, Matrix)) or isinstance(other, (Symbol, Matrix)):
        return "a symbol and the quiet zone around it must be free"
    if isinstance(one, Rule) or isinstance(other, Rule):
        return "black text can't be read on a rule"
    return "the texts stand over each other"


def _path(design: Design, index: int) -> Place:
    return design.places[index] if index < len(design.places) else ("fields", index)


def _named(design: Design, index: int) -> str:
    field = design.fields[index]
    return f"field {field.id!r}" if field.id else f"field {index}"
