"""Our own codes: LPNs, commands, badges, totes, answers, defects and channels as letters with a check letter.

Only the twenty letters that sit on the same keys of QWERTY, QWERTZ and AZERTY are used, without digits and without
regard to case: a keyboard-wedge scanner set to the wrong country, or typing with Caps Lock on, still sends the
code. An LPN has ten letters and every other code at most nine, so length alone tells the two families apart.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import NamedTuple

from terminal.domain.speech import N_, _

ALPHABET = "BCDEFGHIJKLNOPRSTUVX"
BASE = len(ALPHABET)

LPN_LENGTH = 10
PREFIX_LENGTH = 4
NUMBER_LENGTH = 5
LPNS_PER_STATION = BASE**NUMBER_LENGTH
"""3,200,000 running numbers, counted from 0."""

NUMBERED_STATIONS = 8_000
"""Stations named 0 to 7999 own the prefix of that number; every other name is hashed into the rest."""

MAX_PAYLOAD = 6
ID_WIDTH = 4

_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_PREFIXES = BASE**PREFIX_LENGTH


class OwnKind(StrEnum):
    """What one of our own codes stands for."""

    LPN = "lpn"
    COMMAND = "command"
    BADGE = "badge"
    TOTE = "tote"
    DEFECT = "defect"
    ANSWER = "answer"
    CHANNEL = "channel"


_KIND_LETTER = {
    OwnKind.COMMAND: "C",
    OwnKind.BADGE: "B",
    OwnKind.TOTE: "T",
    OwnKind.DEFECT: "D",
    OwnKind.ANSWER: "N",
    OwnKind.CHANNEL: "V",
}
_WRONG_LETTER = {
    OwnKind.LPN: N_("as an LPN: check letter {got}, expected {expected}"),
    OwnKind.COMMAND: N_("as a code for command: check letter {got}, expected {expected}"),
    OwnKind.BADGE: N_("as a code for badge: check letter {got}, expected {expected}"),
    OwnKind.TOTE: N_("as a code for tote: check letter {got}, expected {expected}"),
    OwnKind.DEFECT: N_("as a code for defect: check letter {got}, expected {expected}"),
    OwnKind.ANSWER: N_("as a code for answer: check letter {got}, expected {expected}"),
    OwnKind.CHANNEL: N_("as a code for channel: check letter {got}, expected {expected}"),
}
_LETTER_KIND = {letter: kind for kind, letter in _KIND_LETTER.items()}


class OwnCode(NamedTuple):
    """A code of ours that was read with a right check letter."""

    kind: OwnKind
    payload: str
    """The letters between kind and check letter; for an LPN all ten letters, upper case."""


def check_letter(payload: str) -> str:
    """The check letter of upper-case `payload`, by the hybrid system of ISO/IEC 7064 with M = 20 (MOD 21,20).

    It catches every single wrong letter and 99.5 % of swapped neighbours: what it misses are letters that are
    neighbours in the alphabet, each pair in one of twenty positions of the running product.
    """
    product = BASE
    for letter in payload:
        total = (product + _value(letter)) % BASE or BASE
        product = 2 * total % (BASE + 1)
    return ALPHABET[(1 - product) % BASE]


def encode_number(number: int, width: int) -> str:
    """`number` in base 20 with exactly `width` letters.

    Raises ValueError: it is negative or doesn't fit.
    """
    if not 0 <= number < BASE**width:
        raise ValueError(f"{number} does not fit in {width} letters: 0 to {BASE**width - 1} do")
    letters = []
    for _place in range(width):
        number, value = divmod(number, BASE)
        letters.append(ALPHABET[value])
    return "".join(reversed(letters))


def decode_number(letters: str) -> int:
    """The number that `letters` (any case) stand for in base 20.

    Raises ValueError: there is no letter, or one that is not of the alphabet.
    """
    if not letters:
        raise ValueError("no letter to read a number from")
    number = 0
    for letter in letters:
        number = number * BASE + _value(letter.upper())
    return number


def station_prefix(station: str) -> str:
    """The four letters with which the LPNs of `station` start.

    A plain number below 8000 keeps its number, so numbered stations never share a prefix; any other name is hashed
    (SHA-256) into the 152,000 prefixes above, so two names collide only by chance and never with a number.

    Raises ValueError: the name is empty.
    """
    if not station:
        raise ValueError("a station needs a name before it can give out LPNs")
    if _is_plain_number(station) and int(station) < NUMBERED_STATIONS:
        return encode_number(int(station), PREFIX_LENGTH)
    spread = _digest(station) % (_PREFIXES - NUMBERED_STATIONS)
    return encode_number(NUMBERED_STATIONS + spread, PREFIX_LENGTH)


def lpn(prefix: str, number: int) -> str:
    """The LPN with running number `number` of the station whose prefix is `prefix` (any case).

    Raises ValueError: the prefix is not four letters of the alphabet, or the station's numbers are used up.
    """
    letters = prefix.upper()
    if len(prefix) != PREFIX_LENGTH or not is_own(letters):
        raise ValueError(f"LPN prefix {prefix!r}: expected exactly {PREFIX_LENGTH} letters of {ALPHABET}")
    if number >= LPNS_PER_STATION:
        used_up = _("LPN number {number}: prefix {prefix} is used up, give the station another")
        raise ValueError(used_up.format(number=number, prefix=letters))
    payload = letters + encode_number(number, NUMBER_LENGTH)
    return payload + check_letter(payload)


def make(kind: OwnKind, payload: str) -> str:
    """The code of `kind` (not LPN) for a payload of 1 to 6 letters (any case).

    Raises ValueError: the payload has another length or letter, or `kind` is the LPN.
    """
    if kind not in _KIND_LETTER:
        raise ValueError("an LPN is made from a station prefix and a number, by lpn()")
    letters = payload.upper()
    if len(payload) > MAX_PAYLOAD or not is_own(payload):
        raise ValueError(f"{kind} payload {payload!r}: expected 1 to {MAX_PAYLOAD} letters of {ALPHABET}")
    body = f"X{_KIND_LETTER[kind]}{letters}"
    return body + check_letter(body)


def is_own(text: str) -> bool:
    """Whether `text` is made of our letters only, in any case. Says nothing about its check letter."""
    return text.isascii() and text != "" and all(letter in _VALUE for letter in text.upper())


def parse(text: str) -> OwnCode | None:
    """The code of ours that `text` (any case) is, or None where form or check letter is not right."""
    kind = _form(text)
    if kind is None:
        return None
    letters = text.upper()
    if check_letter(letters[:-1]) != letters[-1]:
        return None
    return OwnCode(kind, letters if kind is OwnKind.LPN else letters[2:-1])


def check_problem(text: str) -> str | None:
    """Why `text`, which has the form of one of our codes, is none: its check letter. None for anything else."""
    kind = _form(text)
    if kind is None or parse(text) is not None:
        return None
    letters = text.upper()
    return _(_WRONG_LETTER[kind]).format(got=letters[-1], expected=check_letter(letters[:-1]))


def id_payload(name: str) -> str:
    """The payload of a badge or tote code for its id.

    A plain number below 3,200,000 is spelt in base 20 with four or five letters and can be read back. Any other
    id, `0042` and `T-7` among them, becomes six letters of its SHA-256: whoever knows the ids finds it by trying.
    """
    if _is_plain_number(name):
        number = int(name)
        for width in range(ID_WIDTH, MAX_PAYLOAD):
            if number < BASE**width:
                return encode_number(number, width)
    return _hashed(name)


def id_of(payload: str) -> str | None:
    """The id that a badge or tote payload spells, or None where it is the hash of a name."""
    if ID_WIDTH <= len(payload) < MAX_PAYLOAD and is_own(payload):
        number = str(decode_number(payload))
        if id_payload(number) == payload.upper():
            return number
    return None


def word_payload(word: str) -> str:
    """The payload of a command, answer, defect or channel code for its name.

    A name of up to six of our letters (`-`, `_` and space left out) is its own payload, so the text below the bars
    can be read; any other becomes six letters of its SHA-256.
    """
    letters = "".join(letter for letter in word.upper() if letter not in "-_ ")
    if len(letters) <= MAX_PAYLOAD and is_own(letters):
        return letters
    return _hashed(word)


def _value(letter: str) -> int:
    value = _VALUE.get(letter)
    if value is None:
        raise ValueError(f"{letter!r} is not one of our letters: {ALPHABET}")
    return value


def _form(text: str) -> OwnKind | None:
    if not is_own(text):
        return None
    if len(text) == LPN_LENGTH:
        return OwnKind.LPN
    if 4 <= len(text) < LPN_LENGTH and text[0] in "Xx":
        return _LETTER_KIND.get(text[1].upper())
    return None


def _is_plain_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 9 and (text == "0" or text[0] != "0")


def _digest(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest())


def _hashed(name: str) -> str:
    return encode_number(_digest(name) % BASE**MAX_PAYLOAD, MAX_PAYLOAD)
