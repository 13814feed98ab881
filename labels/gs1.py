"""GS1 element strings for a symbol on a label: `(01){gtin}(21){serial}` with the fields filled in.

As strict as the GS1 General Specifications (section 3): lengths, character sets and check digits. A symbol that
other companies' readers take for the truth is better missing than half right.
"""

import re
from dataclasses import dataclass
from typing import Final

from labels import template
from labels.suggest import hint
from labels.tag import Words

_SET_82 = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")
_SET_39 = frozenset("#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one application identifier may hold."""

    least: int
    most: int
    chars: frozenset[str]
    checked: bool = False
    """The last digit is the check digit of those before it."""
    separated: bool = True
    """An FNC1 ends it if something follows; identifiers of a predefined length have none."""


RULES: Final = {
    "00": _Rule(18, 18, _DIGITS, checked=True, separated=False),
    "01": _Rule(14, 14, _DIGITS, checked=True, separated=False),
    "10": _Rule(1, 20, _SET_82),
    "20": _Rule(2, 2, _DIGITS, separated=False),
    "21": _Rule(1, 20, _SET_82),
    "22": _Rule(1, 20, _SET_82),
    "240": _Rule(1, 30, _SET_82),
    "241": _Rule(1, 30, _SET_82),
    "250": _Rule(1, 30, _SET_82),
    "251": _Rule(1, 30, _SET_82),
    "400": _Rule(1, 30, _SET_82),
    "8004": _Rule(1, 30, _SET_82),
    "8010": _Rule(1, 30, _SET_39),
    **{str(number): _Rule(1, 90, _SET_82) for number in range(91, 100)},
    "90": _Rule(1, 30, _SET_82),
}
"""The identifiers that fields of a label can fill, with the limits of GS1 General Specifications 3.2."""

_BESIDE: Final = {
    **dict.fromkeys(("10", "20", "21", "22", "240", "241", "251"), frozenset({"01"})),
    "250": frozenset({"01", "21"}),
}
"""Identifiers that are read only beside others (GS1 General Specifications 4.14)."""

GS: Final = "\x1d"
"""What a reader says where an FNC1 ends an element."""

_ELEMENT = re.compile(r"\((\d{2,4})\)([^()]+)")
_GTIN_LENGTHS = (8, 12, 13, 14)


class NotGs1(ValueError):
    """The fields can't be said in GS1 elements; the message says which and why."""


def check(text: str) -> str:
    """The template, if it is one of GS1 elements. Raises `template.BadTemplate`."""
    text = template.check(text)
    elements = _ELEMENT.findall(text)
    if not elements or "".join(f"({ai}){value}" for ai, value in elements) != text:
        raise template.BadTemplate(
            "must be GS1 elements: identifiers in brackets, each with its field, as in (01){gtin}(21){serial}"
        )
    seen: set[str] = set()
    for ai, _ in elements:
        if ai not in RULES:
            raise template.BadTemplate(f"no field fits the GS1 identifier ({ai}){hint(ai, RULES)}")
        if ai in seen:
            raise template.BadTemplate(f"the GS1 identifier ({ai}) stands twice")
        seen.add(ai)
    for ai in sorted(seen):
        if missing := _BESIDE.get(ai, frozenset()) - seen:
            raise template.BadTemplate(
                f"({ai}) says something of an article: it needs ({min(missing)}) beside it"
            )
    return text


def elements(text: str, words: Words) -> tuple[tuple[str, str], ...]:
    """Identifiers and values of a checked template, predefined lengths first. Raises `NotGs1`."""
    found: list[tuple[str, str]] = []
    for ai, part in _ELEMENT.findall(text):
        value = template.exact(part, words)
        if ai == "01":
            value = value.zfill(14) if len(value) in _GTIN_LENGTHS else value
        _hold(ai, value)
        found.append((ai, value))
    return tuple(sorted(found, key=lambda element: RULES[element[0]].separated))


def element_string(found: tuple[tuple[str, str], ...]) -> str:
    """The elements as a symbol says them: `GS` where an FNC1 ends one, the FNC1 at the beginning left out."""
    last = len(found) - 1
    return "".join(
        ai + value + (GS if RULES[ai].separated and place < last else "")
        for place, (ai, value) in enumerate(found)
    )


def _hold(ai: str, value: str) -> None:
    rule = RULES[ai]
    shown = ascii(value[:40])
    if not rule.least <= len(value) <= rule.most:
        length = str(rule.most) if rule.least == rule.most else f"{rule.least} to {rule.most}"
        raise NotGs1(f"({ai}) takes {length} characters, {shown} has {len(value)}")
    if wrong := sorted(set(value) - rule.chars):
        raise NotGs1(f"({ai}) can't hold {wrong[0]!a}, which is in {shown}")
    if rule.checked and check_digit(value[:-1]) != value[-1]:
        raise NotGs1(f"({ai}) {shown} has a wrong check digit: expected {check_digit(value[:-1])}")


def check_digit(digits: str) -> str:
    """The check digit behind these digits: weights 3 and 1 from the right (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
