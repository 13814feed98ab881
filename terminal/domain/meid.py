"""MEIDs, the numbers of phones without an IMEI: 14 hexadecimal digits, or the same in 18 decimal ones.

Source: 3GPP2 S.R0048-A. The first hexadecimal digit is a letter, which tells an MEID from an IMEI; the check digit
is printed on some labels, on others not, and is no part of the number.
"""

from __future__ import annotations

import re
from typing import Final

_HEX: Final = re.compile(r"[A-Fa-f][0-9A-Fa-f]{13,14}")
_DECIMAL: Final = re.compile(r"[0-9]{18}")
_LETTERS: Final = "0123456789ABCDEF"
_FIRST_MAKER: Final = 0xA0000000
_MOST_MAKER: Final = 0xFFFFFFFF
_MOST_SERIAL: Final = 0xFFFFFF


def meid_of(text: str) -> str | None:
    """The MEID that `text` is, as 14 capital hexadecimal digits, or None."""
    if _HEX.fullmatch(text):
        digits = text[:14].upper()
        return digits if len(text) == 14 or text[14].upper() == check_digit(digits) else None
    if _DECIMAL.fullmatch(text):
        maker, serial = int(text[:10]), int(text[10:])
        if _FIRST_MAKER <= maker <= _MOST_MAKER and serial <= _MOST_SERIAL:
            return f"{maker:08X}{serial:06X}"
    return None


def check_digit(digits: str) -> str:
    """The check digit of 14 hexadecimal digits: Luhn's sum with base 16 (3GPP2 S.R0048-A, annex A)."""
    total = 0
    for place, letter in enumerate(digits):
        value = _LETTERS.index(letter) * (2 if place % 2 else 1)
        total += value // 16 + value % 16
    return _LETTERS[-total % 16]
