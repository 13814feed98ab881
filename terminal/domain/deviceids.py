"""Numbers of devices (IMEI, MEID, serial), and what tables of type codes and registers say of them.

Two numbers can only be compared where they are of one kind: a serial says nothing against an IMEI. What can't be
compared, and what a register does not know, stays unknown; neither ever counts as clear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from terminal.domain import tablecells
from terminal.domain.codes import is_dummy
from terminal.domain.gtin import luhn_digit
from terminal.domain.meid import meid_of
from terminal.domain.naming import words
from terminal.domain.speech import _

Kind = Literal["imei", "meid", "serial"]
RESULTS = ("clear", "flagged", "unknown")

TAC_ALSO: Mapping[str, tuple[str, ...]] = {
    "tac": ("type_allocation_code",),
    "brand": ("manufacturer", "make"),
    "model": ("name", "marketing_name", "device"),
}
CHECK_ALSO: Mapping[str, tuple[str, ...]] = {
    "number": ("imei", "serial", "meid"),
    "checked": ("at", "date", "checked_at"),
    "result": ("status",),
    "ref": ("reference",),
}


@dataclass(frozen=True, slots=True)
class Number:
    """A device's number: IMEIs with 15 digits, MEIDs with 14 hexadecimal ones, serials as they are written."""

    kind: Kind
    value: str

    @property
    def key(self) -> str:
        """The form in which numbers are compared: an IMEI without check digit, a serial without spaces and case."""
        if self.kind == "imei":
            return f"imei {self.value[:14]}"
        if self.kind == "meid":
            return f"meid {self.value}"
        return f"serial {self.value.replace(' ', '').casefold()}"

    @property
    def tac(self) -> str | None:
        """The type allocation code of an IMEI: its first eight digits."""
        return self.value[:8] if self.kind == "imei" else None


@dataclass(frozen=True, slots=True)
class Tac:
    """What phones with this type allocation code are."""

    tac: str
    brand: str
    model: str


@dataclass(frozen=True, slots=True)
class StatusCheck:
    """What a register of lost, stolen or locked devices said of a number."""

    number: Number
    provider: str
    at: datetime
    result: str
    """clear, flagged or unknown."""
    ref: str = ""


def number_of(text: str) -> Number:
    """The number that a text is. Raises ValueError, a sentence, for a dummy or a number that was damaged."""
    plain = tablecells.identifier(text.strip())
    if not plain or is_dummy(plain):
        dummy = _('"{given}" is a dummy: it stands where a number is missing')
        raise ValueError(dummy.format(given=plain[:40]))
    meid = meid_of(plain)
    if meid is not None:
        return Number("meid", meid)
    digits = plain.replace("-", "").replace(" ", "").replace("/", "")
    if digits.isascii() and digits.isdecimal():
        if len(digits) == 15 and digits[14] == luhn_digit(digits[:14]):
            return Number("imei", digits)
        if len(digits) == 16:
            return Number("imei", digits[:14] + luhn_digit(digits[:14]))
    return Number("serial", plain)


def imei_of(text: str) -> Number:
    """The IMEI or MEID that a cell of an IMEI column holds; a leading zero that a spreadsheet took is put back.

    Raises ValueError for everything else, with what may have happened to it.
    """
    number = number_of(text)
    if number.kind != "serial":
        return number
    digits = number.value.removesuffix(".0").replace("-", "").replace(" ", "")
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f"{number.value[:40]} is no IMEI: expected 15 digits")
    if len(digits) == 14 and digits[0] == "1" and luhn_digit(f"0{digits[:13]}") == digits[13]:
        return Number("imei", f"0{digits}")
    if len(digits) == 15:
        raise ValueError(f"IMEI check digit: expected {luhn_digit(digits[:14])}, got {digits[14]}")
    if len(digits) == 14:
        raise ValueError(
            "14 digits, an IMEI has 15: the check digit is missing or a spreadsheet took a leading zero; "
            "export the column as text"
        )
    raise ValueError(f"{len(digits)} digits, an IMEI has 15: export the column as text")


