"""The checks that GS1 makes of a component's content beyond its length and characters, by name.

Each takes the component's text, which has its length and characters already, and says what was expected and got, or
returns None. Their names stand in the table of identifiers (`gs1_table`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from terminal.domain.gs1_codelists import COUNTRY_LETTERS, COUNTRY_NUMBERS, CURRENCY_NUMBERS, PACKAGE_TYPES
from terminal.domain.gs1_coupons import coupon_problem, offer_problem
from terminal.domain.gs1_dates import day_or_month_problem, day_problem, long_day_problem, time_problem
from terminal.domain.gtin import check_digit, luhn_digit
from terminal.domain.speech import N_, _

Check = Callable[[str], str | None]
"""What is wrong with a component's text, or None."""

CHARACTER_SETS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "N": (re.compile(r"[^0-9]"), N_("digits")),
    "X": (re.compile(r"[^!-?A-Z_a-z]|[#$@]"), N_("one of GS1's 82 characters")),
    "Y": (re.compile(r"[^#\-/0-9A-Z]"), N_("capitals, digits, # - or /")),
    "Z": (
        re.compile(r"[^\-0-9A-Z_a-z=]|=(?!=?\Z)"),
        N_("letters, digits, - or _, and at most two = at the end"),
    ),
}
"""What is foreign to each character set (General Specifications 7.11), and what may stand there."""

_ALPHABET = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_PAIR_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)
_PREFIX_DIGITS = 4
"""The shortest GS1 Company Prefix."""

_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]+")
_MEDIA = frozenset(f"{number:02}" for number in (*range(1, 11), *range(80, 100)))


def check_pair(text: str) -> str:
    """The two check characters of a Global Model Number or MUDI without them (General Specifications 7.9.5)."""
    weighted = zip(_PRIMES, reversed(text), strict=False)
    rest = sum(prime * _ALPHABET.index(letter) for prime, letter in weighted) % 1021
    return _PAIR_ALPHABET[rest >> 5] + _PAIR_ALPHABET[rest & 31]


def _check_sum(text: str) -> str | None:
    expected = check_digit(text[:-1])
    if text[-1] == expected:
        return None
    return _("check digit: expected {expected}, got {got}").format(expected=expected, got=text[-1])


def _check_luhn(text: str) -> str | None:
    expected = luhn_digit(text[:-1])
    if text[-1] == expected:
        return None
    return _("IMEI check digit: expected {expected}, got {got}").format(expected=expected, got=text[-1])


def _check_pair(text: str) -> str | None:
    if len(text) < 3:
        return _("{given} is too short for check characters").format(given=repr(text))
    expected = check_pair(text[:-2])
    if text[-2:] == expected:
        return None
    return _("check characters: expected {expected}, got {got}").format(expected=expected, got=text[-2:])


def _key_from(start: int) -> Check:
    """A key begins with digits of its owner's company prefix; it is nobody's if there are only zeros."""

    def check(text: str) -> str | None:
        prefix = text[start : start + _PREFIX_DIGITS]
        if len(prefix) < _PREFIX_DIGITS or not prefix.isdecimal():
            owner = _("{given} does not begin with the {digits} or more digits of a company prefix")
            return owner.format(given=repr(text), digits=_PREFIX_DIGITS)
        return _("of nothing but zeros: nobody's number") if not text.strip("0") else None

    return check


def _piece(text: str) -> str | None:
    piece, total = int(text[:2]), int(text[2:])
    if 1 <= piece <= total:
        return None
    return _("{piece} of {total}: expected a piece from 01 to the total").format(
        piece=text[:2], total=text[2:]
    )


def _position(text: str) -> str | None:
    found = re.fullmatch(r"([1-9])/([1-9])", text)
    if found and found[1] <= found[2]:
        return None
    return _("{given}: expected a place and a total, as 1/2").format(given=repr(text))


def _iban(text: str) -> str | None:
    if not _IBAN.fullmatch(text) or text[:2] not in COUNTRY_LETTERS:
        none = _("{given} is no IBAN: expected a country's letters, two check digits and the account")
        return none.format(given=repr(text))
    number = "".join(str(int(letter, 36)) for letter in text[4:] + text[:4])
    return None if int(number) % 97 == 1 else _("the IBAN's check digits are wrong")


def _one_of(allowed: frozenset[str], told: str) -> Check:
    def check(text: str) -> str | None:
        return None if text in allowed else _(told).format(given=repr(text))

    return check


def _matching(pattern: str, told: str) -> Check:
    compiled = re.compile(pattern)

    def check(text: str) -> str | None:
        return None if compiled.fullmatch(text) else _(told).format(given=repr(text))

    return check


def _at_most(limit: str, told: str) -> Check:
    def check(text: str) -> str | None:
        return None if text <= limit else _(told).format(given=text, most=limit)

    return check


CHECKS: Mapping[str, Check] = {
    "coupon": coupon_problem,
    "csum": _check_sum,
    "hh": _at_most("23", N_("{given} is no hour: at most {most}")),
    "hhmi": time_problem,
    "hhmi9999": lambda text: None if text == "9999" else time_problem(text),
    "hyphen": _matching("-", N_("{given}: expected a hyphen, for a temperature below zero")),
    "iban": _iban,
    "importer": _matching("[-0-9A-Z_a-z]", N_("{given}: expected a letter, a digit, - or _ as importer index")),
    "iso3166": _one_of(COUNTRY_NUMBERS, N_("{given} is no country number of ISO 3166")),
    "iso3166999": _one_of(COUNTRY_NUMBERS | {"999"}, N_("{given} is no country number of ISO 3166, nor 999")),
    "iso3166alpha2": _one_of(COUNTRY_LETTERS, N_("{given} is no country of ISO 3166")),
    "iso4217": _one_of(CURRENCY_NUMBERS, N_("{given} is no currency number of ISO 4217")),
    "key": _key_from(0),
    "key5": _key_from(1),
    "latitude": _at_most("1800000000", N_("{given} is no latitude: at most {most}")),
    "letter": _matching(r".*[^0-9].*", N_("{given}: expected at least one character that is no digit")),
    "longitude": _at_most("3600000000", N_("{given} is no longitude: at most {most}")),
    "luhn": _check_luhn,
    "medium": _one_of(_MEDIA, N_("{given} is no kind of data carrier: expected 01 to 10 or 80 to 99")),
    "natural": _matching("0|[1-9][0-9]*", N_("{given}: expected a number without zeros before it")),
    "nonzero": _matching(r"[0-9]*[1-9][0-9]*", N_("{given}: expected a number that is not zero")),
    "offer": offer_problem,
    "package": _one_of(PACKAGE_TYPES, N_("{given} is no package type of GS1's list")),
    "pair": _check_pair,
    "pcenc": lambda text: _("a % is not followed by two hexadecimal digits") if _ESCAPE.search(text) else None,
    "piece": _piece,
    "position": _position,
    "sex": _matching("[0129]", N_("{given}: expected 0, 1, 2 or 9 (ISO 5218)")),
    "sixty": _at_most("59", N_("{given} is no minute or second: at most {most}")),
    "winding": _matching("[019]", N_("{given}: expected 0, 1 or 9 as winding direction")),
    "yesno": _matching("[01]", N_("{given}: expected 0 or 1")),
    "yymmd0": day_or_month_problem,
    "yymmdd": day_problem,
    "yyyymmdd": long_day_problem,
    "zero": _matching("0+", N_("{given}: expected 0")),
}  # fmt: skip
"""The checks by the names under which the table of identifiers asks for them."""
