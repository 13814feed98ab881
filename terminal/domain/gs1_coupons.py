"""The coupon codes of North America, (8110) and (8112), which pack fields of stated lengths into digits.

Their fields are called as in the guideline, in English in every sentence.

Source: the GS1 US application guideline for coupons with DataBar, and General Specifications 3.9 for (8112).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from terminal.domain.gs1_dates import CENTURY_YEAR, date_of, day_problem
from terminal.domain.speech import _

_PURCHASE_CODES = "012349"


class _WrongError(ValueError):
    """A field does not hold what the guideline asks."""


class _Digits:
    """What is left of a coupon's digits, taken field by field."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, size: int, what: str, allowed: str = "0123456789") -> str:
        """The next `size` digits, each one of `allowed`."""
        part, self.rest = self.rest[:size], self.rest[size:]
        if len(part) < size:
            raise _WrongError(_("the coupon ends in its {field}").format(field=what))
        if any(digit not in allowed for digit in part):
            wrong = _("the coupon's {field} is {given}: expected {size} of the digits {digits}")
            raise _WrongError(wrong.format(field=what, given=repr(part), size=size, digits=allowed))
        return part

    def take_sized(self, what: str, allowed: str, more: int = 0) -> str:
        """A digit that says the size of a field, less `more`, and the field."""
        size = self.take(1, f"length of the {what}", allowed)
        return self.take(int(size) + more, what)

    def take_requirement(self, what: str) -> None:
        """What has to be bought: size and value, its unit, the family of products."""
        self.take_sized(f"{what} requirement", "12345")
        self.take(1, f"{what} requirement code", _PURCHASE_CODES)
        self.take(3, f"{what} family code")


def coupon_problem(text: str) -> str | None:
    """Why (8110) `text` is no coupon, or None."""
    return _problem(text, _read_coupon)


def offer_problem(text: str) -> str | None:
    """Why (8112) `text` is no positive offer file coupon, or None."""
    return _problem(text, _read_offer)


def _problem(text: str, reader: Callable[[_Digits], None]) -> str | None:
    try:
        reader(_Digits(text))
    except _WrongError as error:
        return str(error)
    return None


def _read_coupon(digits: _Digits) -> None:
    digits.take_sized("company prefix", "0123456", 6)
    digits.take(6, "offer code")
    digits.take_sized("save value", "12345")
    digits.take_requirement("first purchase")
    last = 0
    ends: date | None = None
    while digits.rest:
        field = int(digits.take(1, "optional field", "1234569"))
        if field <= last:
            order = _("the coupon's optional field {field} stands after field {last}")
            raise _WrongError(order.format(field=field, last=last))
        last = field
        if field == 3:
            ends = _read_day(digits)
        elif field == 4:
            starts = _read_day(digits)
            if ends is not None and ends < starts:
                over = _("the coupon ends on {end}, before it starts on {start}")
                raise _WrongError(over.format(end=ends, start=starts))
        else:
            _OPTIONAL[field](digits)


def _read_second(digits: _Digits) -> None:
    digits.take(1, "additional purchase rule", "0123")
    digits.take_requirement("second purchase")
    _read_prefix(digits, "second company prefix")


def _read_third(digits: _Digits) -> None:
    digits.take_requirement("third purchase")
    _read_prefix(digits, "third company prefix")


def _read_prefix(digits: _Digits, what: str) -> None:
    """A company prefix, or 9 for none."""
    if digits.rest[:1] == "9":
        digits.take(1, what)
    else:
        digits.take_sized(what, "0123456", 6)


def _read_day(digits: _Digits) -> date:
    six = digits.take(6, "date")
    day = None if six.endswith("00") else date_of(six, CENTURY_YEAR)
    if day is None:
        # TRANSLATORS: {problem} is "261399 is no date: expected YYMMDD"
        raise _WrongError(_("the coupon's {problem}").format(problem=day_problem(six)))
    return day


def _read_rest(digits: _Digits) -> None:
    digits.take(1, "save value code", "01256")
    digits.take(1, "save value applies to", "012")
    digits.take(1, "store coupon flag")
    digits.take(1, "do not multiply flag", "01")


_OPTIONAL: dict[int, Callable[[_Digits], object]] = {
    1: _read_second,
    2: _read_third,
    5: lambda digits: digits.take_sized("serial number", "0123456789", 6),
    6: lambda digits: digits.take_sized("retailer", "1234567", 6),
    9: _read_rest,
}


def _read_offer(digits: _Digits) -> None:
    digits.take(1, "format", "01")
    digits.take_sized("funder", "0123456", 6)
    digits.take(6, "offer code")
    digits.take_sized("serial number", "0123456789", 6)
    if digits.rest:
        more = _("{count} digits too many after the coupon's serial number")
        raise _WrongError(more.format(count=len(digits.rest)))
