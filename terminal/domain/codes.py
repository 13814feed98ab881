"""What a scan can mean: every reading that the text allows, with the facts it carries, or why there is none.

Readings are alternatives, the most specific first; which of them exists here is for the station to look up. The
last one is usually the plain text, so that an RMA, tracking number, SKU or serial that looks like nothing is still
found by its exact spelling. What claims to be a GS1 symbol or has a GTIN's length and fails its check is a misread:
it has no reading unless a pattern of the site's configuration knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from terminal.domain import gs1
from terminal.domain.codepatterns import MAX_TEXT, Patterns
from terminal.domain.gtin import (
    GTIN_LENGTHS,
    Gs1Error,
    canonical_gtin,
    check_digit,
    expand_upc_e,
    luhn_digit,
    restriction,
    same_gtin,
)
from terminal.domain.lettercode import OwnCode, OwnKind, check_problem, id_of, parse
from terminal.domain.meid import meid_of
from terminal.domain.speech import _

__all__ = [
    "MAX_SCAN", "MAX_TEXT", "Kind", "Patterns", "Reading", "Scan", "canonical_gtin", "check_digit", "describe",
    "is_dummy", "luhn_digit", "read", "same_gtin",
]  # fmt: skip

MAX_SCAN = 1_000
"""The longest scan that is looked at; a full GS1 symbol or web address is far shorter."""

_ENVELOPE = "[)>\x1e"
_PART_OF_ENVELOPE = frozenset("\x1d\x1e\x04")
_DATA_IDENTIFIERS = {
    "S": "serial",
    "T": "lot",
    "1T": "lot",
    "P": "part",
    "1P": "part",
    "30P": "part",
    "Q": "count",
}

_NO_NUMBER = frozenset(
    {
        "n/a",
        "na",
        "n.a.",
        "none",
        "null",
        "nil",
        "nan",
        "unknown",
        "unbekannt",
        "inconnu",
        "tbd",
        "tba",
        "test",
    }
    | {"serial", "sn", "s/n", "-", "--", "---", ".", "?", "??", "???"}
)
_FROM_ONE, _FROM_ZERO = "1234567890" * 2, "0123456789" * 2

_SYMBOLOGIES = {
    "]C1": "GS1-128", "]E4": "EAN-8", "]J1": "GS1 DotCode", "]Q3": "GS1 QR Code", "]d2": "GS1 DataMatrix",
    "]e0": "GS1 DataBar",
    "A": "Code 39", "B": "Telepen", "C": "Code 128", "D": "Code One", "E": "EAN/UPC", "F": "Codabar",
    "G": "Code 93", "H": "Code 11", "I": "ITF", "J": "DotCode", "K": "Code 16K", "L": "PDF417", "M": "MSI",
    "N": "Anker", "O": "Codablock", "P": "Plessey", "Q": "QR Code", "R": "Straight 2 of 5",
    "S": "Straight 2 of 5", "T": "Code 49", "U": "MaxiCode", "X": "other", "Z": "no barcode",
    "c": "Channel Code", "d": "Data Matrix", "e": "GS1 Composite", "h": "Han Xin Code", "o": "OCR",
    "p": "PosiCode", "s": "SuperCode", "z": "Aztec Code",
}  # fmt: skip
"""Names by whole AIM identifier where the modifier matters, else by its code letter (ISO/IEC 15424)."""


_MAY_BE_EMPTY = frozenset({"]Q1", "]d1", "]J0"})
"""Plain QR Code, Data Matrix and DotCode: empty ones are valid symbols that say nothing, not misreads."""


class _MisreadError(ValueError):
    """The text has a number's length but not its check digit."""


