"""GS1 data as a reader transmits it: EAN/UPC, element strings, bracketed text, Digital Link URIs.

`biip` knows the application identifiers and their formats, but it is lenient: a wrong check digit, a value that is
too long or an impossible day still gives it a message. Here anything that the GS1 General Specifications forbid is
a `Gs1Error` with the reason, so a misread barcode is never half believed.

What the standard demands of *all* symbols on one thing together (a lot number needs a GTIN beside it) is not asked
of a single scan.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote, urlsplit

from terminal.domain.gtin import GTIN_LENGTHS, Gs1Error, canonical_gtin, check_digit

GS = "\x1d"
"""What a reader sends for FNC1 inside a message."""

CENTURY_YEAR = 2026
"""The year from which two-digit years are read where the caller gives none: right for 1977 to 2076."""

_MESSAGE_CARRIERS = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
"""GS1-128, DataBar and composite, GS1 DataMatrix, GS1 QR Code, GS1 DotCode: they carry element strings only."""

_EAN_DIGITS = {"]E0": 13, "]E3": 13, "]E4": 8}
EAN_CARRIERS = frozenset({"]E0", "]E1", "]E2", "]E3", "]E4"})
CARRIERS = _MESSAGE_CARRIERS | EAN_CARRIERS
"""The AIM identifiers of symbols that carry GS1 data and nothing else."""

_COMPOSITE = "|]e0"
_ADD_ON_DIGITS = (2, 5)

_NOT_IN_A_MESSAGE = re.compile(rf"[^!-?A-Z_a-z{GS}]|[#$@]")
"""Everything outside GS1's 82 characters and the separator."""

_CHECKED_DIGITS = {
    "00": 18, "01": 14, "02": 14, "03": 14, "253": 13, "255": 13, "402": 17, "410": 13, "411": 13, "412": 13,
    "413": 13, "414": 13, "415": 13, "416": 13, "417": 13, "8006": 14, "8017": 18, "8018": 18, "8026": 14,
}  # fmt: skip
"""The identification keys whose first so many digits end in a check digit. 8003 has a filler before its key."""

_DATES = {
    "11": True, "12": True, "13": True, "15": True, "16": True, "17": True, "4324": True, "4325": True,
    "4326": False, "7003": False, "7006": False, "7007": False, "7011": False, "8008": False,
}  # fmt: skip
"""The identifiers that start with YYMMDD, and whether day 00 (the end of the month) may stand there."""

_NEVER_TOGETHER = (
    ("01", "02"), ("01", "03"), ("02", "03"), ("01", "37"), ("01", "255"), ("21", "235"), ("420", "421"),
)  # fmt: skip
"""Pairs that contradict each other about what the thing is or where it goes (General Specifications 4.13)."""

_LINK_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "00": (), "01": (("22", "10", "21"), ("235",)), "253": (), "255": (), "401": (), "402": (),
    "414": (("254",), ("7040",)), "417": (("7040",),), "8003": (), "8004": (), "8006": (("22", "10", "21"),),
    "8010": (("8011",),), "8013": (), "8017": (("8019",),), "8018": (("8019",),),
}  # fmt: skip
"""The primary keys of a Digital Link and which qualifiers may follow each in the path, in this order."""

_LINK = re.compile(
    r"https?://[^/?#]+(?:/[^?#]*)?/(?:01/[0-9]{8,14}|(?:00|8006)/[0-9]{18})(?![^/?#])", re.IGNORECASE
)

_TEXT_FACTS = {
    "10": "lot",
    "21": "serial",
    "22": "variant",
    "235": "serial",
    "240": "additional_id",
    "250": "second_serial",
}
_DATE_FACTS = {
    "11": "production_date", "13": "packaging_date", "15": "best_before", "16": "sell_by", "17": "expiry",
    "7003": "expiry",
}  # fmt: skip
_WEIGHT_FACTS = {"310": "net_weight_g", "330": "gross_weight_g"}


@dataclass(frozen=True, slots=True)
class Gs1Message:
    """One scan's element strings in their order, all checked."""

    elements: tuple[tuple[str, str], ...]
    """Application identifier and value."""
    facts: Mapping[str, str]
    """Of gtin, sscc, lot, serial, variant, additional_id, second_serial, count, expiry, best_before, sell_by,
    production_date, packaging_date (ISO dates), net_weight_g and gross_weight_g those that the message gives."""

    def text(self) -> str:
        """The message as it is printed below a symbol: `(01)09521234567880(21)SN-1`."""
        return "".join(f"({ai}){value}" for ai, value in self.elements)


