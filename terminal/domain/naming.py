"""Words of product names, made comparable: without case, accents, plural endings and marks.

Titles come from shops, authorities and makers, so two of them are never equal; what they share are words. Model
codes are kept apart from words, because "4155L" must fit exactly or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_BETWEEN_CODES = re.compile(r"[\s,;/|()\[\]\"\u201c\u201d]+")
_NOT_CODE = re.compile(r"[^0-9A-Z]")
_REMEMBERED = 512
"""Texts whose words are kept: one title is held against many notices."""

_FILLING = """
    a about after all also an and any are as at be both by can color colour come do for from has have in include
    inch into is it its large medium model new number of off old on one only or other our out pack pair part piece
    product recall recalled recalling sell set size small sold some such than that the their them there these they
    this those three through to two under up use was were when which will with without year your
    black blue brown gold gray green grey orange pink purple red silver tan white yellow
    big certain expand free high max million mini multiple over pro round various
    adult baby child children girl boy kid men women infant toddler
    brand branded co company corp electronics gmbh group inc international ltd llc sa usa us
    der die das und mit fur von le la les de du et pour con el y w z i do
"""
SAYS_NOTHING = frozenset(_FILLING.split())
"""Words that tell no product from another, and firms' endings."""


@lru_cache(maxsize=_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, each once: folded, without accents, singular where English adds an s."""
    plain = unicodedata.normalize("NFKD", _POSSESSIVE.sub("", text)).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(dict.fromkeys(singular(word) for word in _WORD.findall(plain)))


@lru_cache(maxsize=_REMEMBERED)
def telling(text: str) -> tuple[str, ...]:
    """The words that can tell products apart: of three letters or more, and no filling words."""
    return tuple(
        word for word in words(text) if len(word) > 2 and not word.isdecimal() and word not in SAYS_NOTHING
    )


def singular(word: str) -> str:
    """A word without the plural's ending; it need not be a word of any dictionary, only the same for both."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us")):
        return word[:-1]
    return word


def code(text: str) -> str:
    """A model code in its one spelling: capitals and digits alone."""
    return _NOT_CODE.sub("", unicodedata.normalize("NFKD", text).upper())


@lru_cache(maxsize=_REMEMBERED)
def codes(text: str) -> tuple[str, ...]:
    """What can be model codes in a text: parts with a digit, two characters or longer."""
    found = (code(part) for part in _BETWEEN_CODES.split(text))
    return tuple(dict.fromkeys(part for part in found if len(part) > 1 and not part.isalpha()))