class Kind(StrEnum):
    """What a reading takes the scan for."""

    LPN = "lpn"
    GTIN = "gtin"
    SSCC = "sscc"
    GS1 = "gs1"
    IMEI = "imei"
    MEID = "meid"
    SERIAL = "serial"
    RMA = "rma"
    TRACKING = "tracking"
    TOTE = "tote"
    BADGE = "badge"
    COMMAND = "command"
    ANSWER = "answer"
    DEFECT = "defect"
    CHANNEL = "channel"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a scan can mean."""

    kind: Kind
    value: str
    """Canonical GTIN, LPN in capitals, id of a badge or tote, letters of a command; else the text itself."""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What else the symbol says: lot, serial, expiry (ISO) ...; `restricted` where a GTIN is no product."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan with all its readings and everything that speaks against one."""

    raw: str
    aim: str | None
    """The AIM identifier, `]C1`, where the reader sends it."""
    text: str
    """The data without identifier and without spaces around it."""
    readings: tuple[Reading, ...]
    problems: tuple[str, ...]

    def first(self, *kinds: Kind) -> Reading | None:
        """The first reading that is of one of `kinds`."""
        return next((reading for reading in self.readings if reading.kind in kinds), None)


def read(raw: str, patterns: Patterns, aim: str | None = None, *, year: int = gs1.CENTURY_YEAR) -> Scan:
    """Every reading of `raw`, which is what a reader or a keyboard sent without its terminator. Never raises.

    `aim` is the AIM identifier where the device has already taken it off; otherwise it is found in `raw`. `year` is
    the year of the clock, for the century of two-digit years.
    """
    data = raw
    if aim is None and raw.startswith("]"):
        if len(raw) < 3 or raw[1] not in _SYMBOLOGIES or raw[2] not in "0123456789ABCDEF":
            wrong = _("{given} is no AIM identifier: expected as ]C1 or ]E0").format(given=ascii(raw[:3]))
            return Scan(raw, None, raw, (), (wrong,))
        aim, data = raw[:3], raw[3:]
    text = data if aim in gs1.CARRIERS else data.strip(" ")
    scan = Scan(raw, aim, text, (), ())
    problem = _unreadable(scan)
    if problem is not None:
        empty = (Reading(Kind.TEXT, ""),) if not text and aim in _MAY_BE_EMPTY else ()
        return replace(scan, readings=empty, problems=(problem,))
    if scan.text.startswith(_ENVELOPE):
        return _read_envelope(scan, year)
    kinds = patterns.kinds_of(scan.text)
    own = None if aim in gs1.CARRIERS else parse(scan.text)
    if own is not None and own.kind is not OwnKind.LPN and not kinds:
        return replace(scan, readings=(_own_reading(own),))
    return _read_plain(scan, kinds, own, year)


def describe(scan: Scan) -> dict[str, object]:
    """The scan as plain values for JSON."""
    symbology = _SYMBOLOGIES.get(scan.aim or "") or _SYMBOLOGIES.get((scan.aim or "")[1:2])
    readings = [
        {"kind": str(reading.kind), "value": reading.value, "facts": dict(reading.facts)}
        for reading in scan.readings
    ]
    return {
        "raw": scan.raw,
        "aim": scan.aim,
        "symbology": symbology,
        "readings": readings,
        "problems": list(scan.problems),
    }


def is_dummy(text: str) -> bool:
    """Whether `text` stands where a number is missing: `N/A`, `UNKNOWN`, `000000`, `123456`.

    Such a serial would join strangers' items; fifteen zeros even have a right IMEI check digit.
    """
    bare = text.strip().casefold()
    if len(bare) < 6:
        return bare in _NO_NUMBER
    same = bare.count(bare[0]) == len(bare)
    return same or bare in _NO_NUMBER or _FROM_ONE.startswith(bare) or _FROM_ZERO.startswith(bare)


