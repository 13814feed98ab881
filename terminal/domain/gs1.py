"""GS1 data as a reader transmits it: EAN/UPC, element strings, bracketed text, Digital Link URIs.

The AIM identifier decides: a carrier of GS1 data that holds anything the GS1 General Specifications forbid is a
`Gs1Error` with the reason, so a misread barcode is never half believed; a plain symbol is none of this module's
business, even where its data looks like GS1's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from terminal.domain.gs1_dates import CENTURY_YEAR, date_of
from terminal.domain.gs1_elements import GS, Element, check_together, cut_message, missing_beside, one_element
from terminal.domain.gs1_link import cut_link, is_address, is_link
from terminal.domain.gtin import Gs1Error, canonical_gtin
from terminal.domain.speech import _

__all__ = [
    "CARRIERS", "CENTURY_YEAR", "EAN_CARRIERS", "GS", "Gs1Message", "date_of", "is_address", "is_link",
    "read_brackets", "read_carrier", "read_elements", "read_link",
]  # fmt: skip

_MESSAGE_CARRIERS = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
"""GS1-128, DataBar and composite, GS1 DataMatrix, GS1 QR Code, GS1 DotCode: they carry element strings only."""

_COMPOSITE_PARTS = frozenset({"]e1", "]e2", "]e3"})
"""What follows a separator or escape in a composite symbol: no message of its own (ISO/IEC 24723)."""

_EAN_DIGITS = {"]E0": 13, "]E3": 13, "]E4": 8}
EAN_CARRIERS = frozenset({"]E0", "]E1", "]E2", "]E3", "]E4"})
CARRIERS = _MESSAGE_CARRIERS | _COMPOSITE_PARTS | EAN_CARRIERS
"""The AIM identifiers of symbols that carry GS1 data and nothing else."""

_COMPOSITE = "|]e0"
_ADD_ON_DIGITS = (2, 5)

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

    elements: tuple[Element, ...]
    """Application identifier and value."""
    facts: Mapping[str, str]
    """Of gtin, sscc, lot, serial, variant, additional_id, second_serial, count, expiry, best_before, sell_by,
    production_date, packaging_date (ISO dates), net_weight_g and gross_weight_g those that the message gives."""
    notes: tuple[str, ...] = ()
    """What has to stand in another symbol of the same item, in sentences."""

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
    if aim in _COMPOSITE_PARTS:
        later = _("{aim} is a later part of a composite symbol: scan the whole symbol")
        raise Gs1Error(later.format(aim=aim))
    if aim in ("]E1", "]E2"):
        raise Gs1Error(_("only the small add-on beside the barcode was read: scan the whole barcode"))
    digits = _EAN_DIGITS.get(aim)
    if digits is None:
        return None
    primary, composite, rest = data.partition(_COMPOSITE)
    add_on = len(primary) - digits
    if aim == "]E3" and add_on in _ADD_ON_DIGITS and primary.isdecimal():
        primary = primary[:digits]
    if len(primary) != digits or not (primary.isascii() and primary.isdecimal()):
        announced = _("{aim} announces {digits} digits, got {given} ({count} characters)")
        if len(primary) == 12:
            announced = _(
                "{aim} announces {digits} digits, got {given} ({count} characters): let the reader send UPC-A as"
                " 13 digits"
            )
        given = repr(primary)
        raise Gs1Error(announced.format(aim=aim, digits=digits, given=given, count=len(primary)))
    gtin = canonical_gtin(primary)
    elements = [("01", gtin.zfill(14))]
    if composite:
        elements += cut_message(rest)
    return _message(elements, year)


def read_elements(data: str, year: int = CENTURY_YEAR) -> Gs1Message:
    """A GS1 message of concatenated element strings with `GS` for FNC1, without AIM identifier.

    Raises Gs1Error: it is empty, has an unknown identifier, a value of wrong size, form, check digit or date, no
    separator where one is due, or two statements that contradict each other.
    """
    return _message(cut_message(data), year)


def read_brackets(text: str, year: int = CENTURY_YEAR) -> Gs1Message:
    """A GS1 message as people print and type it, `(01)09521234567880(21)SN-1`.

    Raises Gs1Error: as for `read_elements`, or it doesn't start with an identifier in brackets.
    """
    parts = re.split(r"\((\d{2,4})\)", text)
    if parts[0] or len(parts) == 1:
        expected = _("{given}: expected an application identifier in brackets, as (01), at the start")
        raise Gs1Error(expected.format(given=repr(text)))
    return _message(
        [one_element(ai, value) for ai, value in zip(parts[1::2], parts[2::2], strict=True)], year
    )


def read_link(uri: str, year: int = CENTURY_YEAR) -> Gs1Message:
    """A GS1 Digital Link URI of any host: primary key and qualifiers in the path, attributes in the query.

    Raises Gs1Error: as for `read_elements`, the path is no key with its qualifiers in their order, or the link is
    compressed.
    """
    return _message(cut_link(uri), year)


def _message(elements: Iterable[Element], year: int) -> Gs1Message:
    values = check_together(elements)
    return Gs1Message(tuple(values.items()), MappingProxyType(_facts(values, year)), missing_beside(values))


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
                raise Gs1Error(_("({ai}) {value} is no date in its century").format(ai=ai, value=value))
            facts.setdefault(_DATE_FACTS[ai], day.isoformat())
        elif ai in ("30", "37"):
            facts["count"] = str(int(value))
        elif ai[:3] in _WEIGHT_FACTS:
            facts[_WEIGHT_FACTS[ai[:3]]] = str(round(Decimal(value).scaleb(3 - int(ai[3]))))
    return facts
