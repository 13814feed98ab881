"""GS1-128: element strings to the modules of a Code 128 symbol, and the proof that the modules say them.

FNC1 stands for two things: first in the symbol it says that GS1 data follow, later it ends an element, which a
reader tells as the character GS. The encoder is somebody else's, so every symbol is read back with tables of our
own before it is printed (GS1 General Specifications 5.4 and 7.8).
"""

from collections.abc import Sequence
from typing import Final

from labels import linear
from labels.gs1 import GS, RULES, check_digit, element_string

FNC1: Final = 102
"""The value of FNC1 in every set."""

Elements = Sequence[tuple[str, str]]
"""Application identifiers and their values, in the order of the symbol."""


def encode(elements: Elements) -> str:
    """The symbol of element strings as 1 (bar) and 0 (gap), without quiet zones, already checked.

    Raises `linear.NotEncodable` for no elements, an identifier that isn't known and a value that it can't hold,
    and `linear.BadSymbol` where the encoder went wrong.
    """
    said = spoken(elements)
    from labels.encoder import gs1_modules

    modules = gs1_modules(said.split(GS))
    if decode(modules) != said:
        raise linear.BadSymbol(
            f"the symbol for {readable(elements)!a} says something else: it is not printed"
        )
    return modules


def spoken(elements: Elements) -> str:
    """What a reader says of a symbol with these elements. Raises `linear.NotEncodable`."""
    if not elements:
        raise linear.NotEncodable("a GS1 barcode needs at least one element, got none")
    for identifier, value in elements:
        _check(identifier, value)
    return element_string(tuple(elements))


def readable(elements: Elements) -> str:
    """The elements as people read them below the bars: identifiers in brackets."""
    return "".join(f"({identifier}){value}" for identifier, value in elements)


def decode(modules: str) -> str:
    """What a symbol says, GS where an FNC1 ends an element.

    Raises `linear.BadSymbol` for a symbol that doesn't begin with FNC1 and for what sets B and C can't hold.
    """
    start, *body = linear.values(modules)
    if body[0] != FNC1:
        raise linear.BadSymbol("the symbol does not begin with FNC1: it is no GS1-128")
    in_c = start == linear.START_C
    said: list[str] = []
    for value in body[1:]:
        if value == FNC1:
            said.append(GS)
        elif in_c and value < 100:
            said.append(f"{value:02d}")
        elif not in_c and value < 95:
            said.append(chr(value + 32))
        elif value == (linear.TO_B if in_c else linear.TO_C):
            in_c = not in_c
        else:
            raise linear.BadSymbol(f"value {value} in set {'C' if in_c else 'B'} is no character of GS1 data")
    return "".join(said)


def _check(identifier: str, value: str) -> None:
    rule = RULES.get(identifier)
    if rule is None:
        raise linear.NotEncodable(
            f"{identifier[:8]!a} is no application identifier that can be printed here: expected one of "
            f"{', '.join(sorted(RULES))}"
        )
    if not rule.least <= len(value) <= rule.most or not rule.chars.issuperset(value):
        raise linear.NotEncodable(
            f"({identifier}) can't hold {value[:60]!a}: expected {rule.least} to {rule.most} characters "
            "of those that GS1 allows there"
        )
    if rule.checked and check_digit(value[:-1]) != value[-1]:
        raise linear.NotEncodable(
            f"({identifier}){value} has a wrong check digit: expected {check_digit(value[:-1])}"
        )