def read_carrier(aim: str, data: str, year: int = CENTURY_YEAR) -> Gs1Message | None:
    """What a reader that sent AIM identifier `aim` transmitted, or None where the symbol is not one of GS1's.

    An EAN/UPC symbol is read as the (01) that it stands for; the second part of a composite, after `|]e0`, follows.

    Raises Gs1Error: the symbol may not carry this data.
    """
    if aim in _MESSAGE_CARRIERS:
        return read_elements(data, year)
    if aim in ("]E1", "]E2"):
        raise Gs1Error("only the small add-on beside the barcode was read: scan the whole barcode")
    digits = _EAN_DIGITS.get(aim)
    if digits is None:
        return None
    primary, composite, rest = data.partition(_COMPOSITE)
    add_on = len(primary) - digits
    if aim == "]E3" and add_on in _ADD_ON_DIGITS and primary.isdecimal():
        primary = primary[:digits]
    if len(primary) != digits or not (primary.isascii() and primary.isdecimal()):
        raise Gs1Error(f"{aim} announces {digits} digits, got {primary!r} ({len(primary)} characters)")
    gtin = canonical_gtin(primary)
    elements = [("01", gtin.zfill(14))]
    if composite:
        elements += _elements(rest)
    return _message(elements, year)


def read_elements(data: str, year: int = CENTURY_YEAR) -> Gs1Message:
    """A GS1 message of concatenated element strings with `GS` for FNC1, without AIM identifier.

    Raises Gs1Error: it is empty, has an unknown identifier, a value of wrong size, form, check digit or date, no
    separator where one is due, or two statements that contradict each other.
    """
    return _message(_elements(data), year)


def read_brackets(text: str, year: int = CENTURY_YEAR) -> Gs1Message:
    """A GS1 message as people print and type it, `(01)09521234567880(21)SN-1`.

    Raises Gs1Error: as for `read_elements`, or it doesn't start with an identifier in brackets.
    """
    parts = re.split(r"\((\d{2,4})\)", text)
    if parts[0] or len(parts) == 1:
        raise Gs1Error(f"{text!r}: expected an application identifier in brackets, as (01), at the start")
    return _message([_element(ai, value) for ai, value in zip(parts[1::2], parts[2::2], strict=True)], year)


def is_link(text: str) -> bool:
    """Whether `text` claims to be a GS1 Digital Link: a web address with a key and its digits in the path."""
    return _LINK.match(text) is not None


def read_link(uri: str, year: int = CENTURY_YEAR) -> Gs1Message:
    """A GS1 Digital Link URI of any host: primary key and qualifiers in the path, attributes in the query.

    A GTIN may have 8, 12, 13 or 14 digits there, as older editions of the standard allowed. Query keys that are
    no number are the web's and left alone.

    Raises Gs1Error: as for `read_elements`, or the path is no key with its qualifiers in their order.
    """
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        raise Gs1Error(f"{uri!r} is no web address: {error}") from None
    segments = parts.path.split("/")
    starts = [
        place for place, segment in enumerate(segments) if _is_key_with_qualifiers(segments[place:], segment)
    ]
    if parts.scheme not in ("http", "https") or not parts.netloc or not starts:
        raise Gs1Error(f"{uri!r}: expected http(s)://host/01/GTIN and, in this order, /22/, /10/, /21/")
    pairs = [unquote(segment) for segment in segments[starts[-1] :]]
    elements = [
        _element(ai, value) for ai, value in zip(_padded(pairs)[::2], _padded(pairs)[1::2], strict=True)
    ]
    elements += [_element(ai, value) for ai, value in parse_qsl(parts.query) if ai.isdecimal()]
    return _message(elements, year)


def _elements(data: str) -> list[tuple[str, str]]:
    """Cut a message into its element strings."""
    if not data:
        raise Gs1Error("a GS1 symbol without data")
    _refuse_characters(data)
    elements = []
    rest = data
    while rest:
        element, rest = _cut(rest)
        elements.append(element)
    return elements


def _element(ai: str, value: str) -> tuple[str, str]:
    """One element string whose identifier and value are already apart."""
    _refuse_characters(value)
    element, rest = _cut(ai + value)
    if rest or element != (ai, value):
        raise Gs1Error(f"({ai}) {_shown(value)} is not one element string: its size or identifier is wrong")
    return element


def _cut(data: str) -> tuple[tuple[str, str], str]:
    """The first element string and what follows; a separator may stand after any, and must after a variable one."""
    from biip import ParseConfig, ParseError  # 0.1 s, so only when the first GS1 symbol is read
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier
    from biip.gs1_element_strings import GS1ElementString

    try:
        known = GS1ApplicationIdentifier.extract(data)
    except ParseError:
        raise Gs1Error(f"unknown application identifier at {_shown(data[:4])}") from None
    try:
        found = GS1ElementString.extract(data, config=ParseConfig(gs1_element_strings_verify_date=False))
    except ParseError:
        value = data.partition(GS)[0].removeprefix(known.ai)
        raise Gs1Error(_misfit(known.ai, known.data_title, known.format, value)) from None
    rest = data[len(found) :]
    if known.separator_required and rest and rest[0] != GS:
        value = found.value + rest.partition(GS)[0]
        raise Gs1Error(_misfit(known.ai, known.data_title, known.format, value))
    return _checked(known.ai, found.value), rest.removeprefix(GS)


