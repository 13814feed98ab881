"""GS1 Digital Link URIs: an ordinary web address that carries a key, its qualifiers and attributes.

A compressed link looks like any web address; that it is one shows only when its last part is unpacked. It is known
and refused with the reason, never unpacked: the same product carries a barcode that can be read plainly.

Source: GS1 Digital Link Standard: URI Syntax, release 1.4.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, unquote_plus, urlsplit

from terminal.domain.gs1_elements import Element, one_element, shown
from terminal.domain.gtin import Gs1Error, check_digit
from terminal.domain.speech import _

_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "00": (), "01": (("22", "10", "21"), ("235",)), "253": (), "255": (), "401": (), "402": (),
    "414": (("254",), ("7040",)), "415": (("8020",),), "417": (("7040",),), "8003": (), "8004": (("7040",),),
    "8006": (("22", "10", "21"),), "8010": (("8011",),), "8013": (), "8017": (("8019",),), "8018": (("8019",),),
}  # fmt: skip
"""The primary keys and which qualifiers may follow each in the path, in this order."""

_NO_ATTRIBUTES = frozenset({"03", "21", "22", "235", "254", "7040", "8011", "8014", "8019"})
"""The identifiers that have no place in the query."""

_CLAIM = re.compile(
    r"https?://[^/?#]+(?:/[^?#]*)?/(?:01/[0-9]{8,14}|(?:00|8006|801[78])/[0-9]{18}|41[457]/[0-9]{13})(?![^/?#])",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[^!#-;=?-\[\]_a-z~]")
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PACKED = re.compile(r"https?://[^/?#]+/(?:[^?#]*/)?([\w-]{10,})/?(?:[?#].*)?", re.IGNORECASE | re.ASCII)
_PACKED_DIGITS = {0x00: (18, 60), 0x01: (14, 47)}
"""For the keys whose number leads a compressed link in binary: its digits and bits."""


def is_link(text: str) -> bool:
    """Whether `text` claims to be a Digital Link: a web address with a key and its digits in the path."""
    return _CLAIM.match(text) is not None or _is_packed(text)


def is_address(text: str) -> bool:
    """Whether `text` is a web address of any kind."""
    return text.startswith(("http://", "https://", "HTTP://", "HTTPS://"))


def cut_link(uri: str) -> list[Element]:
    """The elements of a Digital Link of any host: key and qualifiers from the path, attributes from the query.

    Query keys that are no number are the web's and left alone.

    Raises Gs1Error: it is no such web address, is compressed, or an element in it breaks its definition.
    """
    if _is_packed(uri):
        packed = _("{given} is a compressed GS1 Digital Link, which is not read: scan the linear barcode")
        raise Gs1Error(packed.format(given=shown(uri)))
    wrong = _FOREIGN.search(uri)
    if wrong is not None:
        foreign = _("{given} at place {place} is no character of a web address")
        raise Gs1Error(foreign.format(given=shown(wrong[0]), place=wrong.start() + 1))
    bad = _BAD_ESCAPE.search(uri)
    if bad is not None:
        escape = _("% at place {place} of the link is not followed by two hexadecimal digits")
        raise Gs1Error(escape.format(place=bad.start() + 1))
    try:
        parts = urlsplit(uri)
    except ValueError as error:
        none = _("{given} is no web address: {problem}")
        raise Gs1Error(none.format(given=shown(uri), problem=error)) from None
    segments = parts.path.removesuffix("/").split("/")
    starts = [place for place in range(len(segments)) if _is_key_with_qualifiers(segments[place:])]
    if parts.scheme not in ("http", "https") or not parts.netloc or not starts:
        expected = _("{given}: expected http(s)://host/01/GTIN and, in this order, /22/, /10/, /21/")
        raise Gs1Error(expected.format(given=shown(uri)))
    path = segments[starts[-1] :]
    elements = [one_element(ai, unquote(value)) for ai, value in zip(path[::2], path[1::2], strict=True)]
    return [*elements, *_attributes(parts.query, path[0])]


def _attributes(query: str, key: str) -> Iterator[Element]:
    qualifiers = {ai for order in _KEYS[key] for ai in order}
    for pair in re.split("[&;]", query):
        ai, _equals, value = pair.partition("=")
        if not ai.isdecimal():
            continue
        if ai in qualifiers or ai in _NO_ATTRIBUTES:
            misplaced = _("({ai}) stands in the query of the link: expected in its path or not at all")
            raise Gs1Error(misplaced.format(ai=ai))
        yield one_element(ai, unquote_plus(value))


def _is_key_with_qualifiers(segments: list[str]) -> bool:
    key = segments[0]
    if key not in _KEYS or len(segments) % 2:
        return False
    qualifiers = segments[2::2]
    return not qualifiers or any(_in_order(qualifiers, order) for order in _KEYS[key])


def _in_order(names: list[str], order: tuple[str, ...]) -> bool:
    left = iter(order)
    return all(name in left for name in names)


def _is_packed(uri: str) -> bool:
    """Whether the last part of the path unpacks to a GTIN or SSCC with a right check digit."""
    found = _PACKED.fullmatch(uri)
    if found is None:
        return False
    try:
        packed = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except binascii.Error:
        return False
    digits, bits = _PACKED_DIGITS.get(packed[0], (0, 0))
    spare = 8 * (len(packed) - 1) - bits
    if not digits or spare < 0:
        return False
    number = f"{int.from_bytes(packed[1:], 'big') >> spare:0{digits}}"
    return len(number) == digits and number.strip("0") != "" and number[-1] == check_digit(number[:-1])
