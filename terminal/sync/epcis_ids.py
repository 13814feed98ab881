"""Names of things in EPCIS: GS1 Digital Link where GS1 knows the thing, a URN of our own where only we do.

A GTIN needs no company prefix in a Digital Link, so what a bench scans is enough. Whatever stands in a name came
from outside and is percent-encoded, down to the characters that no URI gives a meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID, uuid5

from terminal.domain.gs1_elements import one_element
from terminal.domain.gtin import Gs1Error, canonical_gtin, check_digit, restriction

RESOLVER = "https://id.gs1.org"
"""The host of the canonical form of a Digital Link."""
OWN = "urn:regrade"
"""What the names that only we give begin with."""
LONGEST = 200
"""Characters of outside text that go into a name."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where events happen: URIs of the bench and of the place in which an item is after its event."""

    read_point: str
    location: str

    @property
    def party(self) -> str:
        """Who has the goods from receiving on: the place stands for its owner."""
        return self.location


def site_of(station: str, location: str = "", site: str = "") -> Site:
    """The site of a station. `location` and `site` are GLNs (13 digits); empty: a name made from the station's id.

    Raises ValueError for digits that are no GLN.
    """
    bench = _gln_uri(location) if location else own_uri("station", station)
    return Site(bench, _gln_uri(site) if site else bench)


def own_uri(kind: str, value: str) -> str:
    """A name of ours for something that GS1 does not know: `urn:regrade:lpn:BCDF`."""
    return f"{OWN}:{kind}:{escaped(value) or '-'}"


def escaped(value: str) -> str:
    """Outside text as a part of a URI; what is no text in Unicode is replaced."""
    return quote(clean(value)[:LONGEST], safe="")


def clean(value: str) -> str:
    """Text that every JSON reader takes: half characters are replaced."""
    return value.encode("utf-8", "replace").decode("utf-8")


def item_uri(lpn: str, gtin: str | None, serial: str | None) -> str:
    """The name of one unit: its SGTIN where GTIN and serial number are good for one, else its LPN."""
    wide = global_gtin(gtin)
    if wide is None or serial is None or not _is_serial(serial):
        return own_uri("lpn", lpn)
    return f"{RESOLVER}/01/{wide}/21/{quote(serial, safe='')}"


def global_gtin(gtin: str | None) -> str | None:
    """The GTIN in 14 digits, or None where its check digit is wrong or it names no product outside one shop."""
    try:
        known = canonical_gtin(gtin or "")
    except Gs1Error:
        return None
    return known.zfill(14) if restriction(known) is None else None


def parcel_uri(parcel: str, tracking: str | None) -> str:
    """The name of a parcel: the SSCC where that is its tracking number, else our own."""
    digits = (tracking or "").removeprefix("00") if len(tracking or "") == 20 else tracking or ""
    number = len(digits) == 18 and digits.isascii() and digits.isdecimal() and digits.strip("0") != ""
    if number and digits[-1] == check_digit(digits[:-1]):
        return f"{RESOLVER}/00/{digits}"
    return own_uri("parcel", parcel)


def event_uri(event_id: str, part: str = "") -> str:
    """The id of an EPCIS event: our event's own, or one derived from it for a further `part` of it."""
    known = UUID(event_id)
    return f"urn:uuid:{uuid5(known, part) if part else known}"


def _is_serial(serial: str) -> bool:
    try:
        one_element("21", serial)
    except Gs1Error:
        return False
    return serial not in (".", "..")  # these would be taken for steps in a path


def _gln_uri(gln: str) -> str:
    if len(gln) != 13 or not (gln.isascii() and gln.isdecimal()):
        raise ValueError(f"a GLN has 13 digits, got {gln!a}")
    if gln[-1] != check_digit(gln[:-1]):
        raise ValueError(f"GLN {gln}: expected the check digit {check_digit(gln[:-1])}, got {gln[-1]}")
    return f"{RESOLVER}/414/{gln}"