def tac_of(text: str) -> str:
    """A type allocation code: eight digits; the one leading zero that a spreadsheet took is put back."""
    plain = tablecells.identifier(text).removesuffix(".0")
    if not (plain.isascii() and plain.isdecimal()) or not 7 <= len(plain) <= 8:
        raise ValueError(
            f"a type allocation code has 8 digits (got {plain[:40]!r}): of fewer than 7 too many zeros are lost"
        )
    if not plain.strip("0"):
        raise ValueError("a type allocation code of nothing but zeros: nobody's number")
    return plain.zfill(8)


def tac_converters() -> dict[str, Callable[[str], Any]]:
    """How the cells of a table of type allocation codes are read."""
    return {"tac": tac_of, "brand": tablecells.title, "model": tablecells.title}


def check_converters(formats: Iterable[str]) -> dict[str, Callable[[str], Any]]:
    """How the cells of a table of status checks are read."""
    return {
        "number": number_of,
        "provider": tablecells.identifier,
        "checked": tablecells.moment(tuple(formats)),
        "result": tablecells.one_of(RESULTS, "result of a check"),
        "ref": tablecells.identifier,
    }


def same(expected: str, read: Number) -> bool | None:
    """Whether the number that was sold and the one that was read are one; None where they can't be compared."""
    try:
        sold = number_of(expected)
    except ValueError:
        return None
    return sold.key == read.key if sold.kind == read.kind else None


def read_facts(read: Number, expected: Iterable[str]) -> dict[str, Any]:
    """The facts of a number that was read from the device, against the serials under which it was sold.

    A number that fits takes no earlier mismatch back: the box may carry the right one.
    """
    facts: dict[str, Any] = {"serial_read" if read.kind == "serial" else "imei": read.value}
    verdicts = [verdict for one in expected if (verdict := same(one, read)) is not None]
    if verdicts and not any(verdicts):
        facts["serial_mismatch"] = True
    return facts


def swapped(tac: Tac, brand: str | None, title: str) -> bool:
    """Whether the device seems to be another model than its title says; False also where nothing can be said.

    Type codes name some models as makers do (`SM-G991B`) and titles as shops do, so only words that both sides
    use count: another brand, or the same family with another number.
    """
    sold, own = set(words(title)), set(words(brand or ""))
    maker, model = set(words(tac.brand)), words(tac.model)
    family = {word for word in model if word.isalpha() and len(word) > 2 and word not in maker} & sold
    if family:
        figures = {word for word in model if not word.isalpha()}
        return bool(figures) and figures.isdisjoint(sold) and any(not word.isalpha() for word in sold)
    return bool(own and maker) and maker.isdisjoint(own | sold)


def checked(checks: Iterable[StatusCheck], since: date) -> dict[str, Any]:
    """What registers say: flagged by any, clear by the last word of every one since `since`, else nothing.

    A clear answer from before the goods came back says nothing of them now.
    """
    last: dict[str, StatusCheck] = {}
    for check in sorted(checks, key=lambda each: each.at):
        last[check.provider] = check
    results = {check.result for check in last.values()}
    if "flagged" in results:
        return {"status_check": "flagged"}
    fresh = all(check.at.date() >= since for check in last.values())
    return {"status_check": "clear"} if results == {"clear"} and fresh else {}


def doubts(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What makes one look at a device again, in sentences."""
    found = []
    if facts.get("serial_mismatch") is True and (read := facts.get("imei") or facts.get("serial_read")):
        other = _("its number {number} is not the one that was sold: it may be swapped")
        found.append(other.format(number=read))
    if facts.get("swap_suspect") == "possible":
        found.append(
            _(
                "one of its numbers belongs to another model, or to another device than was sold: is it swapped?"
            )
        )
    if facts.get("status_check") == "flagged":
        found.append(_("a register says that it is lost, stolen or locked"))
    return tuple(found)