def _checked(ai: str, value: str) -> tuple[str, str]:
    if not value:
        raise Gs1Error(f"({ai}) is empty")
    key = value[1:14] if ai == "8003" else value[: _CHECKED_DIGITS.get(ai, 0)]
    if key:
        expected = check_digit(key[:-1])
        if key[-1] != expected:
            raise Gs1Error(f"({ai}) check digit: expected {expected}, got {key[-1]}")
        if not key.strip("0"):
            raise Gs1Error(f"({ai}) of nothing but zeros: nobody's number")
    if ai in _DATES:
        _check_times(ai, value, end_of_month=_DATES[ai])
    return ai, value


def _check_times(ai: str, value: str, *, end_of_month: bool) -> None:
    whole = [value[:6], value[6:]] if ai == "7007" and len(value) > 6 else [value[:6]]
    for digits in whole:
        if date_of(digits, CENTURY_YEAR) is None or (digits.endswith("00") and not end_of_month):
            raise Gs1Error(f"({ai}) {digits} is no date: expected YYMMDD")
    time = "" if ai == "7007" else value[6:]
    if time == "9999" and ai in ("4324", "4325"):
        return
    for digits, limit in zip((time[:2], time[2:4], time[4:]), (24, 60, 60), strict=True):
        if digits and int(digits) >= limit:
            raise Gs1Error(f"({ai}) {time} is no time: expected HHMM")


def date_of(yymmdd: str, year: int) -> date | None:
    """The day that six ASCII digits name, or None where there is no such day.

    The century is the one that puts the year between 49 years before and 50 years after `year`; day 00 is the last
    of the month (General Specifications 7.12 and 3.4).
    """
    two, month, day = int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    apart = two - year % 100
    century = year - year % 100 + (-100 if apart > 50 else 100 if apart < -49 else 0)
    if not 1 <= month <= 12:
        return None
    last = calendar.monthrange(century + two, month)[1]
    return date(century + two, month, day or last) if day <= last else None


def _message(elements: Iterable[tuple[str, str]], year: int) -> Gs1Message:
    values: dict[str, str] = {}
    for ai, value in elements:
        if values.setdefault(ai, value) != value:
            raise Gs1Error(f"({ai}) is given twice, as {values[ai]!r} and {value!r}")
    for one, other in _NEVER_TOGETHER:
        if one in values and other in values:
            raise Gs1Error(f"({one}) and ({other}) may not stand together")
    return Gs1Message(tuple(values.items()), MappingProxyType(_facts(values, year)))


def _facts(values: Mapping[str, str], year: int) -> dict[str, str]:
    facts = {}
    for ai in ("01", "02", "03"):
        if ai in values:
            facts["gtin"] = canonical_gtin(values[ai])
    if "00" in values:
        facts["sscc"] = values["00"]
    for ai, value in values.items():
        if ai in _TEXT_FACTS:
            facts[_TEXT_FACTS[ai]] = value
        elif ai in _DATE_FACTS:
            day = date_of(value[:6], year)
            if day is None:
                raise Gs1Error(f"({ai}) {value} is no date in its century")
            facts.setdefault(_DATE_FACTS[ai], day.isoformat())
        elif ai in ("30", "37"):
            facts["count"] = str(int(value))
        elif ai[:3] in _WEIGHT_FACTS:
            facts[_WEIGHT_FACTS[ai[:3]]] = str(round(Decimal(value).scaleb(3 - int(ai[3]))))
    return facts


def _is_key_with_qualifiers(segments: list[str], key: str) -> bool:
    if key not in _LINK_KEYS or len(segments) % 2:
        return False
    qualifiers = segments[2::2]
    return not qualifiers or any(_in_order(qualifiers, order) for order in _LINK_KEYS[key])


def _in_order(names: list[str], order: tuple[str, ...]) -> bool:
    left = iter(order)
    return all(name in left for name in names)


def _padded(pairs: list[str]) -> list[str]:
    key, value = pairs[:2]
    short = key == "01" and len(value) in GTIN_LENGTHS
    return [key, value.zfill(14) if short else value, *pairs[2:]]


def _refuse_characters(data: str) -> None:
    wrong = _NOT_IN_A_MESSAGE.search(data)
    if wrong is not None:
        raise Gs1Error(f"{_shown(wrong[0])} at place {wrong.start() + 1} is no character of a GS1 message")


def _misfit(ai: str, title: str, form: str, value: str) -> str:
    return f"({ai}) {title}: {_shown(value)} does not fit {form.partition('+')[2]}"


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 40 else text[:40] + "...")