def _clipped(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "..."


def _unreadable(scan: Scan) -> str | None:
    """Why nothing at all can be made of the text."""
    text = scan.text
    if not text:
        return _("empty: nothing was scanned") if not scan.raw else _("empty: the symbol holds no data")
    if len(text) > MAX_SCAN:
        too_long = _("too long: {count} characters, at most {most} are read")
        return too_long.format(count=len(text), most=MAX_SCAN)
    if "\ufffd" in text:
        return _("a byte that is no UTF-8: check the scanner's cable, speed and character set")
    allowed = _PART_OF_ENVELOPE if text.startswith(_ENVELOPE) else gs1.GS
    wrong = next((letter for letter in text if not letter.isprintable() and letter not in allowed), None)
    if wrong is not None:
        foreign = _("control character {character}: not part of any code that is used here")
        return foreign.format(character=ascii(wrong))
    return None


def _read_plain(scan: Scan, kinds: list[str], own: OwnCode | None, year: int) -> Scan:
    """All readings of a scan that is neither an envelope nor plainly one of our own codes."""
    text = scan.text
    readings: list[Reading] = []
    problems: list[str] = []
    misread = False
    try:
        message = _gs1_message(scan.aim, text, year)
        if message is not None:
            readings, problems = _of_message(message)
        elif own is None and is_dummy(text):
            misread = True
            dummy = _("{given} is a dummy: it stands where a number is missing")
            problems.append(dummy.format(given=_clipped(text)))
        elif text.isascii() and text.isdecimal():
            readings, problems = _of_digits(text, year)
    except (Gs1Error, _MisreadError) as error:
        misread = True
        problems.append(str(error))
        if scan.aim in gs1.EAN_CARRIERS:
            kinds = []
    if not misread and not readings and (meid := meid_of(text)) is not None:
        readings.append(Reading(Kind.MEID, meid))
    if own is not None:
        readings.append(_own_reading(own))
    elif not kinds and (wrong_letter := check_problem(text)) is not None:
        problems.append(wrong_letter)
    readings = _by_pattern(text, kinds) + readings
    if text.isprintable() and (kinds or readings or not misread):
        if len(text) <= MAX_TEXT:
            readings.append(Reading(Kind.TEXT, text))
        elif not readings:
            too_long = _("too long: {count} characters, a plain code has at most {most}")
            problems.append(too_long.format(count=len(text), most=MAX_TEXT))
    return replace(scan, readings=tuple(readings), problems=tuple(problems))


LINK_CARRIERS = ("]Q1", "]d1", "]J0")
"""Plain QR Code, Data Matrix and DotCode: a web address in them that is no Digital Link names nothing here."""


def _gs1_message(aim: str | None, text: str, year: int) -> gs1.Gs1Message | None:
    """The GS1 message that the symbol, a separator, brackets or a web address announce, or None."""
    message = gs1.read_carrier(aim, text, year) if aim is not None else None
    if message is not None:
        return message
    if gs1.GS in text:
        return gs1.read_elements(text.removeprefix(gs1.GS), year)
    if text[0] == "(" and text[1:3].isdecimal():
        return gs1.read_brackets(text, year)
    if gs1.is_link(text) or (aim in LINK_CARRIERS and gs1.is_address(text)):
        return gs1.read_link(text, year)
    return None


def _of_message(message: gs1.Gs1Message) -> tuple[list[Reading], list[str]]:
    facts = dict(message.facts)
    problems = list(message.notes)
    if is_dummy(facts.get("serial", "")):
        dummy = _("serial {serial} is a dummy: it stands where a number is missing")
        problems.append(dummy.format(serial=_clipped(facts.pop("serial"))))
    if len(message.elements) > 1:
        facts["elements"] = message.text()
    if "sscc" in facts:
        return [Reading(Kind.SSCC, facts["sscc"], MappingProxyType(facts))], problems
    if "gtin" in facts:
        reading, restricted = _gtin_reading(facts["gtin"], facts)
        return [reading], [*restricted, *problems]
    return [Reading(Kind.GS1, message.text(), MappingProxyType(facts))], problems


def _of_digits(text: str, year: int) -> tuple[list[Reading], list[str]]:
    """Readings of bare digits. Raises Gs1Error or _MisreadError for a wrong check digit."""
    if len(text) in GTIN_LENGTHS:
        return _of_gtin(text)
    if len(text) == 15:
        expected = luhn_digit(text[:14])
        if text[14] != expected:
            wrong = _("IMEI check digit: expected {expected}, got {got}")
            raise _MisreadError(wrong.format(expected=expected, got=text[14]))
        return [Reading(Kind.IMEI, text, MappingProxyType({"tac": text[:8]}))], []
    if len(text) >= 16 and text[:2] in ("00", "01", "02"):
        try:
            return _of_message(gs1.read_elements(text, year))
        except Gs1Error as error:
            return [], [_("as a GS1 message: {problem}").format(problem=error)]
    return [], []


def _of_gtin(text: str) -> tuple[list[Reading], list[str]]:
    readings: list[Reading] = []
    problems: list[str] = []
    refused: list[Gs1Error] = []
    for name, digits in (("gtin", text), ("upc_e", expand_upc_e(text))):
        if digits is None:
            continue
        try:
            gtin = canonical_gtin(digits)
        except Gs1Error as error:
            refused.append(error)
            continue
        reading, restricted = _gtin_reading(gtin, {name: text, "gtin": gtin})
        readings.append(reading)
        problems += restricted
    if not readings:
        raise refused[0]
    return readings, problems


def _gtin_reading(gtin: str, facts: dict[str, str]) -> tuple[Reading, list[str]]:
    why = restriction(gtin)
    if why is None:
        return Reading(Kind.GTIN, gtin, MappingProxyType(facts)), []
    # TRANSLATORS: {why} is "a number for use inside one company" and its like
    told = _("GTIN {gtin} is {why}").format(gtin=gtin, why=_(why))
    return Reading(Kind.GTIN, gtin, MappingProxyType(facts | {"restricted": why})), [told]


def _by_pattern(text: str, kinds: Iterable[str]) -> list[Reading]:
    """Readings by the site's patterns. A SKU has no reading of its own: it is looked up as text."""
    usable = [kind for kind in kinds if kind != "sku" and not (kind == Kind.SERIAL and is_dummy(text))]
    return [Reading(Kind(kind), text) for kind in usable]


def _own_reading(own: OwnCode) -> Reading:
    kind = Kind(own.kind)
    if kind in (Kind.BADGE, Kind.TOTE):
        facts = MappingProxyType({"payload": own.payload})
        return Reading(kind, id_of(own.payload) or own.payload, facts)
    return Reading(kind, own.payload)


def _read_envelope(scan: Scan, year: int) -> Scan:
    """An ISO/IEC 15434 envelope: format 05 holds a GS1 message, format 06 data identifiers (ANSI MH10.8.2)."""
    readings: list[Reading] = []
    problems: list[str] = []
    for part in scan.text.removeprefix(_ENVELOPE).rstrip("\x04").rstrip("\x1e").split("\x1e"):
        form, *rest = part.split(gs1.GS, 1)
        body = "".join(rest)
        if form == "05":
            try:
                found, wrong = _of_message(gs1.read_elements(body, year))
            except Gs1Error as error:
                found, wrong = [], [str(error)]
            readings += found
            problems += wrong
        elif form == "06":
            readings += _of_identifiers(body.split(gs1.GS))
        else:
            unread = _("ISO 15434 format {given} is not read: expected 05 or 06")
            problems.append(unread.format(given=ascii(form)))
    if not readings and not problems:
        problems.append(_("the symbol names no serial number (S) and no part (P, 1P, 30P)"))
    return replace(scan, readings=tuple(readings), problems=tuple(problems))


def _of_identifiers(fields: Iterable[str]) -> list[Reading]:
    facts: dict[str, str] = {}
    for text in fields:
        for width in (3, 2, 1):
            name = _DATA_IDENTIFIERS.get(text[:width])
            if name is not None and text[width:]:
                facts[name] = text[width:]
                break
    serial = facts.get("serial", "")
    readings = []
    if serial and not is_dummy(serial):
        readings.append(Reading(Kind.SERIAL, serial, MappingProxyType(facts)))
    if "part" in facts:
        readings.append(Reading(Kind.TEXT, facts["part"], MappingProxyType(facts)))
    return readings
