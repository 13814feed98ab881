"""Cells of other people's tables as values: text, numbers, dates, GTINs. A cell that won't do raises ValueError.

The message of the error is the reason that a person reads in the rejects file, so it names what to do. Every
function takes a cell that is not empty and has no space around it.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from terminal.domain.gtin import GTIN_LENGTHS, Gs1Error, canonical_gtin
from terminal.domain.suggest import hint

MAX_ID = 80
"""Longest RMA, SKU, serial or tracking number: what a scan is looked up by."""

MAX_TITLE = 200
MAX_QUANTITY = 100_000
MAX_GRAMS = 10_000_000
MAX_PRICE = Decimal(10) ** 9
FIRST_YEAR, LAST_YEAR = 1970, 2200

BATTERIES = ("none", "contained", "packed_with", "loose")

_POWER_OF_TEN = re.compile(r"[0-9][.,][0-9]+[eE]\+?[0-9]{1,3}")
_PLAIN = str.maketrans({"\u2212": "-", "\u00a0": " ", "\u202f": " "})
"""A typographer's minus and the spaces that don't break, as they come out of spreadsheets."""

_TRUE = frozenset({"1", "true", "yes", "y"})
_FALSE = frozenset({"0", "false", "no", "n"})


def identifier(text: str) -> str:
    """An RMA, SKU, serial or tracking number."""
    _refuse_power_of_ten(text)
    clean = _printable(text)
    if len(clean) > MAX_ID:
        raise ValueError(f"{len(clean)} characters, at most {MAX_ID} can be scanned and looked up")
    return clean


def are_plain(cells: Sequence[str]) -> bool:
    """Whether all cells are empty or identifiers as they stand. Costs a tenth of asking cell by cell."""
    text = "".join(cells)
    return (
        text.isascii()
        and text.isprintable()
        and not any(letter in text for letter in " .,")
        and max(map(len, cells)) <= MAX_ID
    )


def title(text: str) -> str:
    """Free text; what is longer than 200 characters is cut, since nothing is looked up by it."""
    clean = _printable(text)
    return clean if len(clean) <= MAX_TITLE else clean[: MAX_TITLE - 1] + "…"


def gtin(text: str) -> str:
    """A GTIN in its canonical spelling; hyphens and spaces, as in ISBNs, are left out."""
    _refuse_power_of_ten(text)
    digits = text.replace("-", "").replace(" ", "")
    if digits.endswith(".0"):
        raise ValueError("a spreadsheet made this a decimal number: export the column as text")
    try:
        return canonical_gtin(digits)
    except Gs1Error as error:
        whole = _with_lost_zeros(digits)
        if whole is not None:
            raise ValueError(
                f"{error}; a spreadsheet may have dropped zeros of {whole}: export as text"
            ) from None
        raise


def currency(text: str) -> str:
    """Three capital letters of ISO 4217."""
    code = text.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise ValueError("no currency: expected three letters as EUR or GBP")
    return code


def yes_or_no(text: str) -> bool:
    """A truth value as tables write it."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("expected yes or no")


def battery(text: str) -> str:
    """How a battery comes with the goods."""
    return one_of(BATTERIES, "battery state")(text)


def one_of(known: Collection[str], what: str) -> Callable[[str], str]:
    """A reader of one of some words, in any case."""
    by_folded = {word.casefold(): word for word in known}

    def read(text: str) -> str:
        word = by_folded.get(text.casefold())
        if word is None:
            raise ValueError(f'"{_printable(text)[:40]}" is no {what}{hint(text[:40], by_folded.values())}')
        return word

    return read


def number(decimal: str, thousands: str) -> Callable[[str], Decimal]:
    """A reader of plain decimal numbers with this decimal mark and these (perhaps no) marks between thousands."""
    point, comma = re.escape(decimal), re.escape(thousands)
    grouped = rf"[0-9]{{1,3}}(?:{comma}[0-9]{{3}})+|" if thousands else ""
    form = re.compile(rf"[-+]?(?:{grouped}[0-9]{{1,15}})(?:{point}[0-9]{{1,6}})?")
    example = f"1{thousands}234{decimal}50"

    def read(text: str) -> Decimal:
        plain = text.translate(_PLAIN)
        if form.fullmatch(plain) is None:
            raise ValueError(f"no number: expected as {example}")
        return Decimal(
            plain.replace(thousands, "").replace(decimal, ".") if thousands else plain.replace(decimal, ".")
        )

    return read


def quantity(read: Callable[[str], Decimal], sign: str) -> Callable[[str], int]:
    """A reader of whole units: 1 or more after `sign` (positive, negative or any) is taken off."""

    def units(text: str) -> int:
        value = read(text)
        if value != int(value):
            raise ValueError("expected a whole number of units")
        if sign != "any" and value and (value < 0) != (sign == "negative"):
            raise ValueError(f'expected a {sign} number, as quantity_sign = "{sign}" says')
        if not 1 <= abs(value) <= MAX_QUANTITY:
            raise ValueError(f"expected 1 to {MAX_QUANTITY} units")
        return abs(int(value))

    return units


def price(read: Callable[[str], Decimal]) -> Callable[[str], Decimal]:
    """A reader of prices: zero or more."""

    def amount(text: str) -> Decimal:
        value = read(text)
        if not 0 <= value < MAX_PRICE:
            raise ValueError("expected a price of zero or more")
        return abs(value)

    return amount


def grams(read: Callable[[str], Decimal]) -> Callable[[str], int | None]:
    """A reader of weights in whole grams. Zero is how tables say that nobody weighed it: None."""

    def weight(text: str) -> int | None:
        value = read(text)
        if value != int(value):
            raise ValueError("expected whole grams: a fraction looks like kilograms")
        if not 0 <= value <= MAX_GRAMS:
            raise ValueError(f"expected 0 to {MAX_GRAMS} grams")
        return int(value) or None

    return weight


def moment(formats: Sequence[str]) -> Callable[[str], datetime]:
    """A reader of times in any of `formats` (of strptime; none: ISO 8601). Without a zone they are UTC."""

    def read(text: str) -> datetime:
        for form in formats:
            with contextlib.suppress(ValueError, OverflowError):
                return _in_utc(datetime.strptime(text, form))
        raise ValueError(f"no date: expected {' or '.join(formats)}")

    return read if formats else _iso


def _iso(text: str) -> datetime:
    try:
        return _in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise ValueError("no date: expected ISO 8601, as 2026-11-23T08:00:00Z") from None


def _in_utc(when: datetime) -> datetime:
    if when.tzinfo is not UTC:
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise ValueError
    return when


def _refuse_power_of_ten(text: str) -> None:
    if _POWER_OF_TEN.fullmatch(text):
        raise ValueError(
            f"a spreadsheet turned this number into {text} and its digits are lost: export the column as text"
        )


def _printable(text: str) -> str:
    """The text with other kinds of space as plain ones. Raises ValueError for control characters."""
    if text.isprintable():
        return text
    clean = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)
    wrong = next((letter for letter in clean if not letter.isprintable()), None)
    if wrong is None:
        return clean
    if "\udc80" <= wrong <= "\udcff":
        raise ValueError(
            f"byte {ord(wrong) - 0xDC00:#04x} is not of the file's encoding: set encoding in the mapping"
        )
    raise ValueError(f"control character {wrong!a}")


def _with_lost_zeros(digits: str) -> str | None:
    for width in GTIN_LENGTHS:
        whole = digits.zfill(width)
        if width - 2 <= len(digits) < width:
            try:
                canonical_gtin(whole)
            except Gs1Error:
                continue
            return whole
    return None
