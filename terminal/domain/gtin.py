"""GTINs: the numbers of EAN and UPC barcodes, their check digit, their one spelling, and which are no product.

The same trade item is written with 8, 12, 13 or 14 digits according to who carries the number, so GTINs are never
compared as text: only through `canonical_gtin` or `same_gtin`.
"""

from __future__ import annotations

import re

from terminal.domain.speech import N_, _

GTIN_LENGTHS = (8, 12, 13, 14)

_IN_STORE = N_("an in-store number, it means something else in every shop")
_RESTRICTIONS = (
    (re.compile(r"02|2\d"), _IN_STORE),
    (re.compile("04"), N_("a number for use inside one company")),
    (re.compile("05|98[0-4]|99"), N_("a coupon or refund receipt, not a product")),
)


class Gs1Error(ValueError):
    """What was read breaks a rule of GS1; the text says which and where."""


def check_digit(payload: str) -> str:
    """The mod-10 check digit of the ASCII digits `payload`: weights 3 and 1 from the right."""
    return str(-(3 * sum(map(int, payload[::-2])) + sum(map(int, payload[-2::-2]))) % 10)


def luhn_digit(payload: str) -> str:
    """The Luhn check digit of the ASCII digits `payload` (an IMEI's first 14)."""
    total = 0
    for place, digit in enumerate(reversed(payload)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def canonical_gtin(digits: str) -> str:
    """The one spelling under which a GTIN is kept: 8, 13 or 14 digits, without the zeros that a carrier added.

    A GTIN-12 becomes the GTIN-13 with a leading zero that it is. Two texts are the same GTIN exactly when their
    canonical forms are equal.

    Raises Gs1Error: it is not 8, 12, 13 or 14 digits, its check digit is wrong, or it is nothing but zeros.
    """
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in GTIN_LENGTHS:
        misfit = _("GTIN {given}: expected 8, 12, 13 or 14 digits, got {count} characters")
        raise Gs1Error(misfit.format(given=repr(digits), count=len(digits)))
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        wrong = _("GTIN-{digits} check digit: expected {expected}, got {got}")
        raise Gs1Error(wrong.format(digits=len(digits), expected=expected, got=digits[-1]))
    if not digits.strip("0"):
        zeros = _("GTIN-{digits} of nothing but zeros: nobody's number")
        raise Gs1Error(zeros.format(digits=len(digits)))
    wide = digits.zfill(14)
    if wide.startswith("000000"):
        return wide[6:]
    return wide[1:] if wide[0] == "0" else wide


def same_gtin(one: str, other: str) -> bool:
    """Whether two GTINs name the same trade item, whatever their lengths: compared as zero-padded GTIN-14."""
    return one.zfill(14) == other.zfill(14)


def restriction(gtin: str) -> str | None:
    """Why a canonical GTIN names no product outside one shop or company, in English; None where it does.

    GS1 keeps 02, 04, 20-29 and, for eight digits, 0 and 2 for restricted circulation; 05, 98 and 99 for coupons.
    """
    if len(gtin) == 8:
        return _IN_STORE if gtin[0] in "02" else None
    if len(gtin) == 13:
        for prefix, what in _RESTRICTIONS:
            if prefix.match(gtin):
                return what
    return None


def expand_upc_e(digits: str) -> str | None:
    """The GTIN-12 that an eight-digit UPC-E (number system, six digits, check digit) stands for, unchecked.

    None where eight digits can't be a UPC-E. Many readers send UPC-E unexpanded.
    """
    if len(digits) != 8 or digits[0] not in "01":
        return None
    system, maker, last, check = digits[0], digits[1:6], digits[6], digits[7]
    if last in "012":
        middle = f"{maker[:2]}{last}0000{maker[2:]}"
    elif last == "3":
        middle = f"{maker[:3]}00000{maker[3:]}"
    elif last == "4":
        middle = f"{maker[:4]}00000{maker[4]}"
    else:
        middle = f"{maker}0000{last}"
    return f"{system}{middle}{check}"
